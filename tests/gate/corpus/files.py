"""Files that cannot be read, or of which nothing tells what they hold."""

import io
import zipfile

from tests.gate.corpus.case import File, as_is, changed_book, flat_csv, refused, zipped
from tests.gate.reports import action, actions, csv_report, xlsx_report


def _archive(name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, content)
    return stream.getvalue()


def _copied(workbook) -> None:
    workbook.copy_worksheet(workbook["Actions"])["F2"] = "Réalisé"


def with_quotes(content: bytes, *rows: int) -> bytes:
    """The CSV with a quote before the title of some rows, never closed."""
    lines = content.split(b"\r\n")
    for row in rows:
        lines[row] = lines[row].replace(b"Action", b'"Action', 1)
    return b"\r\n".join(lines)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

FILES = [
    refused("FIC-VIDE", "Le fichier est vide", as_is(b"")),
    refused(
        "FIC-TAILLE", "la limite est de", as_is(b"x" * 3000), settings={"max_report_bytes": 2000}
    ),
    refused(
        "FIC-TRONQUE",
        "incomplet ou abîmé",
        lambda s: [File(xlsx_report(s, [action()])[:900], "r.xlsx")],
    ),
    refused(
        "FIC-PROTEGE",
        "mot de passe",
        as_is(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    ),
    refused(
        "FIC-BOMBE", "démesurément grand", as_is(_archive("xl/a.xml", b"0" * (257 * 1024 * 1024)))
    ),
    refused(
        "FIC-XML",
        "par sécurité, il n'a pas été ouvert",
        as_is(_archive("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>')),
    ),
    refused("FIC-FORMAT", "un document PDF", as_is(b"%PDF-1.7 rapport", "rapport.pdf")),
    refused(
        "FIC-ARCHIVE",
        "2 rapports s'y trouvent (« a.csv », « b.csv »)",
        lambda s: [File(zipped(a=csv_report(s, [action()]), b=csv_report(s, [action()])), "r.zip")],
    ),
    refused(
        "FIC-LIGNES",
        "plus de 5 lignes",
        flat_csv(*actions(8)),
        settings={"max_report_rows": 5},
    ),
    refused(
        "FIC-COLONNES",
        "colonnes",
        lambda s: [File(csv_report(s, [action(**{f"Colonne {n}": "x" for n in range(1200)})]))],
    ),
    refused("FIC-MODELE", "Aucun tableau d'actions", as_is(b"nom;ville\r\nA;B\r\n", "r.csv")),
    refused(
        "FIC-GUILLEMETS",
        "guillemet",
        lambda s: [File(csv_report(s, [action()]).replace(b"Ouvrir", b'"Ouvrir'))],
    ),
    refused(
        "FIC-GUILLEMETS",
        "lignes du fichier : 2 à 4",
        lambda s: [File(with_quotes(csv_report(s, actions(4)), 1, 3))],
        name="quotes that swallow rows",
    ),
    refused(
        "FIC-FEUILLES",
        "« Actions » et « Actions Copy » contiennent les mêmes actions",
        changed_book(_copied, *actions(3)),
    ),
    refused("FIC-ILLISIBLE", "structure interne", as_is(OLE + b"\0" * 900, "rapport.xls")),
    refused(
        "FIC-SUITE",
        "continué la première",
        lambda s: [
            File(
                b"\r\n".join(
                    [
                        csv_report(s, []).rstrip(),
                        *(
                            csv_report(str(int(s) + n), [row]).split(b"\r\n")[1]
                            for n, row in enumerate(actions(3))
                        ),
                    ]
                )
            )
        ],
    ),
    refused(
        "FIC-PLUSIEURS",
        "mêle plusieurs rapports",
        lambda s: [
            File(
                csv_report(s, [action()])
                + csv_report(s, [action(code_action="A2")], date_situation="30/11/2025").split(
                    b"\r\n", 1
                )[1]
            )
        ],
    ),
]
