"""Alerts: facts to look at, never a score."""

from vigie.steering.model import Column, Row, Table
from vigie.steering.reading import Publication

LABELS = {
    "ecart_pairs": "Loin de ses semblables",
    "tendance_en_baisse": "En recul depuis la séance",
    "rapport_en_retard": "Rapport attendu, pas arrivé",
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
    """The alerts about a whole territory; those about one action are on its territory's page."""
    rows = publication.rows(
        "select a.*, t.nom from marts.alertes as a join marts.dim_territoires as t using (siren_epci)"
        " where a.action_id is null and t.est_dans_denominateur"
        " order by t.nom, a.alerte_code, a.indicateur_code"
    )
    return Table(
        "alertes",
        "Les alertes qui portent sur un territoire entier",
        [
            Column("nom", "Territoire", "territoire"),
            Column("libelle", "Alerte"),
            Column("message", "Ce qui est constaté", "long"),
        ],
        [row | {"libelle": LABELS.get(row["alerte_code"], row["alerte_code"])} for row in rows],
    )


def of_territory(publication: Publication, siren: str) -> Table:
    """Every alert of one territory, with the action it is about."""
    rows = publication.rows(
        "select a.*, f.intitule from marts.alertes as a left join marts.fct_actions as f using (action_id)"
        " where a.siren_epci = ?"
        " order by a.action_id nulls first, a.alerte_code, a.indicateur_code, f.intitule",
        [siren],
    )
    return Table(
        "alertes",
        "À regarder avec le territoire",
        [
            Column("libelle", "Alerte", "texte"),
            Column("message", "Ce qui est constaté", "long"),
            Column("intitule", "Action", "long"),
        ],
        [row | {"libelle": LABELS.get(row["alerte_code"], row["alerte_code"])} for row in rows],
    )
