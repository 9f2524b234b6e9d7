"""Reports of every format, and what can befall their bytes by accident or on purpose, drawn by a seed."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import xlwt
from report_files import csv_bytes, flat_rows, open_document, open_document_row, workbook
from word_files import HEADER, word

Mutation = Callable[[bytes, Random], bytes]
Rows = list[list[str]]


def originals(drop_folder: Path) -> dict[str, bytes]:
    """A few files of each format: those of a demonstration, and the formats that it does not write."""
    found = {}
    for path in sorted(drop_folder.rglob("*.*")):
        if path.is_file() and path.suffix in (".csv", ".xlsx"):
            found[f"{path.parent.name}_{path.name}"] = path.read_bytes()
    rows = flat_rows(
        ("A1", "Guichet numérique", "En cours"), ("A2", "Capteurs de houle", "Réalisé")
    )
    lines = [open_document_row(*row) for row in rows]
    place = [{"type": "EPCI", "code": "246200729"}]
    projects = [
        {"externalId": f"P{rank}", "nom": "Capteurs", "phase": "Opération", "collectivites": place}
        for rank in range(3)
    ]
    table = [HEADER, ("A1", "Guichet", "En cours", "31/12/2026", "10000")]
    return found | {
        "rapport.ods": open_document(*lines),
        "rapport.docx": word("Feuille de route", table),
        "rapport.xls": _old_workbook(rows),
        "projets.json": json.dumps({"projets": projects}).encode(),
        "plat.csv": csv_bytes(rows),
        "plat.tsv": csv_bytes(rows, "\t", "utf-16"),
        "simple.xlsx": workbook({"Actions": rows}),
    }


def _old_workbook(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Actions")
    for number, row in enumerate(rows):
        for index, text in enumerate(row):
            sheet.write(number, index, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bits(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 50))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def truncation(content: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def repeated_piece(content: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return (
        content[:at]
        + content[at : at + rng.randrange(1, 5000)] * rng.choice((2, 20))
        + content[at:]
    )


def nul(content: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + b"\0" * rng.choice((1, 4096)) + content[at:]


def _members(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """An archive whose every member was changed; the content itself when it is no archive."""
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
    except (zipfile.BadZipFile, zlib.error, OSError):
        return content
    return stream.getvalue()


def _in_one_member(content: bytes, rng: Random, mutation: Mutation) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = rng.choice(archive.namelist())
    except zipfile.BadZipFile:
        return mutation(content, rng)
    return _members(content, lambda name, data: mutation(data, rng) if name == wanted else data)


def inside(content: bytes, rng: Random) -> bytes:
    """Damage under the compression, whose sums are right again."""
    return _in_one_member(content, rng, rng.choice((bits, truncation, repeated_piece, nul)))


def bomb(content: bytes, rng: Random) -> bytes:
    """A member a thousand times heavier once unpacked."""
    weight = rng.choice((30, 300)) * 1024 * 1024
    return _in_one_member(content, rng, lambda data, _: data + b" " * weight)


def entities(content: bytes, rng: Random) -> bytes:
    """Declares entities that read a file, call an address, or grow without end."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    declared = rng.choice(
        (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>',
            f'<!DOCTYPE x [<!ENTITY l0 "l">{laughs}]>',
        )
    ).encode()

    def declare(data: bytes, _: Random) -> bytes:
        end = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
        return data[:end] + declared + data[end:].replace(b"Guichet", b"&e;&l11;")

    return _in_one_member(content, rng, declare)


def deep(content: bytes, rng: Random) -> bytes:
    """Nesting without end, in the syntax of the file."""
    depth = rng.choice((1_000, 200_000))
    if content.lstrip()[:1] in (b"{", b"["):
        return b'{"projets": ' + b"[" * depth + b"]" * depth + b"}"
    return _in_one_member(content, rng, lambda data, _: data[:200] + b"<a>" * depth + data[200:])


def columns(content: bytes, rng: Random) -> bytes:
    return content + b"\r\n" + rng.choice((b";", b",", b"x;", b"\t")) * 1_000_000


def huge_text(content: bytes, rng: Random) -> bytes:
    text = rng.choice((b"a", b"=", b"&amp;", "é".encode(), b"a@")) * 1_000_000
    at = rng.randrange(len(content) + 1)
    plain = content[:at] + text + content[at:]
    return (
        plain
        if rng.random() < 0.5
        else _in_one_member(content, rng, lambda d, _: d.replace(b"Guichet", text))
    )


def formulas(content: bytes, rng: Random) -> bytes:
    formula = rng.choice((b"=cmd|'/c calc'!A0", b"@SUM(1+1)", b"+1-1", b"=HYPERLINK(1)", b"\t=1"))
    return _in_one_member(
        content, rng, lambda data, _: data.replace(b"Guichet", formula + b" Guichet")
    )


def other_kind(content: bytes, rng: Random) -> bytes:
    """The first bytes of something else."""
    heads = (
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PK\x03\x04",
        b"\x89PNG\r\n",
        b"{",
        b"<html>",
    )
    return rng.choice(heads) + content


MUTATIONS: dict[str, Mutation] = {
    "bits": bits, "troncature": truncation, "morceau répété": repeated_piece, "NUL": nul,
    "dans l'archive": inside, "bombe": bomb, "entités XML": entities, "profondeur": deep,
    "million de colonnes": columns, "texte géant": huge_text, "formules": formulas, "autre nature": other_kind,
}  # fmt: skip
# Each costs its sender's megabytes: enough of them to find out.
RARE = {"bombe": 0.15, "million de colonnes": 0.3, "texte géant": 0.3, "profondeur": 0.5}


def name_of(rng: Random, original: str, rank: int) -> str:
    """Mostly the name it had; at times one made to lead elsewhere."""
    end = Path(original).suffix
    odd = (
        f"..%2f..%2fetc%2fpasswd{rank}{end}", f"..\\..\\windows\\{rank}{end}", f"$(touch x){rank}{end}",
        f"=1+1;{rank}{end}", f"nom\nsur deux lignes {rank}{end}", f"\u202efdp{rank}{end}", f"CON{rank}{end}",
        f"{'é' * 100}{rank}{end}", f"--help{rank}{end}", f"<script>{rank}{end}", f"[/x]{rank}{end}", f"{rank}",
    )  # fmt: skip
    return rng.choice(odd) if rng.random() < 0.1 else f"{rank}_{original}"


def mutant(rng: Random, files: dict[str, bytes]) -> tuple[str, str, bytes]:
    """One file: what befell it, the name it had, its bytes."""
    names: Any = list(MUTATIONS)
    weights = [RARE.get(name, 1.0) for name in names]
    (kind,) = rng.choices(names, weights)
    original = rng.choice(sorted(files))
    return kind, original, MUTATIONS[kind](files[original], rng)
