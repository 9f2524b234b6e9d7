"""The documents that remote channels land, and how a test reads them."""

import json
from datetime import date, datetime
from pathlib import Path

from vigie.reading import adapters
from vigie.records import ParsedReport, Receipt
from vigie.reference.seeds import Reference
from vigie.settings import Settings

RUN_DAY = date(2026, 11, 20)
SETTINGS = Settings(home=Path("/nowhere"))


def read(
    reference: Reference, content: object, correspondance: str = "", siren: str = "246200729"
) -> ParsedReport:
    """The report in bytes, or in a document written as JSON, landed by a source of this territory."""
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    receipt = Receipt(
        source_id="source",
        siren_epci=siren,
        canal="http",
        format="auto",
        nom_fichier="rapport",
        adresse="https://exemple.fr",
        sha256="0" * 64,
        taille_octets=len(content),
        depose_le=None,
        collecte_le=datetime(2026, 11, 20, 2),
        connu_le=datetime(2026, 11, 20, 2),
        correspondance=correspondance,
    )
    return adapters.read(receipt, content, reference, SETTINGS)


GRIST_COLUMNS = {
    "Action": "Text",
    "Code": "Text",
    "Etat": "Choice",
    "Theme": "ChoiceList",
    "Avancement": "Numeric",
    "Fin": "Date",
    "Budget": "Numeric",
    "Porteur": "Ref:Services",
    "Silos": "RefList:Politiques",
    "Pilote": "Text",
}


def grist(*records: dict, **given) -> dict:
    columns = {
        name: {"libelle": name, "type": kind, "pourcentage": name == "Avancement"}
        for name, kind in GRIST_COLUMNS.items()
    }
    return {
        "format": "grist_json",
        "releve_le": "2026-11-20",
        "table": "Actions",
        "colonnes": columns,
        "lignes": [{"id": n, "fields": cells} for n, cells in enumerate(records, 7)],
        "references": {"Porteur": {"3": "Direction du port"}, "Silos": {"1": "Port", "2": "Mer"}},
        **given,
    }


def champ(descriptor: str, kind: str, text: str = "", label: str = "Libellé", **values) -> dict:
    return {
        "__typename": kind,
        "id": descriptor,
        "champDescriptorId": descriptor,
        "label": label,
        "stringValue": text,
        **values,
    }


def dossier(*rows: list[dict], **given) -> dict:
    epci = {"code": "246200729", "name": "CA du Boulonnais"}
    return {
        "format": "ds_json",
        "id": "RG9zc2llci0x",
        "number": 1,
        "state": "en_instruction",
        "revision": "UmV2aXNpb24tMQ==",
        "siret": "24620072900019",
        "champs": [
            champ("Q2hhbXAtMQ==", "EpciChamp", "CA du Boulonnais", epci=epci),
            champ("Q2hhbXAtMg==", "DateChamp", "30 septembre 2026", date="2026-09-30"),
            champ(
                "QQ==",
                "RepetitionChamp",
                label="Actions",
                rows=[{"id": str(n), "champs": champs} for n, champs in enumerate(rows)],
            ),
        ],
        **given,
    }


def action(title: str = "Guichet", status: str = "Q2hhbXAtMTE=") -> list[dict]:
    return [
        champ("Q2hhbXAtMTA=", "TextChamp", title, "Intitulé"),
        champ(status, "DropDownListChamp", "En cours", "Statut"),
        champ("Q2hhbXAtMTI=", "IntegerNumberChamp", "40", "Avancement", integerNumber="40"),
        champ("Q2hhbXAtMTM=", "DateChamp", "31 décembre 2026", "Fin", date="2026-12-31"),
    ]


def project(**given) -> dict:
    return {
        "externalId": "P-1",
        "nom": "Guichet",
        "collectivites": [{"type": "EPCI", "code": "246200729"}],
        "porteur": {"referentEmail": "personne@exemple.fr"},
        "budgetPrevisionnel": 45000,
        "dateDebutPrevisionnelle": "2026-01-15",
        **given,
    }
