"""The reports of a territory: what came, what became of each, how good the last one is."""

from vigie import verdicts
from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.reading import Measures, Publication


def quality(territory: Row, sent: Measures) -> list[Row]:
    """The quality of its last report, in a few lines."""
    filled, aside = sent("qualite_rapport"), sent("qualite_rapport", "lignes_ecartees")
    remarks = sent("qualite_rapport", "remarques_par_ligne")
    corrected = sent("qualite_rapport", "corriges_sous_15_jours")
    told = territory["dernier_rapport_le"]
    return [
        {"libelle": label, "valeur": value}
        for label, value, known in (
            ("Situation du rapport en vigueur", french.short_day(told), told),
            ("Champs essentiels remplis", french.percent(filled["valeur"]), filled["valeur"]),
            ("Lignes écartées", french.percent(aside["valeur"], 1), aside["valeur"]),
            ("Remarques par ligne", french.number(remarks["valeur"], 2), remarks["valeur"]),
            (
                "Rapports corrigés sous 15 jours",
                french.percent(corrected["valeur"]),
                corrected["valeur"],
            ),
        )
        if known is not None
    ]


def history(publication: Publication, siren: str) -> Table:
    """The last reports received and what became of them."""
    rows = publication.rows(
        "select date_situation, depose_le, verdict, decision, recues_nb, ecartees_nb, remarques_nb, est_en_vigueur,"
        " est_retenu from qualite.rapports"
        " where siren_epci = ? and jeu = 'rapport_avancement'"
        " order by date_situation desc nulls last, connu_le desc limit 12",
        [siren],
    )
    return Table("rapports", "Ses derniers rapports", REPORT_COLUMNS, [said(row) for row in rows])


REPORT_COLUMNS = [
    Column("date_situation", "Situation au", "date"),
    Column("depose_le", "Déposé le", "date"),
    Column("verdict_dit", "Verdict", "court"),
    Column("recues_nb", "Lignes reçues", "nb"),
    Column("ecartees_nb", "Lignes écartées", "nb"),
    Column("remarques_nb", "Remarques", "nb"),
    Column("est_en_vigueur", "Fait foi", "oui_non"),
]


def said(report: Row) -> Row:
    """The report with what became of it in words."""
    return report | {"verdict_dit": verdicts.said(report["verdict"], report["decision"])}
