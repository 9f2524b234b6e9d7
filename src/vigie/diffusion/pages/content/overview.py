"""The region in a few figures: what is done, late, blocked, how each moved, and what is covered."""

from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.content import actions, since
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Measures, Publication


def headline(publication: Publication) -> str:
    """The sentence that answers first: what is done, late, blocked."""
    region = publication.region
    done, late, blocked = (
        region(code) for code in ("taux_realisation", "taux_retard", "taux_blocage")
    )
    if not region.followed()["n_nb"]:
        return "Aucune action n’est encore suivie"
    if done["valeur"] is None:
        return "Le statut d’aucune action suivie n’est connu"
    return (
        f"{french.percent(done['valeur'])} des actions sont réalisées,"
        f" {french.percent(late['valeur'])} en retard, {french.percent(blocked['valeur'])} bloquées"
    )


def covered(publication: Publication) -> str:
    """How many territories have their roadmap, and how many have none."""
    found = publication.region("couverture_feuilles_de_route")
    with_one, whole = found["numerateur"] or 0, found["denominateur"] or 0
    told = f"{french.covered(with_one, whole)} numérique"
    without = whole - with_one
    if without:
        told += " ; " + french.counted(without, "n’en a pas encore", "n’en ont pas encore")
    return f"{told}."


def landmarks(publication: Publication) -> list[Row]:
    """The figures of the first screen: done, late, blocked, each with its move."""
    region, every = publication.region, actions.every(publication)
    done, late, blocked = (
        region(code) for code in ("taux_realisation", "taux_retard", "taux_blocage")
    )
    return [
        figures.landmark(
            "Actions réalisées",
            french.percent(done["valeur"]),
            f"{french.among(done['denominateur'], 'action au statut connu', 'actions au statut connu')} :",
            lien="actions/realisees.html",
            evolution=since.move(publication, "taux_realisation"),
            liens=proof(every),
        ),
        figures.landmark(
            "Actions en retard",
            french.percent(late["valeur"]),
            f"{french.among(late['denominateur'], 'action datée', 'actions datées')}, à la date de leur rapport :",
            lien="actions/en_retard.html",
            evolution=since.move(publication, "taux_retard"),
            liens=[_link(every, "en_retard", "action", "actions")],
            alerte=True,
        ),
        figures.landmark(
            "Actions bloquées",
            french.percent(blocked["valeur"]),
            f"{french.among(blocked['denominateur'], 'action au statut connu', 'actions au statut connu')} :",
            lien="actions/bloquees.html",
            evolution=since.move(publication, "taux_blocage"),
            liens=[
                _link(every, "bloquees", "bloquée", "bloquées"),
                _link(every, "arretees", "avec celles en pause", "avec celles en pause"),
            ],
            alerte=True,
        ),
        figures.landmark(
            "Sans nouvelles",
            french.percent(region("repartition_statuts", "sans_nouvelles")["valeur"]),
            "ni les rapports trop anciens ni les actions absentes du dernier ne disent où elles en sont :",
            lien="actions/sans_nouvelles.html",
            liens=[_link(every, "sans_nouvelles", "action", "actions")],
        ),
    ]


def proof(rows: list[Row], root: str = "actions/", suffix: str = ".html") -> list[Row]:
    """What proves the actions done, said wherever they are: « 346 prouvées, 284 seulement déclarées »."""
    return [
        {
            "adresse": f"{root}{code}{suffix}",
            "texte": french.counted(actions.count(rows, code), one, many),
        }
        for code, one, many in (
            ("prouvees", "prouvée", "prouvées"),
            ("declarees", "seulement déclarée", "seulement déclarées"),
        )
    ]


def _link(rows: list[Row], code: str, one: str, many: str) -> Row:
    return {
        "adresse": f"actions/{code}.html",
        "texte": french.counted(actions.count(rows, code), one, many),
    }


def coverage(publication: Publication, measured: dict[str, Measures]) -> list[Row]:
    """What is covered and what is not: roadmaps, territories that concretize, what goes beyond the core themes."""
    region = publication.region
    found = region("couverture_feuilles_de_route")
    followed = [m for m in measured.values() if m.followed()["n_nb"]]
    concrete = sum((m("taux_realisation")["numerateur"] or 0) > 0 for m in followed)
    silos, beyond = region("integration_silos"), region("part_hors_socles")
    gap, delay = region("ecart_calendrier"), region("delai_realisation")
    rows = [
        figures.landmark(
            "Territoires couverts",
            french.number(found["numerateur"]),
            "ont adopté leur feuille de route",
            sur=f"sur {french.number(found['denominateur'])}",
            lien="index.html#tous",
        ),
        figures.landmark(
            "Territoires qui concrétisent",
            french.number(concrete),
            "ont réalisé au moins une action, parmi ceux qui rendent compte",
            sur=f"sur {french.number(len(followed))}",
            lien="actions/realisees.html",
        ),
    ]
    if silos["valeur"] is not None:
        rows.append(
            figures.landmark(
                "Silos des projets de territoire servis",
                french.percent(silos["valeur"]),
                french.among(silos["denominateur"], "silo déclaré", "silos déclarés"),
            )
        )
    if beyond["valeur"] is not None:
        rows.append(
            figures.landmark(
                "Au-delà des socles",
                french.percent(beyond["valeur"]),
                french.among(beyond["denominateur"], "action active", "actions actives"),
            )
        )
    if gap["valeur"] is not None:
        rows.append(
            figures.landmark(
                "Écart au calendrier",
                french.points(gap["valeur"]),
                "avancement moins temps écoulé, en moyenne : sous zéro, les actions ont du retard sur leur temps",
            )
        )
    if delay["valeur"] is not None:
        rows.append(
            figures.landmark(
                "Délai médian de réalisation",
                french.span(delay["valeur"]),
                f"entre le début et la fin, {french.among(delay['n_nb'], 'action démarrée', 'actions démarrées')}",
            )
        )
    return rows


def progress_landmarks(region: Measures) -> list[Row]:
    """The mean progress, with its bounds, and what has started."""
    started = region("taux_demarrage")
    return [
        figures.progress(region),
        figures.landmark(
            "Actions démarrées",
            french.percent(started["valeur"]),
            french.among(
                started["denominateur"], "action au statut connu", "actions au statut connu"
            ),
        ),
    ]
