"""What changed since the last session, or between two months: by name, in figures, and the figures revised."""

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import declared, followups, since
from vigie.diffusion.pages.model import Column, Row, Table
from vigie.diffusion.pages.page import Page
from vigie.diffusion.pages.reading import Publication

_FOLLOWED = ("avancement", "taux_realisation", "taux_demarrage", "taux_retard", "taux_blocage")
_LISTED = 80
# Beyond, the rest is in the file beside.
_LISTED_EVENTS = 200
_TITLE_LENGTH = 200
_EVENT_COLUMNS = [
    Column("nom", "Territoire"),
    Column("intitule", "Action"),
    Column("evenement", "Ce qui est arrivé"),
]
CAUSES = {
    "correction": "correction d’un rapport déjà reçu",
    "arrivee_tardive": "rapport arrivé après la séance",
    "decision": "décision de la Région",
    "fusion": "fusion, ou changement de SIREN",
}


def build(publication: Publication) -> Page:
    """The page `nouveautes.html`."""
    earlier, frozen = since.before(publication), _frozen(publication)
    figures = shifts(publication)
    events = [_event(code, title, since.events(publication)[code]) for code, title in since.EVENTS]
    page = Page(
        "nouveautes.html",
        "nouveautes.html.j2",
        {
            "seance": since.previous(publication),
            "figee": since.latest(publication),
            "depuis": earlier.depuis if earlier else "",
            "chiffres": figures,
            "constant": any(row["constant"] is not None for row in figures),
            "suites": followups.every(publication),
            "evenements": events,
            "territoires": territories_table(publication),
            "revisions": revisions(publication, frozen) if frozen else None,
            "causes": causes(publication, frozen) if frozen else None,
        },
    )
    page.csv |= {
        f"nouveautes-{event['code']}.csv": event["table"] for event in events if event["reste"]
    }
    return page


def _frozen(publication: Publication) -> Row | None:
    """The session that the publication was built to be compared with: revisions are against it."""
    found = publication.rows("from marts.dim_seances where est_precedente order by connu_le desc")
    return found[0] if found else None


def _event(code: str, title: str, rows: list[Row]) -> Row:
    order = sorted(rows, key=lambda row: (row["nom"], row["intitule"], row["action_id"]))
    shown = [
        row
        | {
            "titre": french.cut(row["intitule"], _TITLE_LENGTH),
            "precision": french.cut(row["evenement"], _TITLE_LENGTH),
        }
        for row in order[:_LISTED_EVENTS]
    ]
    return {
        "code": code,
        "titre": title,
        "nb": len(order),
        "lignes": shown,
        "reste": len(order) - len(shown),
        "table": Table(code, title, _EVENT_COLUMNS, order),
    }


def shifts(publication: Publication) -> list[Row]:
    """The region's followed figures: then, now, the difference of what is shown, and the trend over the actions told
    at both dates, with how many they are (None when the publication was not compared with that session)."""
    earlier = since.before(publication)
    if earlier is None:
        return []
    rows, trends = [], publication.once(_trends)
    for code in _FOLLOWED:
        now, then = publication.region(code), earlier.taux.get((since.REGION, code))
        if now["valeur"] is None or then is None:
            continue
        rows.append(
            {
                "indicateur_code": code,
                "libelle": publication.indicators[code]["libelle"],
                "avant": then,
                "maintenant": now["valeur"],
                "ecart": since.difference(then, now["valeur"]),
                "n_nb": now["n_nb"],
            }
            | _same_scope(trends, since.REGION, code)
        )
    return rows


def _trends(publication: Publication) -> dict[tuple[str, str], Row]:
    """The trend of each place (a SIREN, or `region`) and indicator since the session that the pages compare with: none
    when the publication was built before that one was frozen."""
    shown, built = since.previous(publication), _frozen(publication)
    if shown is None or built is None or shown.nom != built["nom"]:
        return {}
    return {
        (
            since.REGION if row["maille_code"] == "region" else row["territoire_code"],
            row["code"],
        ): row
        for row in publication.rows(
            "select maille_code, territoire_code, modalite_code as code, valeur, n_nb from marts.fct_indicateurs"
            " where indicateur_code = 'tendance' and est_dernier_mois and theme_code = 'tous'"
            " and maille_code in ('region', 'epci')"
        )
    }


def _same_scope(trends: dict[tuple[str, str], Row], place: str, code: str) -> Row:
    found = trends.get((place, code), {})
    return {"constant": found.get("valeur"), "comparees_nb": found.get("n_nb")}


def territories_table(publication: Publication) -> Table:
    """Progress and completion of each territory, then and now; progress over the same actions too."""
    earlier = since.before(publication)
    measured, trends = publication.of_every_territory(), publication.once(_trends)
    rows = []
    for siren, name in publication.names.items():
        if siren not in measured or earlier is None:
            continue
        row: Row = {"siren_epci": siren, "nom": name} | _same_scope(trends, siren, "avancement")
        for field, code in (("avancement", "avancement"), ("realisees", "taux_realisation")):
            now, then = measured[siren](code)["valeur"], earlier.taux.get((siren, code))
            row[field] = now
            row[f"{field}_ecart"] = (
                None if now is None or then is None else since.difference(then, now)
            )
        if row["avancement"] is not None or row["realisees"] is not None:
            rows.append(row)
    return Table(
        "territoires",
        f"{earlier.depuis[:1].upper()}{earlier.depuis[1:]}, territoire par territoire"
        if earlier
        else "",
        [
            Column("nom", "Territoire", "territoire"),
            Column("avancement", "Avancement", "pct"),
            Column("avancement_ecart", "Écart", "points"),
            *([Column("constant", "Mêmes actions", "points")] if trends else []),
            Column("realisees", "Actions réalisées", "pct", "actions/{siren_epci}.html#realisees"),
            Column("realisees_ecart", "Écart", "points"),
        ],
        rows,
    )


def revisions(publication: Publication, last: Row) -> Table:
    """The figures shown at the session that are known otherwise today, whatever the indicator and its part."""
    rows = publication.rows(
        "select r.*, m.libelle, m.unite, d.libelle as declare, d.unite as unite_declaree, t.nom"
        " from marts.revisions as r"
        " left join marts.dim_mesures as m using (indicateur_code, modalite_code)"
        " left join referentiel.indicateurs_declares as d on d.identifiant_indic = r.indicateur_code"
        " left join marts.dim_territoires as t on t.siren_epci = r.territoire_code"
        " where r.seance_code = ? and r.maille_code in ('region', 'epci') and r.theme_code = 'tous'"
        " and (m.libelle is not null or d.libelle is not null)"
        " order by r.maille_code desc, t.nom, coalesce(m.libelle, d.libelle), r.modalite_code, r.territoire_code",
        [last["seance_code"]],
    )
    seen = [row for row in map(_named, rows) if row["montre"] != row["connu"]]
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
        [row | {"lieu": _place(row)} for row in seen],
    )


def _named(row: Row) -> Row:
    """The figure with its name, and both its values as a reader sees them, without the digits that are not shown."""
    measured, label, unit = _measured, row["libelle"], row["unite"]
    if label is None:
        measured = declared.measured
        label, unit = declared.told_part(
            row["modalite_code"], row["declare"], row["unite_declaree"]
        )
    return row | {
        "libelle": label,
        "montre": measured(row["valeur_montree"], unit),
        "connu": measured(row["valeur_connue"], unit),
    }


def _measured(value: float | None, unit: str) -> str:
    return french.percent(value, 1) if unit == "pct" else french.measure(value, unit)


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
