"""Reports of any size for the benchmark: the flat CSV of the template, every column filled, one fault in a thousand."""

import csv
from datetime import date, timedelta
from pathlib import Path
from random import Random

from stdnum import luhn

from vigie.reading.fields import Fields
from vigie.reference.columns import HEADER
from vigie.reference.seeds import Reference

FAULTS = {
    "taux_avancement": "250",
    "budget_prevu_eur": "Entre 200 et 500",
    "date_fin_prevue": "31/02/2026",
    "statut": "Presque fini",
    "intitule": "",
}


def sirens(reference: Reference, count: int) -> list[str]:
    """As many known SIREN, the real ones first; beyond, the same territories come again."""
    real = sorted(s for s, t in reference.territories.items() if t.est_dans_denominateur)
    assert all(luhn.is_valid(siren) for siren in real)
    return [real[n % len(real)] for n in range(count)]


def write(
    folder: Path, reference: Reference, files: int, rows: int, seed: int = 32
) -> list[tuple[str, Path]]:
    """Writes `files` reports of `rows` actions each; returns (siren, path) of each."""
    random = Random(seed)
    fields = [
        f for f in Fields.load(reference.seeds).by_name.values() if f.niveau in (HEADER, "action")
    ]
    themes = [t.libelle for code, t in reference.themes.items() if code != "a_classer"]
    written = []
    for number, siren in enumerate(sirens(reference, files)):
        path = folder / f"{number:04d}_{siren}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            writer.writerow([field.label() for field in fields])
            for row in range(rows):
                values = _row(random, siren, number, row, themes)
                if row % 1000 == 999:
                    champ = random.choice(sorted(FAULTS))
                    values[champ] = FAULTS[champ]
                writer.writerow([values[field.champ] for field in fields])
        written.append((siren, path))
    return written


def _row(random: Random, siren: str, number: int, row: int, themes: list[str]) -> dict[str, str]:
    start = date(2023, 1, 1) + timedelta(days=random.randrange(700))
    budget = random.randrange(1_000, 200_000)
    return {
        "siren_epci": siren,
        # One date per file: each is a report of its own.
        "date_situation": f"{date(2020, 1, 31) + timedelta(days=31 * (number // 90)):%d/%m/%Y}",
        "date_adoption": "14/12/2019",
        "horizon": "2020-2027",
        "silos_projet_territoire": "Mobilité ; Tourisme",
        "service_referent": "Direction du numérique",
        "code_action": f"A{row}",
        "axe": f"{row % 7 + 1}. Axe de la feuille de route",
        "intitule": f"Action numéro {row} du territoire",
        "descriptif": "Accompagner les usagers dans leurs démarches en ligne, sur place et à distance.",
        "themes": random.choice(themes),
        "silos": "Mobilité",
        "statut": "En cours",
        "taux_avancement": str(random.randrange(1, 99)),
        "preuve": "https://www.exemple.fr/deliberation",
        "meteo": "Soleil",
        "date_debut_prevue": f"{start:%d/%m/%Y}",
        "date_fin_prevue": f"{start + timedelta(days=900):%d/%m/%Y}",
        "date_debut_reelle": "",
        "date_fin_reelle": "",
        "budget_prevu_eur": str(budget),
        "montant_engage_eur": str(budget // 2),
        "montant_paye_eur": str(budget // 4),
        "base_montant": "HT",
        "indicateur": "Personnes accompagnées par an",
        "sens": "hausse",
        "valeur_initiale": "0",
        "valeur_cible": "600",
        "valeur_actuelle": str(random.randrange(600)),
        "unite": "personnes",
        "service_pilote": "Direction du port",
        "structure_porteuse": "Office de tourisme",
        "partenaires": "Région ; CCI",
        "freins": "",
        "commentaire": "Ouverture au public en septembre.",
        "confidentiel": "Non",
    }
