"""What Vigie knows of the actions of a territory: its last report in force, in the words of the template."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from vigie.records import REPORT
from vigie.reference.columns import ACTION, FUNDING, HEADER, columns_of_level
from vigie.reference.seeds import NOT_REPORTED, Reference
from vigie.settings import Settings
from vigie.warehouse import raw

Row = dict[str, str]

_OF_THE_DAY = ("siren_epci", "date_situation")
_HEADER = [
    field.champ
    for field in columns_of_level(HEADER)
    if field.colonne and field.champ not in _OF_THE_DAY
]
_IN_FORCE = f"""
    with dernieres as (
        select rapport_id, arg_max(decision, row(decide_le, decision_id)) as decision
        from decisions
        group by rapport_id
    )
    select r.rapport_id, r.date_situation, {", ".join(_HEADER)}, r.ecartees_nb
    from rapports as r
    left join dernieres as d on r.rapport_id = d.rapport_id
    where r.siren_epci = $siren and r.jeu = $jeu and r.verdict <> 'rejete'
        and coalesce(d.decision, if(r.verdict = 'a_valider', 'attente', 'approuve')) = 'approuve'
    order by r.date_situation desc nulls last, r.connu_le desc, r.rapport_id
    limit 1
"""
_ROWS = "from lignes where rapport_id = ? order by feuille, ligne"
_LISTS = {
    "themes": "select feuille, ligne, theme_brut from lignes_themes where rapport_id = ?",
    "silos": "select feuille, ligne, silo_libelle from lignes_silos where rapport_id = ?",
}
_OWN_SILOS = "select silo_libelle from rapports_silos where rapport_id = ? order by silo_code"
_FUNDINGS = "from lignes_financements where rapport_id = ? order by feuille, ligne, financeur"
# What raw keeps under the name of the field, as it is: the others are told by `_said`.
_SAME = [field.champ for field in columns_of_level(ACTION) if field.colonne == field.champ]
_FUNDING = [field.champ for field in columns_of_level(FUNDING)]


@dataclass(frozen=True)
class Known:
    """A report in force: the fields of its header and of each action, as texts that the gate reads back to the same
    values. A field repeated by funder is named with its rank (`financeur_1`). `ecartees_nb` of its rows are missing,
    set aside by the gate."""

    rapport_id: str = ""
    situation: date | None = None
    header: Row = field(default_factory=dict)
    actions: list[Row] = field(default_factory=list)
    ecartees_nb: int = 0


def last_report(settings: Settings, reference: Reference, siren: str) -> Known:
    """The last report in force of a territory; an empty one when it has none."""
    if not settings.raw_path.exists():
        return Known()
    with raw.reader(settings.raw_path) as connection:
        found = connection.execute(_IN_FORCE, {"siren": siren, "jeu": REPORT}).fetchone()
        if found is None:
            return Known()
        rapport_id, situation, *header, aside = found
        silos = [row[0] for row in connection.execute(_OWN_SILOS, [rapport_id]).fetchall()]
        return Known(
            rapport_id=rapport_id,
            situation=situation,
            header={
                **{name: text(value) for name, value in zip(_HEADER, header, strict=True)},
                "silos_projet_territoire": " | ".join(silos),
            },
            actions=_actions(connection, rapport_id, reference),
            ecartees_nb=aside,
        )


def actions_of(settings: Settings, reference: Reference, rapport_id: str) -> list[Row]:
    """The actions that raw holds of one report, as those of `Known`."""
    with raw.reader(settings.raw_path) as connection:
        return _actions(connection, rapport_id, reference)


def _actions(
    connection: duckdb.DuckDBPyConnection, rapport_id: str, reference: Reference
) -> list[Row]:
    lists: dict[str, dict[tuple[str, int], list[str]]] = {}
    for name, query in _LISTS.items():
        lists[name] = defaultdict(list)
        for sheet, line, label in connection.execute(query, [rapport_id]).fetchall():
            lists[name][sheet, line].append(label)
    fundings: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for funding in _records(connection, _FUNDINGS, rapport_id):
        fundings[funding["feuille"], funding["ligne"]].append(funding)
    actions = []
    for row in _records(connection, _ROWS, rapport_id):
        place = (row["feuille"], row["ligne"])
        action = {name: text(row[name]) for name in _SAME} | _said(row, reference)
        action |= {name: " | ".join(lists[name][place]) for name in lists}
        for rank, funding in enumerate(fundings[place], start=1):
            action |= {f"{name}_{rank}": text(funding[name]) for name in _FUNDING}
        actions.append({name: value for name, value in action.items() if value})
    return actions


def _said(row: dict[str, Any], reference: Reference) -> Row:
    """The fields that raw keeps as codes, in words."""
    status = reference.statuses[row["statut_code"]].libelle
    if row["statut_code"] == NOT_REPORTED:
        status = ""
    # « En retard » tells more than the status that it leads to.
    if row["retard_declare"]:
        status = row["statut_brut"] or status
    return {
        "statut": status,
        "taux_avancement": text(row["taux_avancement_pct"]),
        "meteo": reference.weathers.get(row["meteo_code"] or "", ""),
        "confidentiel": "Oui" if row["est_confidentielle"] else "",
    }


def _records(
    connection: duckdb.DuckDBPyConnection, query: str, rapport_id: str
) -> list[dict[str, Any]]:
    result = connection.execute(query, [rapport_id])
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def text(value: Any) -> str:
    """A value of raw as one writes it: ISO days, numbers with a comma; nothing for what is missing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)
