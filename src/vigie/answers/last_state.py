"""The workbook of a territory's next report: its own actions in their last accepted state, ready to be updated.

Confidential actions are in it, marked as such: it is made for the territory alone, in its own folder of answers.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from vigie.files import read_json, write_json
from vigie.reading.template import State, write_template
from vigie.records import REPORT
from vigie.reference.columns import FUNDING, HEADER, columns_of_level
from vigie.reference.seeds import NOT_REPORTED, TO_CLASSIFY, Reference
from vigie.settings import Settings
from vigie.warehouse import raw

# Beyond, a workbook takes long to write and nobody updates it by hand.
MAX_ACTIONS = 2_000
_DIGEST = ".prochain-rapport.json"
_BETWEEN = " ; "

# The last report in force, as `stg_rapports__rapports` says it: an empty one is none.
_REPORT = """
    with decidees as (
        select rapport_id, arg_max(decision, row(decide_le, decision_id)) as decision
        from decisions
        group by rapport_id
    )

    select r.*
    from rapports as r
    left join decidees as d on r.rapport_id = d.rapport_id
    where
        r.siren_epci = $siren
        and r.jeu = $jeu
        and r.verdict <> 'rejete'
        and coalesce(d.decision, '') <> 'refuse'
        and (r.verdict <> 'a_valider' or d.decision = 'approuve')
        and exists (select 1 from lignes as l where l.rapport_id = r.rapport_id)
    order by r.date_situation desc, r.connu_le desc, r.depose_le desc nulls last, r.rapport_id desc
"""
# Its actions, then those whose row it set aside, as the reports before it left them.
_ACTIONS = """
    with rangs as (select unnest($ids) as rapport_id, generate_subscripts($ids, 1) as rang),

    ecartees as (
        select code_action from lignes_ecartees where rapport_id = $ids[1] and code_action is not null
    )

    select l.*
    from lignes as l
    inner join rangs as r on l.rapport_id = r.rapport_id
    where r.rang = 1 or l.code_action in (select code_action from ecartees)
    qualify row_number() over (partition by l.code_action order by r.rang, l.feuille, l.ligne) = 1
    order by r.rang, l.feuille, l.ligne
"""
_LISTS = """
    select feuille, ligne, {columns}
    from {table}
    where rapport_id = $id
    order by feuille, ligne, rowid
"""


def write(settings: Settings, reference: Reference, path: Path, siren: str) -> State | None:
    """Writes at `path` the workbook of the next report of this territory, and gives what fills it in; None, and a blank
    workbook, when nothing of it was accepted yet. Raises SettingsError for a SIREN that is no territory."""
    state = None
    if settings.raw_path.exists():
        with raw.reader(settings.raw_path) as connection:
            state = last_state(connection, reference, siren)
    write_template(path, reference, siren, state)
    return state


def write_changed(
    connection: duckdb.DuckDBPyConnection, reference: Reference, folder: Path, name: str
) -> None:
    """Writes under this name the workbook of the territory of a folder of answers, where its content changed."""
    siren = folder.name
    state = last_state(connection, reference, siren) if siren in reference.territories else None
    if state is None:
        # The only report in force was refused since.
        (folder / name).unlink(missing_ok=True)
        return
    digest = _digest(state)
    if (folder / name).exists() and read_json(folder / _DIGEST, {}).get("contenu") == digest:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_template(folder / name, reference, siren, state)
    write_json(folder / _DIGEST, {"contenu": digest})


def _digest(state: State) -> str:
    told = json.dumps([state.header, state.actions], default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def last_state(
    connection: duckdb.DuckDBPyConnection, reference: Reference, siren: str
) -> State | None:
    """The header and the actions of the last report in force of a territory, None without one, or with too many actions
    for a workbook. Until its first report, those of the territories that it replaced."""
    return _state_of(connection, reference, siren, frozenset())


def _state_of(
    connection: duckdb.DuckDBPyConnection, reference: Reference, siren: str, heirs: frozenset[str]
) -> State | None:
    reports = _records(connection, _REPORT, siren=siren, jeu=REPORT)
    if reports:
        return _state(connection, reference, siren, reports)
    known = heirs | {siren}
    replaced = [old for old in reference.replaced_by(siren) if old not in known]
    before = (_state_of(connection, reference, old, known) for old in replaced)
    return _together(siren, list(filter(None, before)))


def _together(siren: str, before: Sequence[State]) -> State | None:
    """What several territories leave to the one that replaced them; a code that two of them gave says whose it was."""
    counts = Counter(action["code_action"] for state in before for action in state.actions)
    actions = [
        {**action, "code_action": f"{action['code_action']}-{state.header['siren_epci']}"}
        if counts[action["code_action"]] > 1
        else action
        for state in before
        for action in state.actions
    ]
    if not before or len(actions) > MAX_ACTIONS:
        return None
    # A header that they do not share is for the new territory to write.
    headers = [state.header for state in before]
    header = {
        champ: value if all(other[champ] == value for other in headers) else None
        for champ, value in headers[0].items()
    }
    situation = max(state.situation for state in before)
    is_synthetic = any(state.is_synthetic for state in before)
    return State({**header, "siren_epci": siren}, actions, situation, is_synthetic)


def _state(
    connection: duckdb.DuckDBPyConnection,
    reference: Reference,
    siren: str,
    reports: Sequence[dict[str, Any]],
) -> State | None:
    """What the last of these reports of a territory says."""
    last = reports[0]
    if last["acceptees_nb"] > MAX_ACTIONS:
        return None
    lines = _records(connection, _ACTIONS, ids=[r["rapport_id"] for r in reports])
    silos = connection.execute(
        "select silo_libelle from rapports_silos where rapport_id = ?", [last["rapport_id"]]
    ).fetchall()
    told = _joined(label for (label,) in silos)
    header = {
        field.champ: last[field.colonne] if field.colonne else told
        for field in columns_of_level(HEADER)
        if field.champ != "date_situation"
    }
    beside = {id_: _beside(connection, reference, id_) for id_ in {r["rapport_id"] for r in lines}}
    actions = [
        _action(line, reference)
        | beside[line["rapport_id"]].get((line["feuille"], line["ligne"]), {})
        for line in lines
    ]
    return State(header, actions, last["date_situation"], last["est_synthetique"])


def _action(line: dict[str, Any], reference: Reference) -> dict[str, Any]:
    """A row of `lignes` by the fields of the report."""
    status = reference.statuses.get(line["statut_code"])
    label = status.libelle if status and line["statut_code"] != NOT_REPORTED else None
    return line | {
        # « En retard » says more than the status that it is read as.
        "statut": line["statut_brut"] if line["retard_declare"] else label,
        "taux_avancement": line["taux_avancement_pct"],
        "meteo": reference.weathers.get(line["meteo_code"]),
        "confidentiel": "Oui" if line["est_confidentielle"] else None,
    }


def _beside(
    connection: duckdb.DuckDBPyConnection, reference: Reference, rapport_id: str
) -> dict[tuple[str, int], dict[str, Any]]:
    """The themes, the silos and the fundings of each row of a report, by its sheet and its number."""
    found: dict[tuple[str, int], dict[str, list[Any]]] = {}

    def rows(table: str, *columns: str) -> Iterator[tuple[dict[str, list[Any]], list[Any]]]:
        query = _LISTS.format(table=table, columns=", ".join(columns))
        for sheet, number, *values in connection.execute(query, {"id": rapport_id}).fetchall():
            lists = found.setdefault(
                (sheet, number), {"themes": [], "silos": [], "financements": []}
            )
            yield lists, values

    for lists, (code, written) in rows("lignes_themes", "theme_code", "theme_brut"):
        theme = reference.themes.get(code)
        lists["themes"].append(theme.libelle if theme and code != TO_CLASSIFY else written)
    for lists, (label,) in rows("lignes_silos", "silo_libelle"):
        lists["silos"].append(label)
    columns = [field.colonne for field in columns_of_level(FUNDING)]
    for lists, values in rows("lignes_financements", *columns):
        lists["financements"].append(dict(zip(columns, values, strict=True)))
    return {
        place: {
            "themes": _joined(lists["themes"]),
            "silos": _joined(lists["silos"]),
            "financements": lists["financements"],
        }
        for place, lists in found.items()
    }


def _joined(labels: Iterable[str]) -> str | None:
    return _BETWEEN.join(dict.fromkeys(labels)) or None


def _records(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any
) -> list[dict[str, Any]]:
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
