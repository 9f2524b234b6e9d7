"""A dossier of Démarches simplifiées, as landed by the channel `demarches`."""

from collections.abc import Iterator
from typing import Any

from vigie.reading.adapters.codes import unreadable
from vigie.reading.adapters.record_table import LIST_JOINT, RecordTable, as_text, read_records
from vigie.reading.fields import Fields
from vigie.records import Cell, ParsedReport, Receipt
from vigie.reference.columns import CONFIDENTIALITY
from vigie.settings import Settings

FORMAT = "ds_json"
_CLOSED = {"refuse": "refusé", "sans_suite": "classé sans suite"}
_SHEET = "Dossier"

# Under which names the stored query gives the value of each type: « Oui/Non » was once a kind of checkbox.
_TYPED = {
    "DateChamp": ("date",),
    "IntegerNumberChamp": ("integerNumber",),
    "DecimalNumberChamp": ("decimalNumber",),
    "CheckboxChamp": ("checked", "selected"),
    "YesNoChamp": ("selected", "checked"),
    "MultipleDropDownListChamp": ("values",),
}
# What is no answer in a field.
_ABOUT = frozenset({"__typename", "id", "label", "champDescriptorId", "prefilled", "updatedAt"})
_UNREADABLE = "valeur illisible"
_PLACES = {
    "CommuneChamp": "commune",
    "DepartementChamp": "departement",
    "RegionChamp": "region",
    "PaysChamp": "pays",
}

Champ = dict[str, Any]


def read_dossier(
    document: dict[str, Any],
    mapping: dict[str, str],
    receipt: Receipt,
    fields: Fields,
    settings: Settings,
) -> ParsedReport:
    """The report of a dossier: its repeated block is the table of actions, its fields the header.

    A field is found by its descriptor in the mapping of the source (it outlives a new revision of
    the form), else by its label. Raises ReportUnreadable for a dossier deleted, closed, or filled in
    for another intercommunalité than the depositor's.
    """
    number = document.get("number")
    if "suppression" in document:
        raise unreadable("FIC-DOSSIER-SUPPRIME", numero=number)
    if document.get("state") in _CLOSED:
        raise unreadable("FIC-DOSSIER-CLOS", numero=number, etat=_CLOSED[document["state"]])
    try:
        header = dict(_header(document["champs"], mapping, fields))
        _check_depositor(header, document.get("siret") or "")
        tables = [
            _table(champ, mapping, fields)
            for champ in document["champs"]
            if champ.get("rows") is not None
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise unreadable("FIC-TRONQUE") from error
    if not tables:
        raise unreadable("FIC-MODELE", vu="")
    return read_records(tables, FORMAT, header, [], receipt, fields, settings)


def _header(
    champs: list[Champ], mapping: dict[str, str], fields: Fields
) -> Iterator[tuple[str, Cell]]:
    for champ in champs:
        if champ["__typename"] == "EpciChamp":
            yield "siren_epci", Cell((champ.get("epci") or {}).get("code") or "", _SHEET)
            continue
        found = fields.find(mapping.get(_descriptor(champ)) or champ["label"], "vigie")
        known = fields.by_name.get(found[0]) if found else None
        is_kept = known is not None and known.champ == CONFIDENTIALITY
        value = _confidentiality(champ) if is_kept else _value(champ)
        if known and known.may_head and value:
            yield known.champ, Cell(value, _SHEET)


def _check_depositor(header: dict[str, Cell], siret: str) -> None:
    """The intercommunalité chosen in the form must be the one whose SIRET deposited the dossier."""
    chosen = header.get("siren_epci")
    if chosen and siret and chosen.valeur.replace(" ", "")[:9] != siret[:9]:
        raise unreadable("FIC-DOSSIER-SIRET", siren=chosen.valeur, siret=siret)
    if siret and not chosen:
        header["siren_epci"] = Cell(siret[:9], _SHEET)


def _table(block: Champ, mapping: dict[str, str], fields: Fields) -> RecordTable:
    """A repeated block: one row per repetition, one column per descriptor met in any of them."""
    columns: dict[str, str] = {}
    rows = []
    for row in block["rows"]:
        values = {}
        for champ in row["champs"]:
            descriptor = _descriptor(champ)
            label = columns.setdefault(descriptor, mapping.get(descriptor) or champ["label"])
            read = _confidentiality if fields.tells_confidentiality(label) else _value
            values[descriptor] = read(champ)
        rows.append(values)
    cells = [[row.get(descriptor, "") for descriptor in columns] for row in rows]
    return RecordTable(block["label"], list(columns.values()), cells, range(1, len(rows) + 1))


def _descriptor(champ: Champ) -> str:
    return champ.get("champDescriptorId") or champ["id"]


def _confidentiality(champ: Champ) -> str:
    """All that a field answers, in whatever form: never blank unless nothing is answered."""
    given = [value for name, value in champ.items() if name not in _ABOUT]
    told = {as_text(value) or _UNREADABLE for value in given if value not in (None, "", [], {})}
    return LIST_JOINT.join(sorted(told))


def _value(champ: Champ) -> str:
    """The value of a field, from its typed form where there is one: `stringValue` writes dates in words."""
    kind = champ["__typename"]
    if kind == "DatetimeChamp":
        return as_text(champ.get("datetime")).replace("T", " ")[:16]
    if kind == "LinkedDropDownListChamp" and champ.get("primaryValue"):
        return as_text([champ["primaryValue"], champ.get("secondaryValue")])
    if kind in _PLACES:
        return as_text((champ.get(_PLACES[kind]) or {}).get("name")) or as_text(
            champ.get("stringValue")
        )
    given = (champ.get(name) for name in (*_TYPED.get(kind, ()), "value", "stringValue"))
    return next(filter(None, map(as_text, given)), "")
