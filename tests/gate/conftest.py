"""One night of the gate for the whole corpus: Great Expectations is imported and run once."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from stdnum import luhn

from tests.frames import frames
from tests.gate.corpus import CASES
from tests.gate.corpus.case import Case
from tests.gate.reports import RUN_DATE, SEEDS, read, receipt
from vigie.arrival import landing
from vigie.reference.seeds import Reference
from vigie.settings import Settings
from vigie.warehouse import raw

ROW_TABLES = ("lignes", "feuilles_de_route", "indicateurs_longs", "subventions")
SIRENS = [
    body + luhn.calc_check_digit(body) for body in (f"9990{n:04d}" for n in range(len(CASES)))
]


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The real reference, with a territory of its own for each case: no case is another's past."""
    real = Reference.load(SEEDS)
    model = real.territories[min(real.territories)]
    invented = {siren: replace(model, siren_epci=siren, nom=f"CC {siren}") for siren in SIRENS}
    return replace(real, territories={**real.territories, **invented})


@dataclass(frozen=True)
class Outcome:
    """What the gate made of the last file of a case."""

    report: pd.Series
    controls: pd.DataFrame
    loaded: int
    aside: pd.DataFrame

    @property
    def told(self) -> list[str]:
        """`CODE:row` of each control, `CODE` when it is about the whole file."""
        return sorted(
            f"{code}:{line}" if line else str(code)
            for code, line in zip(self.controls["regle_code"], self.controls["ligne"], strict=True)
        )


@dataclass(frozen=True)
class Night:
    """The tables of a night, the identifier of the last file of each case, and per rule how many rows that it
    concerns do not break it."""

    judged: dict[str, pa.Table]
    tables: dict[str, pd.DataFrame]
    last: dict[str, str]
    contents: dict[str, bytes]
    docs: Path
    passed: Counter[str]

    def outcome(self, case: Case) -> Outcome:
        def of(table: str) -> pd.DataFrame:
            frame = self.tables[table]
            return frame[frame["rapport_id"] == self.last[case.name]]

        rows = sum(len(of(table)) for table in ROW_TABLES)
        return Outcome(of("rapports").iloc[0], of("controles"), rows, of("lignes_ecartees"))


@pytest.fixture(scope="session")
def night(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Night:
    from vigie.gate import engine, judge

    passed: Counter[str] = Counter()
    refuse_exceptions = engine._refuse_exceptions

    def counting(outcome, expected):
        for result in outcome.results:
            found = result.result
            concerned = found.get("element_count", 0) - (found.get("missing_count") or 0)
            code = result.expectation_config.meta["regle_code"]
            kind = result.expectation_config.type
            if kind in ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null"):
                concerned = found.get("element_count", 0)
            passed[code] += concerned - found.get("unexpected_count", 0)
        refuse_exceptions(outcome, expected)

    docs = tmp_path_factory.mktemp("docs") / "20260201T010000Z"
    parsed, last, contents = [], {}, {}
    for case, invented in zip(CASES, SIRENS, strict=True):
        siren = case.siren or invented
        settings = replace(Settings(home=Path("/nonexistent")), **case.settings)
        owner = "" if case.shared_source else siren
        for file in case.write(siren):
            got = receipt(
                owner, file.content, file.name, file.deposited, f"cas-{case.name}", case.synthetic
            )
            contents[got.sha256] = file.content
            parsed.append(read(got, file.content, reference, settings))
            last[case.name] = got.rapport_id
    with pytest.MonkeyPatch.context() as patch:
        # Counts are asked of every expectation, those that hold included.
        patch.setattr(engine, "_WHETHER", engine._WHICH)
        patch.setattr(engine, "_refuse_exceptions", counting)
        tables = judge(parsed, reference, RUN_DATE, None, docs).tables
    return Night(tables, frames(tables), last, contents, docs, passed)


def installed(night: Night, home: Path) -> Settings:
    """An installation that holds the night: raw and the bytes received, nothing answered yet."""
    settings = Settings(home=home)
    for sha256, content in night.contents.items():
        path = landing.content_path(settings, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    raw.load(settings.raw_path, night.judged)
    return settings


@pytest.fixture
def loaded(night: Night, tmp_path: Path) -> Settings:
    return installed(night, tmp_path)
