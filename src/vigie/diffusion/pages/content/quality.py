"""The quality of reports: what came, what was refused and why, who is up to date."""

from expectations import RULES
from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.content import declared
from vigie.diffusion.pages.content.region import report_steps
from vigie.diffusion.pages.content.reports import REPORT_COLUMNS, said
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Measures, Publication

_SHOWN_RULES = 15
_SHOWN_REFUSALS = 40


def build(publication: Publication) -> Page:
    """The page `qualite.html`."""
    sent = publication.quality_of_reports
    return Page(
        "qualite.html",
        "qualite.html.j2",
        {
            "reperes": landmarks(
                publication.region, sent.get(publication.region_code, Measures([]))
            ),
            "rapports": report_steps(publication, publication.region),
            "regles": rules(publication),
            "territoires": territories_table(publication, sent),
            "refus": refused(publication),
            "hors_catalogue": declared.out_of_catalogue(publication),
        },
    )


def landmarks(region: Measures, sent: Measures) -> list[Row]:
    """On time, up to date, filled in, set aside; the last two of the reports `sent` for the last period due."""
    on_time, absent = region("ponctualite", "a_l_heure"), region("ponctualite", "absent")
    waiting = region("ponctualite", "en_attente")
    fresh, filled = region("anciennete_rapport", "est_a_jour"), sent("qualite_rapport")
    aside = sent("qualite_rapport", "lignes_ecartees")
    return [
        figures.landmark(
            "Rapports à l’heure",
            french.percent(on_time["valeur"]),
            f"dernière échéance passée ; à valider par la Région : {french.percent(waiting['valeur'])},"
            f" absents : {french.percent(absent['valeur'])},"
            f" {french.among(on_time['n_nb'], 'rapport attendu', 'rapports attendus')}",
        ),
        figures.landmark(
            "Territoires à jour",
            french.number(fresh["numerateur"]),
            "dont le rapport en vigueur est récent",
            sur=f"sur {french.number(fresh['denominateur'])} attendus",
        ),
        figures.landmark(
            "Champs essentiels remplis",
            french.percent(filled["valeur"]),
            f"des quatre demandés par action, dans les rapports {french.of_month(filled['mois_le'])}"
            f" ({french.among(filled['n_nb'], 'action', 'actions')})",
        ),
        figures.landmark(
            "Lignes écartées",
            french.percent(aside["valeur"], 1),
            f"des {french.number(aside['denominateur'])} lignes reçues pour la même période",
        ),
    ]


def rules(publication: Publication) -> Table:
    """What most territories are asked to correct in the reports in force; what asks nothing of them is left out."""
    rows = publication.rows(
        "select regle_code, severite, any_value(consigne) as consigne, count(*) as remarques_nb,"
        " count(distinct c.siren_epci) as territoires_nb"
        " from qualite.controles as c join qualite.rapports as r using (rapport_id)"
        " where r.est_en_vigueur and c.consigne not like 'Rien à faire%'"
        " group by regle_code, severite order by territoires_nb desc, remarques_nb desc, regle_code limit ?",
        [_SHOWN_RULES],
    )
    return Table(
        "regles",
        "Ce qui est demandé au plus grand nombre de territoires, sur tous les rapports qui font foi",
        [
            Column("consigne", "Ce qui est demandé au territoire", "long"),
            Column("severite", "Gravité"),
            Column("territoires_nb", "Territoires", "nb"),
            Column("remarques_nb", "Remarques", "nb"),
            Column("regle_code", "Règle", "court"),
        ],
        rows,
    )


def territories_table(publication: Publication, sent: dict[str, Measures]) -> Table:
    """One row per territory expected to report."""
    rows = []
    for territory in publication.territories:
        if not territory["a_feuille_de_route"]:
            continue
        own = sent.get(territory["siren_epci"], Measures([]))
        rows.append(
            territory
            | {
                "remplis": own("qualite_rapport")["valeur"],
                "ecartees": own("qualite_rapport", "lignes_ecartees")["valeur"],
                "remarques": own("qualite_rapport", "remarques_par_ligne")["valeur"],
                "corriges": own("qualite_rapport", "corriges_sous_15_jours")["valeur"],
            }
        )
    return Table(
        "territoires",
        "Les rapports, territoire par territoire",
        [
            Column("nom", "Territoire", "territoire"),
            Column("dernier_rapport_le", "Situation connue au", "date"),
            Column("remplis", "Champs essentiels remplis", "pct"),
            Column("ecartees", "Lignes écartées", "pct"),
            Column("remarques", "Remarques par ligne", "indice"),
            Column("corriges", "Corrigés sous 15 jours", "pct"),
        ],
        rows,
    )


def refused(publication: Publication) -> Table:
    """The latest reports not kept or waiting for the Région, and why."""
    decisive = [code for code, rule in RULES.items() if rule.effect in ("rejet", "à valider")]
    rows = publication.rows(
        "select nom, r.siren_epci, r.date_situation, depose_le, verdict, decision, recues_nb,"
        # A rule of the time may have left the specification since.
        " coalesce(list(message order by regle_code) filter (where list_contains(?, regle_code)), []) as motifs"
        " from qualite.rapports as r"
        " join marts.dim_territoires using (siren_epci) left join qualite.controles using (rapport_id)"
        " where verdict in ('rejete', 'a_valider') and decision is null"
        " group by all order by any_value(r.connu_le) desc, nom limit ?",
        [decisive, _SHOWN_REFUSALS],
    )
    return Table(
        "refus",
        "Les rapports non retenus ou en attente, du plus récent au plus ancien",
        [
            Column("nom", "Territoire", "territoire"),
            *REPORT_COLUMNS[:4],
            Column("motifs", "Pourquoi", "liste"),
        ],
        [said(row) for row in rows],
    )
