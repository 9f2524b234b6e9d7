"""Budgets as declared, and the European funds from the envelope to the payments."""

from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.model import Figure, Row
from vigie.diffusion.pages.reading import Measures, Publication

BASES = {"ht": "hors taxes", "ttc": "toutes taxes comprises", "non_precise": "base non précisée"}


def budgets(own: Measures) -> list[Row]:
    """Budgets and rates by tax base, never added together."""
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
                "engagement": own("taux_engagement", base)["valeur"],
                "paiement": own("taux_paiement", base)["valeur"],
            }
        )
    return rows


def european_funds(publication: Publication, measures: Measures, mesh: str) -> Figure:
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
    left = parts.get("reste_a_concretiser", {}).get("valeur")
    whole = "l’enveloppe" if mesh == "region" else "ce qui est programmé"
    told = f" Reste à concrétiser sur {whole} : {french.euros(left)}." if left is not None else ""
    return figures.steps(
        publication,
        "fonds-europeens",
        "Fonds européens : de l’enveloppe au paiement",
        rows,
        "eur",
        f"Montants cumulés depuis le début, jamais additionnés d’une année sur l’autre.{told}",
        "Aucun financement européen déclaré.",
    )
