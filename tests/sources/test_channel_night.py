"""A whole night over every channel: 80 territories that answer, 10 sources that fail each in its own way."""

import csv
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import duckdb
import fake_demarches
import pytest
from channel_scene import RUN_AT, drop
from fake_demarches import FakeDemarches
from fake_grist import FakeGrist
from servers import reply

from vigie.arrival import landing
from vigie.records import Source
from vigie.reference.seeds import Reference
from vigie.settings import PROJECT_ROOT, Settings

SOURCE_SECONDS = 3
# Ten sources that would each spend all their time, and a minute for everything else.
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
    project: Path
    sources: list[Source] = field(default_factory=list)
    failing: list[Source] = field(default_factory=list)
    sirens: list[str] = field(default_factory=list)

    def add(self, siren: str, canal: str, adresse: str, name: str = "", **given: str) -> Source:
        source = Source(f"{canal}{name}-{siren}", siren, f"EPCI {siren}", canal, adresse, **given)
        self.sources.append(source)
        return source

    def fail(self, siren: str, canal: str, adresse: str, **given: str) -> None:
        self.failing.append(self.add(siren, canal, adresse, "-panne", **given))

    def register(self, sirens: list[str]) -> None:
        """The Région's register: every territory has a roadmap."""
        self.sirens = sirens
        lines = [f"{siren};EPCI {siren};2026-01-15;2026-2030" for siren in sirens]
        content = "\n".join(["siren_epci;nom;date_adoption;horizon", *lines]).encode()
        drop(self.settings.drop_folder / "region" / "feuilles_de_route.csv", content)
        self.add("", "depot", "region")

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
            "muet": lambda handler: time.sleep(2 * SOURCE_SECONDS),
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
        with (self.project / "seeds" / "sources.csv").open("w", encoding="utf-8") as stream:
            names = [field.name for field in fields(Source)]
            writer = csv.DictWriter(stream, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(s) | {"est_active": "true"} for s in self.sources)

    def night(self) -> tuple[int, str]:
        """`vigie night --without-airflow` as an operator types it: its exit code and all it printed."""
        command = [sys.executable, "-m", "vigie", "night", "--without-airflow"]
        command += ["--date", f"{RUN_AT.isoformat()}+00:00"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode, done.stdout

    def published(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.settings.publication_path), read_only=True) as database:
            return database.execute(query).fetchall()

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
    project = tmp_path / "projet"
    for part in ("dbt_project", "seeds"):
        copytree(PROJECT_ROOT / part, project / part)
    monkeypatch.setenv("VIGIE_PROJECT", str(project))
    monkeypatch.setenv("VIGIE_HOME", str(settings.home))
    monkeypatch.setenv("VIGIE_SOURCE_LISTED", "3")
    monkeypatch.setenv("VIGIE_SOURCE_SECONDS", str(SOURCE_SECONDS))

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
        settings,
        fake_web,
        FakeGrist(fake_web),
        FakeDemarches(fake_web),
        {"s3": s3_server, "sftp": sftp_server, "webdav": webdav_server},
        project,
    )
    columns = dict.fromkeys(("SIREN", "Action", "Code", "Etat"), "Text")
    found.grist.add("Actions", columns, {})
    sirens = [t.siren_epci for t in Reference.load(project / "seeds").denominator]
    found.register(sirens)
    ways = (
        [found.depot] * 20
        + [found.http] * 12
        + [found.s3] * 8
        + [found.sftp] * 10
        + [found.webdav] * 10
        + [found.table] * 10
        + [found.portal] * 8
    )
    for way, siren in zip(ways, sirens, strict=False):
        way(siren)
    for siren in sirens[78:80]:
        found.dossier(siren)
    found.add("", "demarches", found.dossiers.address, connexion="grist")
    found.break_ten(sirens[80:])
    found.save()
    return found


def test_a_night_publishes_the_eighty_that_answer_and_names_the_ten_that_do_not(region):
    """Told with `-s`: the duration, the ten failures, the requests and the bytes of two nights, per channel."""
    assert (len(region.sources), len(region.failing)) == (90, 10)
    start = time.perf_counter()
    code, told = region.night()
    spent = time.perf_counter() - start
    assert code == 1, told
    failures = [line for line in told.splitlines() if line.startswith("En échec ")]
    print(f"Night 1: {spent:.0f} s", *failures, sep="\n  ")
    assert len(failures) == 10, told
    for source in region.failing:
        [sentence] = [line for line in failures if f"Source {source.source_id}," in line]
        assert "À faire : " in sentence

    silent = {source.siren_epci for source in region.failing}
    expected = {(siren,) for siren in region.sirens if siren not in silent}
    assert len(expected) == 80
    judged = region.published("select siren_epci from qualite.rapports where est_en_vigueur")
    assert sorted(judged) == sorted(expected)
    actions = region.published("select siren_epci, intitule from marts.fct_actions")
    assert sorted(actions) == sorted((siren, "Guichet") for (siren,) in expected)

    first = region.traffic()
    code, told = region.night()
    assert code == 1 and "Rien de nouveau" in told and "Publication inchangée." in told
    assert told.count("En échec ") == 10
    second = region.traffic()
    for canal, spent in first.items():
        print(f"{canal}: night 1 {dict(spent)}, night 2 {dict(second[canal])}")
    for canal in ("depot", "http", "s3", "sftp"):
        assert first[canal]["octets"] > 0 and second[canal]["octets"] == 0
    for canal in ("webdav", "opendatasoft"):
        assert second[canal]["octets"] < first[canal]["octets"]
        assert second[canal]["requetes"] < first[canal]["requetes"]
