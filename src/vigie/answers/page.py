"""The words of an answer: the acknowledgement page and the table of remarks."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from vigie.answers.grouping import Group, grouped
from vigie.clock import day_in_paris
from vigie.reading.fields import Fields
from vigie.reference.seeds import Campaign, Reference
from vigie.settings import Settings
from vigie.text import FORMULA_STARTS
from vigie.verdicts import titled

SHOWN_PER_SEVERITY = 50
TEMPLATE_NAME = "modele.xlsx"
_SEVERITIES = (
    ("critique", "À corriger"),
    ("majeure", "À vérifier"),
    ("remarque", "Remarques"),
)

# Whom a file comes from: the SIREN written inside may be another territory's, who must not be told of it.
_SENDERS = """
    with sources as (select unnest($sources) as source_id, unnest($sirens) as siren_epci),

    envoyes as (
        select r.*, coalesce(s.siren_epci, r.siren_epci) as expediteur_siren
        from rapports as r
        left join sources as s on r.source_id = s.source_id
    )
"""

_REPORTS = _SENDERS + "from envoyes where list_contains($ids, rapport_id)"

_LAST_DECISIONS = """
    from decisions
    qualify row_number() over (partition by rapport_id order by decide_le desc, decision_id desc) = 1
"""

_DECISIONS_TAKEN = f"from ({_LAST_DECISIONS}) where list_contains($ids, rapport_id)"

# With the title of the row as its sender wrote it: nobody knows their actions by the number of a row.
_CONTROLS = """
    with titres as (
        select rapport_id, feuille, ligne, intitule from lignes where list_contains($ids, rapport_id)
        union
        select rapport_id, feuille, ligne, contenu_json ->> 'intitule' as intitule
        from lignes_ecartees
        where list_contains($ids, rapport_id)
    )

    select
        c.rapport_id, c.regle_code, c.severite, c.feuille, c.ligne, c.colonne, c.champ, c.valeur, c.message, c.consigne,
        t.intitule
    from controles as c
    left join titres as t on c.rapport_id = t.rapport_id and c.feuille = t.feuille and c.ligne = t.ligne
    where list_contains($ids, c.rapport_id)
    order by
        case c.severite when 'critique' then 1 when 'majeure' then 2 else 3 end,
        c.feuille, c.ligne, c.colonne, c.regle_code
"""

_HISTORY = f"""
    {_SENDERS},

    voisins as (
        select h.*, r.rapport_id as reponse_id
        from envoyes as r
        inner join envoyes as h on
            r.rapport_id = h.rapport_id
            or (r.expediteur_siren = h.expediteur_siren and r.jeu = h.jeu and h.connu_le <= r.connu_le)
        where list_contains($ids, r.rapport_id)
        qualify row_number() over (
            partition by r.rapport_id order by h.rapport_id = r.rapport_id desc, h.date_situation desc, h.connu_le desc
        ) <= 13
    )

    select
        v.reponse_id, v.rapport_id, v.date_situation, v.nom_fichier, v.verdict, v.recues_nb, v.acceptees_nb,
        v.remarques_nb, d.decision
    from voisins as v
    left join ({_LAST_DECISIONS}) as d on v.rapport_id = d.rapport_id
    order by v.date_situation desc nulls first, v.connu_le desc, v.rapport_id
"""


@dataclass(frozen=True)
class Told:
    """Everything an answer says, read from raw; whom to ask, when to report next, and where the template is."""

    report: dict[str, Any]
    territory: str
    controls: list[dict[str, Any]]
    history: list[dict[str, Any]]
    decision: dict[str, Any] | None
    labels: dict[str, str]
    next_campaign: Campaign | None = None
    contact: str = ""
    template: str = ""

    @property
    def verdict(self) -> str:
        """The verdict in words, the Région's decision taking over once made."""
        decision = self.decision["decision"] if self.decision else None
        return titled(self.report["verdict"], decision)


@dataclass(frozen=True)
class Findings:
    """What is said of a file, in the order of a page: `sections` holds for each severity its title, the groups shown,
    how many groups and how many controls there are; `understood` what needs no mending."""

    sections: list[tuple[str, list[Group], int, int]]
    understood: list[Group]

    @classmethod
    def of(cls, controls: Sequence[dict[str, Any]]) -> "Findings":
        """Puts together controls as `grouping.grouped` takes them."""
        sections = []
        groups = grouped(controls)
        for severity, title in _SEVERITIES:
            found = [g for g in groups if g.first["severite"] == severity and not g.informs]
            if found:
                count = sum(len(g.controls) for g in found)
                sections.append((title, found[:SHOWN_PER_SEVERITY], len(found), count))
        return cls(sections, [g for g in groups if g.informs][:SHOWN_PER_SEVERITY])


def field_labels(seeds: Path) -> dict[str, str]:
    """The headers of the template, by field, without the rank of those that are repeated."""
    fields = Fields.load(seeds).by_name.values()
    return {field.champ: field.libelle.replace(" {n}", "") for field in fields}


def gather(
    connection: duckdb.DuckDBPyConnection, rapport_ids: Sequence[str], settings: Settings
) -> Iterator[Told]:
    """Reads what the senders of these reports must know, one `Told` per report."""
    reference = Reference.load(settings.seeds)
    owners = reference.owners()
    senders = {"sources": list(owners), "sirens": list(owners.values())}
    labels = field_labels(settings.seeds)
    controls = _records(connection, _CONTROLS, rapport_ids, "rapport_id")
    history = _records(connection, _HISTORY, rapport_ids, "reponse_id", **senders)
    decisions = _records(connection, _DECISIONS_TAKEN, rapport_ids, "rapport_id")
    reports = _records(connection, _REPORTS, rapport_ids, "rapport_id", **senders)
    for told in (h for found in history.values() for h in found):
        told["reponse"] = titled(told["verdict"], told["decision"])
    for rapport_id, (report,) in reports.items():
        known = reference.territory_of(report["expediteur_siren"] or "")
        yield Told(
            report=report,
            territory=known.nom if known else "Territoire non reconnu",
            controls=controls.get(rapport_id, []),
            history=history[rapport_id],
            decision=next(iter(decisions.get(rapport_id, [])), None),
            labels=labels,
            next_campaign=_next_campaign(report, reference),
            contact=settings.contact,
            template=settings.template_url or f"../../{TEMPLATE_NAME}",
        )


def _next_campaign(report: dict[str, Any], reference: Reference) -> Campaign | None:
    """The first period to report on after the one of the report that was not yet due when it came; None after the
    last."""
    reported = report["date_situation"] or date.min
    came = (report["depose_le"] or report["connu_le"]).date()
    return next(
        (c for c in reference.campaigns if c.periode_fin_le > reported and c.echeance_le >= came),
        None,
    )


def _records(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    rapport_ids: Sequence[str],
    key: str,
    **senders: list[str],
) -> dict[str, list[dict[str, Any]]]:
    result = connection.execute(query, {"ids": list(rapport_ids), **senders})
    names = [column[0] for column in result.description]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in result.fetchall():
        record = dict(zip(names, row, strict=True))
        found.setdefault(record[key], []).append(record)
    return found


def subject(told: Told) -> str:
    """The subject of the mail."""
    day = told.report["date_situation"]
    when = f", situation au {day:%d/%m/%Y}" if day else ""
    mark = "[DONNÉES FICTIVES] " if told.report["est_synthetique"] else ""
    return f"{mark}{told.verdict} : {told.territory}{when}"


def page(told: Told, copy: str | None, next_report: str | None) -> str:
    """The acknowledgement as an HTML page; `copy` names the annotated workbook beside it, `next_report` the one that
    waits for the next report, in the folder above; None without one.
    """
    return (
        _environment()
        .get_template("accuse.html.j2")
        .render(
            told=told,
            report=told.report,
            findings=Findings.of(told.controls),
            copy=copy,
            next_report=next_report,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("vigie.answers", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["jour"] = day
    environment.filters["insecable"] = unbroken
    return environment


def day(told: date | None) -> str:
    """A day as people write it, that of Paris for a moment."""
    shown = day_in_paris(told) if isinstance(told, datetime) else told
    return f"{shown:%d/%m/%Y}" if shown else "non précisée"


def unbroken(text: str) -> str:
    """No line may begin by a closing mark or a unit, nor end by an opening one."""
    for before, after in (
        ("« ", "«\u00a0"),
        (" »", "\u00a0»"),
        (" %", "\u00a0%"),
        (" €", "\u00a0€"),
        (" ;", "\u00a0;"),
        (" :", "\u00a0:"),
    ):
        text = text.replace(before, after)
    return text


def remarks(told: Told) -> str:
    """The remarks as a CSV that a French spreadsheet opens by a double click."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "feuille",
            "ligne",
            "colonne",
            "champ",
            "valeur",
            "gravite",
            "regle",
            "message",
            "consigne",
        ]
    )
    for group in grouped(told.controls):
        # What is to be mended has a line of its own for each cell: it is filtered and ticked off in a spreadsheet.
        for c in group.controls[:1] if group.informs else group.controls:
            cells = [c["feuille"], c["ligne"] or "", c["colonne"], c["champ"], c["valeur"]]
            cells += [c["severite"], c["regle_code"], c["message"], c["consigne"]]
            if group.informs:
                cells[1], cells[4], cells[5] = group.lignes, group.valeur, "information"
                cells[7] = group.message
            writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula is quoted, so that it stays a text."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return "" if cell is None else cell
