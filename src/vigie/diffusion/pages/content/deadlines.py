"""The deadlines of a territory: which come soon, how those announced moved."""

from datetime import timedelta

from vigie.diffusion.pages import french
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Measures, Publication

_SOON = timedelta(days=122)


def due_soon(publication: Publication, actions: list[Row]) -> list[Row]:
    """The actions due from this month to three months on, not done nor late yet."""
    start = publication.identity["date_situation_le"].replace(day=1)
    rows = [
        action
        for action in actions
        if action["est_dans_perimetre"]
        and action["statut_code"] != "realise"
        and not action["est_en_retard"]
        and action["date_fin_prevue"]
        and start <= action["date_fin_prevue"] <= start + _SOON
    ]
    return sorted(rows, key=lambda action: (action["date_fin_prevue"], action["code_action"]))


def moved(own: Measures) -> list[Row]:
    """How the planned ends moved since the first report."""
    median, moved = own("glissement"), own("glissement", "deplacees")
    mean, targets = own("glissement", "moyen_jours"), own("glissement", "cibles_deplacees")
    gone, undated = own("glissement", "disparues"), own("taux_retard", "sans_echeance")
    due_since = own("taux_retard", "echeance_passee_sans_nouvelles")
    return [
        {"libelle": label, "valeur": value, "n_nb": measure["n_nb"]}
        for label, value, measure in (
            (
                "Échéances passées depuis leur rapport, sans nouvelles",
                french.percent(due_since["valeur"]),
                due_since,
            ),
            (
                "Décalage médian des échéances déplacées",
                french.measure(median["valeur"], "jours"),
                median,
            ),
            (
                "Décalage moyen, déplacées ou non",
                french.measure(mean["valeur"], "jours"),
                mean,
            ),
            (
                "Cibles déplacées depuis leur première annonce",
                french.percent(targets["valeur"]),
                targets,
            ),
            (
                "Échéances déplacées depuis leur première annonce",
                french.percent(moved["valeur"]),
                moved,
            ),
            ("Actions disparues des rapports", french.percent(gone["valeur"]), gone),
            ("Actions sans échéance", french.percent(undated["valeur"]), undated),
        )
        if measure["n_nb"]
    ]
