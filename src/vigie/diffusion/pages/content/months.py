"""The map and the key figures of every month, as known today and as known at each session: one light JSON."""

import json
from datetime import date

from markupsafe import Markup

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import since
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication

# In the order of the views of the map, the coverage apart.
INDICATORS = ("taux_realisation", "taux_retard", "avancement")
_KEY = ("taux_realisation", "taux_retard", "taux_blocage", "avancement")
_SESSIONS = 3
_QUERY = (
    "select maille_code, territoire_code, indicateur_code, mois_le, valeur from marts.fct_indicateurs"
    " where maille_code in ('epci', 'region') and theme_code = 'tous' and modalite_code = 'total'"
    " and indicateur_code in ('taux_realisation', 'taux_retard', 'taux_blocage', 'avancement')"
    " and valeur is not null"
)


def states(publication: Publication) -> Row:
    """`json`: what the slider of the map reads; `lignes`: the key figures by month and session, for those who have no
    script."""
    known: list[Row] = [
        {"titre": "tel qu’on le sait aujourd’hui", "etats": publication.rows(_QUERY)}
    ]
    for session in since.sessions(publication)[: -_SESSIONS - 1 : -1]:
        rows = since.read_edition(session.edition, _QUERY)
        if rows is not None:
            title = f"tel qu’on le savait à la séance « {session.nom} »"
            known.append({"titre": title, "etats": rows})
    shown = [_shown(publication, one["titre"], one["etats"]) for one in known]
    text = json.dumps(
        {"indicateurs": _KEY, "connu": shown, "sirens": list(publication.names)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # Nothing in it may close the element that holds it.
    return {
        "json": Markup(text.replace("<", "\\u003c")),
        "lignes": [{"titre": one["titre"], "mois": list(reversed(_told(one)))} for one in shown],
        "mois_nb": max((len(one["mois"]) for one in shown), default=0),
    }


def _shown(publication: Publication, title: str, rows: list[Row]) -> Row:
    """One way of knowing: its months, and for each the region's figures and those of each territory, in percent."""
    months = sorted({row["mois_le"] for row in rows})
    values = {
        (row["mois_le"], row["territoire_code"], row["indicateur_code"]): round(row["valeur"], 1)
        for row in rows
    }

    def of(month: date, place: str, codes: tuple[str, ...]) -> list[float | None]:
        return [values.get((month, place, code)) for code in codes]

    return {
        "titre": title,
        "mois": [f"{month:%Y-%m}" for month in months],
        "noms": [french.month(month) for month in months],
        "region": [of(month, publication.region_code, _KEY) for month in months],
        "territoires": [
            [of(month, siren, INDICATORS) for siren in publication.names] for month in months
        ],
    }


def _told(shown: Row) -> list[Row]:
    return [
        {
            "nom": name,
            "valeurs": [None if value is None else french.percent(value, 1) for value in found],
        }
        for name, found in zip(shown["noms"], shown["region"], strict=True)
    ]
