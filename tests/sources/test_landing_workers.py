"""Landing with several workers at once: one writes, none undoes what another did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from servers import RealServer

from vigie.arrival import landing
from vigie.files import read_json, settle_json, write_json, write_once
from vigie.objects import ObjectPath
from vigie.settings import Settings

InBucket = Callable[..., Settings]


def test_of_several_workers_that_write_a_receipt_in_a_folder_one_does(tmp_path: Path) -> None:
    path = tmp_path / "recus" / "r.json"
    with ThreadPoolExecutor(8) as threads:
        contents = [str(number).encode() for number in range(8)]
        wrote = list(threads.map(lambda content: write_once(path, content), contents))
    assert [content for content, did in zip(contents, wrote, strict=True) if did] == [
        path.read_bytes()
    ]
    assert [found.name for found in path.parent.iterdir()] == ["r.json"]


def test_a_receipt_that_another_worker_has_just_put_is_left(
    conditional_s3_server: RealServer, in_bucket: InBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_bucket(conditional_s3_server).landing / "r.json"
    assert write_once(path, b"le premier")
    # It was put between the question and the answer.
    monkeypatch.setattr(ObjectPath, "exists", lambda self: False)
    assert not write_once(path, b"le second")
    assert path.read_bytes() == b"le premier"


def adding(name: str) -> Callable[[dict[str, int] | None], dict[str, int]]:
    return lambda value: (value or {}) | {name: 1}


@pytest.mark.parametrize("there", [False, True], ids=["nothing there", "something there"])
def test_no_worker_undoes_what_another_puts_meanwhile(
    there: bool, conditional_s3_server: RealServer, in_bucket: InBucket
) -> None:
    path = in_bucket(conditional_s3_server).landing / "etat.json"
    if there:
        write_json(path, {"avant": 1})
    others = iter(["un", "deux"])

    def interrupted(value: dict[str, int] | None) -> dict[str, int]:
        for other in others:
            settle_json(path, adding(other), "")
            break
        return adding("moi")(value)

    settle_json(path, interrupted, "")
    expected = {"moi", "un", "deux"} | ({"avant"} if there else set())
    assert read_json(path).keys() == expected


def test_no_worker_undoes_what_another_writes_in_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "etat.json"
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: settle_json(path, adding(name), ""), "abcdefgh"))
    assert read_json(path).keys() == set("abcdefgh")


def test_the_state_of_the_later_visit_stands_with_what_an_earlier_one_remembers(
    wherever: Settings,
) -> None:
    def save(**state: Any) -> None:
        landing.save_source_state(wherever, "s", state)

    save(collecte_le="2026-11-21T01:00:00", vus={"a": "1", "b": "1"}, echecs_consecutifs=1)
    save(collecte_le="2026-11-20T01:00:00", messages={"12": ["merci"]}, vus={"c": "1"}, echec="non")
    assert landing.source_state(wherever, "s") == {
        "collecte_le": "2026-11-21T01:00:00",
        "vus": {"a": "1", "b": "1", "c": "1"},
        "messages": {"12": ["merci"]},
        "echecs_consecutifs": 1,
    }
    save(collecte_le="2026-11-22T01:00:00", vus={"b": "2"})
    assert landing.source_state(wherever, "s")["vus"] == {"b": "2"}
