"""Alerts: facts to look at, never a score."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.reading import Publication

LABELS = {
    "ecart_pairs": "Loin de ses semblables",
    "tendance_en_baisse": "En recul depuis la séance",
    "rapport_en_retard": "Rapport attendu, pas encore accepté",
    "avancement_non_calculable": "Avancement non calculable",
    "statut_contredit": "Statut et taux se contredisent",
    "depense_a_venir": "Payée alors qu’elle est à venir",
    "taux_identiques": "Beaucoup de taux identiques",
    "rapport_identique": "Rapport identique au précédent",
    "meteo_contredite": "Météo et chiffres en désaccord",
}


def by_kind(publication: Publication) -> list[Row]:
    """How many alerts and territories, kind by kind."""
    return [
        row | {"libelle": LABELS.get(row["alerte_code"], row["alerte_code"])}
        for row in publication.rows(
            "select alerte_code, count(*) as alertes_nb, count(distinct siren_epci) as territoires_nb"
            " from marts.alertes group by alerte_code order by territoires_nb desc, alerte_code"
        )
    ]


def of_region(publication: Publication) -> Table:
    """The alerts about a whole territory, one row per territory and kind; those about one action are on its
    territory's page."""
    order = {siren: place for place, siren in enumerate(publication.names)}
    rows = _rows(publication, "action_id is null")
    kept = [row for row in rows if row["siren_epci"] in order]
    kept.sort(key=lambda row: (order[row["siren_epci"]], row["alerte_code"]))
    return Table(
        "alertes",
        "Les alertes qui portent sur un territoire entier",
        [
            Column("nom", "Territoire", "territoire"),
            Column("libelle", "Alerte", "court"),
            Column("constat", "Ce qui est constaté", "long"),
            Column("details", "Où, de combien", "liste"),
        ],
        kept,
    )


def of_territory(publication: Publication, siren: str) -> Table:
    """Every alert of one territory, one row per kind, with the figures and the actions it is about."""
    return Table(
        "alertes",
        "À regarder avec le territoire",
        [
            Column("libelle", "Alerte", "court"),
            Column("constat", "Ce qui est constaté", "long"),
            Column("details", "Où, de combien", "liste"),
        ],
        _rows(publication, "siren_epci = ?", [siren]),
    )


def _rows(
    publication: Publication, condition: str, parameters: list[str] | None = None
) -> list[Row]:
    """One row per territory and kind of alert, the widest alerts first."""
    gathered: dict[tuple[str, str], Row] = {}
    for alert in publication.rows(
        "select a.*, t.nom, f.intitule, i.libelle as indicateur, i.unite from marts.alertes as a"
        " join marts.dim_territoires as t using (siren_epci)"
        " left join marts.fct_actions as f using (action_id)"
        " left join marts.dim_indicateurs as i on i.indicateur_code = a.indicateur_code"
        f" where a.{condition}"
        " order by a.action_id is not null, a.alerte_code, i.libelle, f.intitule, a.action_id",
        parameters,
    ):
        code = alert["alerte_code"]
        row = gathered.setdefault(
            (alert["siren_epci"], code),
            {
                "siren_epci": alert["siren_epci"],
                "nom": alert["nom"],
                "alerte_code": code,
                "libelle": LABELS.get(code, code),
                "constat": _finding(alert),
                "details": [],
            },
        )
        row["details"] += _details(alert)
    return list(gathered.values())


def _finding(alert: Row) -> str:
    """The sentence of the alert without the indicator's name, which stands beside it."""
    message: str = alert["message"]
    if alert["indicateur"] is None:
        return message
    said = message.removeprefix(f"{alert['indicateur']} : ")
    return said[:1].upper() + said[1:]


def _details(alert: Row) -> list[str]:
    """The indicator with its gap, or the title of the action."""
    if alert["indicateur"] is not None:
        gap = french.points if alert["unite"] == "pct" else french.number
        return [f"{alert['indicateur']} : {gap(alert['mesure'])}"]
    return [alert["intitule"]] if alert["intitule"] else []
