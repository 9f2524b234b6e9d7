"""Rows of raw.duckdb written by hand: one call per report, defaults for what a test does not speak of."""

import csv
import functools
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from vigie.settings import PROJECT_ROOT
from vigie.warehouse import raw_schema

RAW_SQL = raw_schema.ddl()
ADOPTION = date(2024, 1, 15)
# Real EPCI of the reference: Boulonnais, Calaisis, Cambrai, Desvres-Samer, Ternois, MEL...
BOULONNAIS, CALAISIS, CAMBRAI = "246200729", "200090751", "200068500"
CALAISIS_BEFORE_2020 = "246201149"


def at(day: date, hour: int = 8, later: int = 0) -> datetime:
    return datetime.combine(day, time(hour)) + timedelta(days=later)


def month_ends(first: date, count: int) -> list[date]:
    ends = []
    for i in range(count):
        month = first.month - 1 + i + 1
        ends.append(date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1))
    return ends


@dataclass
class Raw:
    """The tables of raw as lists of rows."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def _receipt(self, report_id: str, jeu: str, known: datetime, **more: Any) -> None:
        row = {
            "rapport_id": report_id, "jeu": jeu, "source_id": f"source-{report_id}", "canal": "depot",
            "format": "vigie", "nom_fichier": "rapport.csv", "adresse": "rapport.csv", "sha256": report_id,
            "taille_octets": 10, "depose_le": known, "collecte_le": known, "connu_le": known,
            "verdict": "accepte", "recues_nb": 0, "acceptees_nb": 0, "ecartees_nb": 0, "remarques_nb": 0,
            "version_regles": "1", "est_synthetique": True,
        }  # fmt: skip
        self.tables["rapports"].append(row | more)

    def register(
        self,
        adoptions: dict[str, date],
        known: datetime = datetime(2024, 2, 1),
        name: str = "registre",
    ) -> None:
        self._receipt(name, "registre_feuilles_de_route", known)
        for siren, day in adoptions.items():
            self.tables["feuilles_de_route"].append(
                {"rapport_id": name, "siren_epci": siren, "date_adoption": day, "horizon": "2027"}
            )

    def report(
        self,
        siren: str,
        situation: date,
        actions: Iterable[dict[str, Any]],
        *,
        known: datetime | None = None,
        name: str | None = None,
        silos: Iterable[str] = (),
        received: int | None = None,
        **more: Any,
    ) -> str:
        known = known or at(situation, later=5)
        name = name or f"{siren}-{situation:%Y%m%d}-{known:%m%d%H}"
        actions = list(actions)
        self._receipt(
            name, "rapport_avancement", known, siren_epci=siren, date_situation=situation,
            recues_nb=len(actions) if received is None else received, acceptees_nb=len(actions), **more,
        )  # fmt: skip
        for line, action in enumerate(actions, start=2):
            self._action(name, line, dict(action))
        for silo in silos:
            self.tables["rapports_silos"].append(
                {"rapport_id": name, "silo_code": silo, "silo_libelle": silo.title()}
            )
        return name

    def _action(self, name: str, line: int, action: dict[str, Any]) -> None:
        place = {"rapport_id": name, "feuille": "Actions", "ligne": line}
        for theme in action.pop("themes", ()):
            self.tables["lignes_themes"].append(place | {"theme_code": theme, "theme_brut": theme})
        for silo in action.pop("silos", ()):
            self.tables["lignes_silos"].append(place | {"silo_code": silo, "silo_libelle": silo})
        for funding in action.pop("financements", ()):
            self.tables["lignes_financements"].append(place | funding)
        code = action.pop("code")
        row = {
            "code_action": code, "est_code_derive": False, "intitule": f"Action {code}",
            "statut_code": action.pop("statut", "en_cours"), "retard_declare": False,
            "taux_avancement_pct": action.pop("taux", None), "est_confidentielle": False,
        }  # fmt: skip
        self.tables["lignes"].append(place | row | action)

    def long(
        self,
        siren: str,
        values: Iterable[tuple[str, date, str, float | None]],
        known: datetime,
        name: str | None = None,
    ) -> None:
        """A file of long indicators: (code, day, kind, value) each; a value of None takes back."""
        name = name or f"long-{siren}-{known:%Y%m%d%H%M%S}"
        self._receipt(name, "indicateurs_longs", known, siren_epci=siren)
        self.tables["indicateurs_longs"] += [
            {
                "rapport_id": name, "ligne": line, "identifiant_indic": code, "siren_epci": siren,
                "date_valeur": day, "type_valeur": kind, "valeur": value,
            }
            for line, (code, day, kind, value) in enumerate(values, start=2)
        ]  # fmt: skip

    def decide(self, name: str, decision: str, when: datetime) -> None:
        self.tables["decisions"].append(
            {
                "decision_id": f"{name}-{len(self.tables['decisions'])}",
                "rapport_id": name,
                "decision": decision,
                "motif": "motif",
                "decide_par": "region",
                "decide_le": when,
            }
        )

    def load(self, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        """Inserts the rows into the tables of `catalog`; values pass as text and take the column's type."""
        for table, rows in self.tables.items():
            if not rows:
                continue
            names = list(dict.fromkeys(name for row in rows for name in row))
            columns = {
                name: pa.array(
                    [None if row.get(name) is None else str(row[name]) for row in rows], pa.string()
                )
                for name in names
            }
            batch = pa.table(columns)
            connection.register("batch", batch)
            connection.execute(f"insert into {catalog}.main.{table} by name select * from batch")
            connection.unregister("batch")


def write(raw: Raw, path: Path) -> Path:
    """A raw.duckdb file holding those rows."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(RAW_SQL)
        raw.load(connection, path.stem)
    return path


STATUSES = (
    "a_discuter", "a_venir", "en_cours", "en_cours", "realise", "en_pause", "bloque", "abandonne", "non_renseigne",
)  # fmt: skip
THEMES = (
    "inclusion_numerique",
    "e_administration",
    "numerique_entreprises",
    "mobilite",
    "tourisme",
    "dechets",
)
SILOS = ("port", "tourisme", "mobilite", "dechets")
# Enough of them for a word to be rare, some of them close to another: what likeness needs to tell texts apart.
_SUBJECTS = (
    "Guichet de la criée et des capitaineries en ligne", "Bornes de mobilité partagée au pied des gares",
    "Inventaire participatif du patrimoine minier", "Compostage suivi par capteurs dans les écoles",
    "Visites guidées sonores des remparts", "Télésurveillance des forages d'eau potable",
    "Permanences de conseillers numériques en mairie", "Permanences d'écrivains publics dans les bourgs",
    "Portail des démarches d'urbanisme", "Cadastre solaire des toitures", "Wifi public dans les halles",
    "Carte scolaire dématérialisée", "Prêt de tablettes aux aînés", "Annuaire ouvert des artisans",
    "Comptage des cyclistes sur les voies vertes", "Archives sonores des filatures",
    "Alerte aux crues par message", "Boutique commune des producteurs fermiers",
    "Réservation des salles de sport", "Visites virtuelles des musées de la dentelle",
)  # fmt: skip


def sample_region(territories: list[str], months: int = 6, seed: int = 7, actions: int = 9) -> Raw:
    """A small region with everything that happens: gaps, corrections, late, empty, refused, pending reports."""
    draw = random.Random(seed)
    raw = Raw()
    raw.register({s: date(2025, 1 + i % 5, 10) for i, s in enumerate(territories[:-1])})
    ends = month_ends(date(2025, 1, 1), months)
    for siren in territories:
        plans = [_plan(draw, code, siren) for code in range(actions)]
        for end in ends:
            if draw.random() < 0.15:
                continue
            known = at(end, later=draw.choice([2, 9, 14, 15, 20, 45]))
            rows = [_state(draw, plan, end) for plan in plans if draw.random() > 0.1]
            verdict = draw.choice(["accepte"] * 4 + ["lignes_ecartees", "a_valider", "rejete"])
            name = raw.report(
                siren, end, [] if verdict == "rejete" else rows, known=known, verdict=verdict,
                received=len(rows) + 2, ecartees_nb=2 if verdict == "lignes_ecartees" else 0,
                remarques_nb=draw.randint(0, 4), silos=draw.sample(SILOS, 3) if draw.random() < 0.7 else (),
            )  # fmt: skip
            if verdict == "a_valider" and draw.random() < 0.6:
                raw.decide(name, draw.choice(["approuve", "refuse"]), known + timedelta(days=3))
            if draw.random() < 0.25:
                later = known + timedelta(days=draw.choice([3, 30]))
                raw.report(siren, end, [_state(draw, plan, end) for plan in plans], known=later)
    return raw


@functools.cache
def _places() -> dict[str, str]:
    """A commune of each territory."""
    with (PROJECT_ROOT / "seeds" / "communes.csv").open(encoding="utf-8") as stream:
        return {row["siren_epci"]: row["nom"] for row in csv.DictReader(stream)}


def _description(draw: random.Random, siren: str) -> str | None:
    place = f" à {_places()[siren]}" if draw.random() < 0.3 else ""
    told = f"{draw.choice(_SUBJECTS)} et {draw.choice(_SUBJECTS)}{place}"
    return draw.choice([None, told, told, told])


def _plan(draw: random.Random, code: int, siren: str) -> dict[str, Any]:
    start = date(2024, 6, 1) + timedelta(days=draw.randint(0, 300))
    return {
        "code": f"A{code}", "themes": draw.sample(THEMES, draw.choice([0, 1, 1, 2, 3])),
        "silos": draw.sample((*SILOS, "culture"), draw.choice([0, 1, 2])),
        # Too short to be compared, and still of one place.
        "intitule": draw.choice([*_SUBJECTS, *[f"Fibre à {_places()[siren]}"] * 4]),
        "descriptif": _description(draw, siren),
        "date_debut_prevue": draw.choice([None, start]), "est_confidentielle": draw.random() < 0.1,
        "base_montant": draw.choice(["HT", "TTC", None]), "service_pilote": draw.choice(["DSI", "Port", None]),
        "sens": draw.choice(["hausse", "baisse", "neutre", None]), "valeur_initiale": draw.choice([None, 0.0, 7.5]),
        "valeur_cible": draw.choice([None, 7.5, 100.0]), "indicateur": draw.choice([None, "RCO14 services", "Visites"]),
        "budget_prevu_eur": draw.choice([None, 1000.60, 25000.0]), "structure_porteuse": draw.choice([None, "Pays"]),
    }  # fmt: skip


def _state(draw: random.Random, plan: dict[str, Any], end: date) -> dict[str, Any]:
    status = draw.choice(STATUSES)
    budget = plan["budget_prevu_eur"]
    funding = {
        "financeur": draw.choice(["FEDER", "Région"]), "programme": draw.choice([None, "FEDER", "Fonds régional"]),
        "programme_eur": 800.0,
        "engage_eur": draw.choice([None, 500.0]), "justifie_eur": draw.choice([None, 200.0]),
        "paye_eur": draw.choice([None, 100.0]),
    }  # fmt: skip
    return plan | {
        "statut": status, "taux": draw.choice([None, 0.0, 12.5, 33.3333333333, 100.0]),
        "date_fin_prevue": draw.choice([None, date(2025, 3, 31), date(2025, 5, 15), date(2026, 1, 31)]),
        "date_debut_reelle": draw.choice([None, date(2025, 1, 10)]),
        "date_fin_reelle": end - timedelta(days=3) if status == "realise" and draw.random() < 0.5 else None,
        "montant_engage_eur": budget and draw.choice([None, budget / 2]),
        "montant_paye_eur": budget and draw.choice([None, budget / 4]),
        "valeur_actuelle": draw.choice([None, 3.0, 50.0, 120.0]), "meteo_code": draw.choice([None, "soleil"]),
        "preuve": draw.choice([None, "https://exemple.fr"]),
        "financements": [funding] if draw.random() < 0.3 else [],
    }  # fmt: skip
