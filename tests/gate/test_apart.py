"""One process apart answers one question at a time, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.gate.reports import action, csv_report, receipt
from vigie.reading.adapters.isolation import Apart
from vigie.settings import PROJECT_ROOT, Settings

BOULOGNE = "246200729"


def test_each_of_many_that_ask_at_once_gets_the_answer_to_its_own_question(tmp_path: Path) -> None:
    asked = []
    for number in range(8):
        content = csv_report(BOULOGNE, [action(code_action=f"A{n}") for n in range(number + 1)])
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content)
        asked.append((receipt(BOULOGNE, content, path.name), path))
    settings = Settings(home=tmp_path, seeds=PROJECT_ROOT / "seeds")
    with closing(Apart(settings)) as apart, ThreadPoolExecutor(len(asked)) as threads:
        # Nothing was started before: the first to ask starts it, for all.
        answers = list(threads.map(lambda one: apart.ask("read", *one), asked))
    assert [answer.receipt for answer in answers] == [one for one, _ in asked]
    assert [answer.lignes.num_rows for answer in answers] == list(range(1, len(asked) + 1))
