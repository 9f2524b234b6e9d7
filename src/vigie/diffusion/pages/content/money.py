"""Budgets as declared, and the European funds from the envelope to the payments."""

from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.model import Figure, Row
from vigie.diffusion.pages.reading import Measures, Publication

BASES = {"ht": "hors taxes", "ttc": "toutes taxes comprises", "non_precise": "base non précisée"}


def budgets(own: Measures) -> list[Row]:
    """Budgets and rates by tax base, never added together; each rate with the amount it is taken of."""
    rows = []
    for base, label in BASES.items():
        budget = own("budget_prevu", base)
        if budget["valeur"] is None:
            continue
        rows.append(
            {
                "base": label,
                "budget": budget["valeur"],
                "n_nb": budget["n_nb"],
                "engagement": _with_its_base(own("taux_engagement", base)),
                "paiement": _with_its_base(own("taux_paiement", base)),
            }
        )
    return rows


def _with_its_base(rate: Row) -> str:
    """A rate and the amount it is taken of: that of the actions which tell both, not the whole budget."""
    told = french.percent(rate["valeur"])
    return told if rate["valeur"] is None else f"{told} de {french.euros(rate['denominateur'])}"


def european_funds(publication: Publication, measures: Measures) -> Figure:
    """From the envelope to the payments; the envelope is known for the whole region only."""
    labels = {
        "enveloppe": "Enveloppe",
        "programme": "Programmé",
        "engage": "Engagé",
        "justifie": "Justifié",
        "paye": "Payé",
    }
    parts = measures.parts("cascade_europeenne")
    rows = [
        {"etape": label, "valeur": parts[code]["valeur"], "n_nb": parts[code]["n_nb"]}
        for code, label in labels.items()
        if code in parts and parts[code]["valeur"] is not None
    ]
    left = measures("cascade_europeenne", "reste_a_concretiser")
    given_up = measures("cascade_europeenne", "programme_abandonnees")
    told = ""
    if left["valeur"] is not None:
        told = f" Reste à payer sur ce qui est programmé : {french.euros(left['valeur'])}"
        if left["borne_haute"] != left["borne_basse"]:
            told += f", jusqu’à {french.euros(left['borne_haute'])} si ce qui n’est pas dit n’est pas payé"
        told += "."
    if given_up["valeur"]:
        told += f" Dont {french.euros(given_up['valeur'])} programmés sur des actions abandonnées."
    return figures.steps(
        publication,
        "fonds-europeens",
        "Fonds européens : de l’enveloppe au paiement",
        rows,
        "eur",
        f"Montants cumulés depuis le début, jamais additionnés d’une année sur l’autre.{told}",
        "Aucun financement européen déclaré.",
    )
