"""A night over every channel: 80 territories that answer, 10 that fail each in its own way."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import fake_demarches
import pytest
from conftest import RUN_AT, drop
from fake_demarches import FakeDemarches
from fake_grist import FakeGrist
from servers import reply

from vigie import adapters, landing, night
from vigie.records import ParsedReport, Source
from vigie.reference import Reference
from vigie.settings import PROJECT_ROOT, Settings
from vigie.sources import demarches

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtM3rvFvTVmyQzPFJcAlrD3yLXdAtXNFpTEvQzQ5SLE"


def report(siren: str, title: str = "Guichet") -> bytes:
    header = f"SIREN;{siren}\nDate de situation;30/09/2026\n\n"
    return f"{header}Code de l'action;Intitulé de l'action;Statut\nA1;{title};En cours\n".encode()


@dataclass
class Region:
    """Ninety lines of sources.csv and what stands behind each."""

    settings: Settings
    web: object
    grist: FakeGrist
    dossiers: FakeDemarches
    servers: dict
    connect: Callable[..., None]
    sources: list[Source] = field(default_factory=list)
    failing: list[Source] = field(default_factory=list)

    def add(self, siren: str, canal: str, adresse: str, name: str = "", **given: str) -> Source:
        source = Source(f"{canal}{name}-{siren}", siren, siren, canal, adresse, **given)
        self.sources.append(source)
        return source

    def fail(self, siren: str, canal: str, adresse: str, **given: str) -> None:
        self.failing.append(self.add(siren, canal, adresse, "-panne", **given))

    def depot(self, siren: str) -> None:
        drop(self.settings.drop_folder / siren / "rapport.csv", report(siren))
        self.add(siren, "depot", siren)

    def http(self, siren: str) -> None:
        def route(handler) -> None:
            known = handler.headers.get("If-None-Match") == '"v1"'
            reply(handler, b"" if known else report(siren), 304 if known else 200, ETag='"v1"')

        self.web.routes[f"/{siren}.csv"] = route
        self.add(siren, "http", self.web.url(f"/{siren}.csv"))

    def s3(self, siren: str) -> None:
        drop(self.servers["s3"].root / "nuit" / siren / "rapport.csv", report(siren))
        self.add(siren, "s3", f"s3://nuit/{siren}", connexion="s3")

    def sftp(self, siren: str) -> None:
        server = self.servers["sftp"]
        drop(server.root / "nuit" / siren / "rapport.csv", report(siren))
        self.add(siren, "sftp", f"{server.url}{server.root}/nuit/{siren}", connexion="sftp")

    def webdav(self, siren: str) -> None:
        server = self.servers["webdav"]
        drop(server.root / "nuit" / siren / "rapport.csv", report(siren))
        self.add(siren, "webdav", f"{server.url}/nuit/{siren}", connexion="webdav")

    def table(self, siren: str) -> None:
        rows = self.grist.rows["Actions"]
        cells = {"SIREN": siren, "Action": "Guichet", "Code": "A1", "Etat": "En cours"}
        rows[len(rows) + 1] = cells
        asked = quote(json.dumps({"SIREN": [siren]}))
        adresse = self.web.url(f"/api/docs/abcDEF/tables/Actions/records?filter={asked}")
        self.add(siren, "grist", adresse, connexion="grist", correspondance="exemple_grist")

    def portal(self, siren: str) -> None:
        path = f"/api/explore/v2.1/catalog/datasets/{siren}"
        described = {"metas": {"default": {"data_processed": "2026-11-18T10:30:00+01:00"}}}
        self.web.serve(path, json.dumps(described).encode())
        self.web.serve(f"{path}/exports/csv", report(siren))
        self.add(siren, "opendatasoft", self.web.url(path))

    def dossier(self, siren: str) -> None:
        rows = [
            fake_demarches.text("Code de l'action", "A1"),
            fake_demarches.text("Intitulé de l'action", "Guichet"),
            fake_demarches.text("Statut", "En cours"),
        ]
        block = {"id": "1", "champs": rows}
        self.dossiers.dossiers.append(
            fake_demarches.dossier(
                len(self.dossiers.dossiers) + 1,
                "2026-10-01T00:00:00Z",
                fake_demarches.typed("Actions", "RepetitionChamp", rows=[block]),
                demandeur={"__typename": "PersonneMorale", "siret": f"{siren}00019"},
            )
        )

    def break_ten(self, sirens: list[str]) -> None:
        answers = {
            "expire": lambda handler: reply(handler, b"", 401),
            "parti": lambda handler: reply(handler, b"", 404),
            "panne": lambda handler: reply(handler, b"", 503),
            "page": lambda handler: reply(handler, b"<!doctype html>"),
            "boucle": lambda handler: reply(handler, b"", 302, Location="/boucle"),
            "tronque": lambda handler: reply(handler, b"a;b", Content_Length="99"),
            "interne": lambda handler: reply(handler, b"", 302, Location="http://169.254.169.254/"),
        }
        for name, siren in zip(answers, sirens, strict=False):
            self.web.routes[f"/{name}"] = answers[name]
            self.fail(siren, "http", self.web.url(f"/{name}"))
        sftp = self.servers["sftp"]
        self.fail(sirens[7], "sftp", f"{sftp.url}{sftp.root}", connexion="autre_cle")
        self.fail(sirens[8], "s3", f"s3://nuit/{sirens[8]}", connexion="faux")
        for number in range(4):
            drop(self.settings.drop_folder / sirens[9] / f"{number}.csv", report(sirens[9]))
        self.fail(sirens[9], "depot", sirens[9])

    def save(self) -> None:
        with (self.settings.seeds / "sources.csv").open("w", encoding="utf-8") as stream:
            names = [field.name for field in fields(Source)]
            writer = csv.DictWriter(stream, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(s) | {"est_active": "true"} for s in self.sources)

    def traffic(self) -> dict[str, Counter]:
        """Requests and bytes of the last visits, per channel, of the sources that answer."""
        told: dict[str, Counter] = {}
        for source in self.sources:
            if source not in self.failing:
                spent = landing.source_state(self.settings, source.source_id)["trafic"]
                told.setdefault(source.canal, Counter()).update(spent)
        return told


@pytest.fixture
def region(
    settings, fake_web, s3_server, sftp_server, webdav_server, monkeypatch, tmp_path
) -> Region:
    seeds = copytree(PROJECT_ROOT / "seeds", tmp_path / "projet" / "seeds")
    monkeypatch.setattr(Settings, "seeds", property(lambda _: seeds))
    monkeypatch.setattr(Reference, "load", cache(Reference.load))
    monkeypatch.setattr(demarches, "_PACE_SECONDS", 0.0)
    monkeypatch.setenv("VIGIE_SOURCE_LISTED", "3")

    def connect(name: str, **given) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(given))

    s3 = {"login": s3_server.login, "extra": {"endpoint_url": s3_server.url}}
    connect("s3", password=s3_server.password, **s3)
    connect("faux", password="faux", **s3)
    key = {"host_key": sftp_server.host_key, "private_key": sftp_server.private_key}
    connect("sftp", login=sftp_server.login, extra=key)
    connect("autre_cle", login=sftp_server.login, extra={**key, "host_key": OTHER_KEY})
    connect("webdav", login=webdav_server.login, password=webdav_server.password)
    connect("grist", password="jeton")
    found = Region(
        replace(settings, max_report_bytes=1_000_000),
        fake_web,
        FakeGrist(fake_web),
        FakeDemarches(fake_web),
        {"s3": s3_server, "sftp": sftp_server, "webdav": webdav_server},
        connect,
    )
    columns = dict.fromkeys(("SIREN", "Action", "Code", "Etat"), "Text")
    found.grist.add("Actions", columns, {})
    sirens = [t.siren_epci for t in Reference.load(seeds).denominator]
    ways = (
        [found.depot] * 20
        + [found.http] * 12
        + [found.s3] * 8
        + [found.sftp] * 10
        + [found.webdav] * 10
        + [found.table] * 9
        + [found.portal] * 8
    )
    for way, siren in zip(ways, sirens, strict=False):
        way(siren)
    for siren in sirens[77:80]:
        found.dossier(siren)
    found.add("", "demarches", found.dossiers.address, connexion="grist")
    found.break_ten(sirens[80:])
    found.save()
    return found


def collect(region: Region) -> list[str]:
    return night.collect_all(region.settings, [s.source_id for s in region.sources], RUN_AT)


def test_a_night_brings_the_eighty_that_answer_and_names_the_ten_that_do_not(region):
    """Told with `-s`: the requests and the bytes of two nights, per channel."""
    failures = collect(region)
    assert len(failures) == 10
    for source in region.failing:
        [told] = [failure for failure in failures if f"Source {source.source_id}," in failure]
        assert "À faire : " in told
    receipts = list(landing.receipts(region.settings))
    assert len(receipts) == 80

    def opened(receipt) -> Path:
        return landing.content_path(region.settings, receipt.sha256)

    read = list(adapters.read_all(receipts, opened, region.settings))
    assert [found.error for found in read if not isinstance(found, ParsedReport)] == []
    assert all(len(found.lignes) == 1 for found in read)

    first = region.traffic()
    assert len(collect(region)) == 10
    second = region.traffic()
    for canal, spent in first.items():
        print(f"{canal}: night 1 {dict(spent)}, night 2 {dict(second[canal])}")
    assert len(list(landing.receipts(region.settings))) == 80
    for canal in ("depot", "http", "s3", "sftp"):
        assert first[canal]["octets"] > 0 and second[canal]["octets"] == 0
    for canal in ("webdav", "opendatasoft"):
        assert second[canal]["octets"] < first[canal]["octets"]
        assert second[canal]["requetes"] < first[canal]["requetes"]
