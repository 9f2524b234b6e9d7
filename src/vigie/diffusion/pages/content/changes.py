"""What changed since the last session: the figures, the actions done, the reports that revised them."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_FOLLOWED = ("avancement", "taux_realisation", "taux_demarrage", "taux_retard", "taux_blocage")
_LISTED = 80
CAUSES = {
    "correction": "correction d’un rapport déjà reçu",
    "arrivee_tardive": "rapport arrivé après la séance",
    "decision": "décision de la Région",
    "fusion": "fusion, ou changement de SIREN",
}


def session(publication: Publication) -> Row | None:
    """The last session frozen, None before the first."""
    found = publication.rows("from marts.dim_seances where est_precedente order by connu_le desc")
    return found[0] if found else None


def build(publication: Publication) -> Page:
    """The page `nouveautes.html`."""
    last = session(publication)
    return Page(
        "nouveautes.html",
        "nouveautes.html.j2",
        {
            "seance": last,
            "chiffres": shifts(publication) if last else [],
            "territoires": territories_table(publication) if last else None,
            "realisees": done_since(publication, last) if last else None,
            "revisions": revisions(publication, last) if last else None,
            "causes": causes(publication, last) if last else None,
        },
    )


def shifts(publication: Publication) -> list[Row]:
    """The region's followed figures over the same actions: at the session, now, and the difference."""
    rows = []
    for code in _FOLLOWED:
        trend = publication.region("tendance", code)
        if trend["valeur"] is None:
            continue
        rows.append(
            {
                "indicateur_code": code,
                "libelle": publication.indicators[code]["libelle"],
                "avant": trend["numerateur"] - trend["valeur"],
                "maintenant": trend["numerateur"],
                "ecart": trend["valeur"],
                "n_nb": trend["n_nb"],
            }
        )
    return rows


def territories_table(publication: Publication) -> Table:
    """Progress and completion of each territory, then and now."""
    rows = []
    for siren, own in publication.of_every_territory().items():
        if siren not in publication.names:
            continue
        progress, done = own("tendance", "avancement"), own("tendance", "taux_realisation")
        if progress["valeur"] is None and done["valeur"] is None:
            continue
        rows.append(
            {
                "siren_epci": siren,
                "nom": publication.names[siren],
                "avancement": progress["numerateur"],
                "avancement_ecart": progress["valeur"],
                "realisees": done["numerateur"],
                "realisees_ecart": done["valeur"],
            }
        )
    order = {siren: place for place, siren in enumerate(publication.names)}
    rows.sort(key=lambda row: order[row["siren_epci"]])
    return Table(
        "territoires",
        "Depuis la séance, territoire par territoire, sur les mêmes actions",
        [
            Column("nom", "Territoire", "territoire"),
            Column("avancement", "Avancement", "pct"),
            Column("avancement_ecart", "Depuis la séance", "points"),
            Column("realisees", "Actions réalisées", "pct"),
            Column("realisees_ecart", "Depuis la séance", "points"),
        ],
        rows,
    )


def done_since(publication: Publication, last: Row) -> Table:
    """The actions realised now that were not at the date of the session."""
    rows = publication.rows(
        "select t.nom, a.siren_epci, a.intitule, a.themes, a.situation_le"
        " from marts.fct_actions as a"
        " join marts.dim_territoires as t using (siren_epci)"
        " left join marts.fct_etats_mensuels as e on e.action_id = a.action_id and e.mois_le ="
        "   (select max(mois_le) from marts.dim_dates where mois_le <= ?)"
        " where a.statut_code = 'realise' and not coalesce(e.est_realisee, false)"
        "   and t.est_dans_denominateur"
        " order by t.nom, a.code_action",
        [last["date_situation"]],
    )
    return Table(
        "realisees",
        f"{french.counted(len(rows), 'action réalisée', 'actions réalisées')} depuis la séance",
        [
            Column("nom", "Territoire", "territoire"),
            Column("intitule", "Action", "long"),
            Column("themes", "Thèmes", "long"),
            Column("situation_le", "Situation connue au", "date"),
        ],
        rows,
    )


def revisions(publication: Publication, last: Row) -> Table:
    """The figures shown at the session that are known otherwise today, whatever the indicator and its part."""
    rows = publication.rows(
        "select r.*, m.libelle, m.unite, t.nom from marts.revisions as r"
        " join marts.dim_mesures as m using (indicateur_code, modalite_code)"
        " left join marts.dim_territoires as t on t.siren_epci = r.territoire_code"
        " where r.seance_code = ? and r.maille_code in ('region', 'epci') and r.theme_code = 'tous'"
        " order by r.maille_code desc, t.nom, m.libelle, r.territoire_code",
        [last["seance_code"]],
    )
    seen = [row for row in rows if _is_seen(row)]
    return Table(
        "revisions",
        "Chiffres montrés en séance et connus autrement aujourd’hui, pour la même date",
        [
            Column("lieu", "Lieu"),
            Column("libelle", "Indicateur", "long"),
            Column("montre", "Montré en séance"),
            Column("connu", "Connu aujourd’hui"),
            Column("rapports_nb", "Rapports en cause", "nb"),
        ],
        [
            row
            | {
                "lieu": _place(row),
                "montre": _measured(row["valeur_montree"], row["unite"]),
                "connu": _measured(row["valeur_connue"], row["unite"]),
            }
            for row in seen
        ],
    )


def _measured(value: float | None, unit: str) -> str:
    return french.percent(value, 1) if unit == "pct" else french.measure(value, unit)


def _is_seen(row: Row) -> bool:
    """Whether a reader sees two different figures: one more digit than is shown changes nothing."""
    then, now = (_measured(row[name], row["unite"]) for name in ("valeur_montree", "valeur_connue"))
    return then != now


def _place(row: Row) -> str:
    if row["maille_code"] == "region":
        return "La région"
    return row["nom"] or f"{row['territoire_code']}, qui a fusionné ou changé de SIREN"


def causes(publication: Publication, last: Row) -> Table:
    """The reports learnt since the session about dates it covered."""
    rows = publication.rows(
        "select c.siren_epci, t.nom, c.date_situation, c.connu_le, c.cause_code"
        " from marts.revisions_causes as c join marts.dim_territoires as t using (siren_epci)"
        " where c.seance_code = ? order by t.nom, c.date_situation, c.connu_le limit ?",
        [last["seance_code"], _LISTED],
    )
    return Table(
        "causes",
        "Les rapports qui expliquent ces révisions",
        [
            Column("nom", "Territoire", "territoire"),
            Column("date_situation", "Situation au", "date"),
            Column("connu_le", "Connu le", "date"),
            Column("cause", "Pourquoi"),
        ],
        [row | {"cause": CAUSES.get(row["cause_code"], row["cause_code"])} for row in rows],
    )
