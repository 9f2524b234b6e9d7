"""What the record of a night says when the night, or one of its steps, is run again."""

from datetime import datetime

import pytest

from vigie.errors import SettingsError
from vigie.night import steps as night
from vigie.settings import Settings

RUN_AT = datetime(2026, 11, 20, 1)


def test_a_step_run_again_forgets_what_followed_it(tmp_path):
    settings = Settings(home=tmp_path)
    for step in ("collecte", "controle", "construction", "verification", "publication"):
        night.keep_step(settings, RUN_AT, step, {"publie": True, "duree_s": 1.0})

    with night.timed_step(settings, RUN_AT, "construction") as counts:
        counts["construit"] = False

    summary = night.summary(settings, RUN_AT)
    assert set(summary["etapes"]) == {"collecte", "controle", "construction"}
    assert summary["publie"] is False


def test_a_step_that_fails_keeps_no_record_of_its_first_try(tmp_path):
    settings = Settings(home=tmp_path)
    night.keep_step(settings, RUN_AT, "publication", {"publie": True})

    try:
        with night.timed_step(settings, RUN_AT, "publication"):
            raise OSError("disque plein")
    except OSError:
        pass

    summary = night.summary(settings, RUN_AT)
    assert summary["publie"] is False
    assert summary["echecs"] == ["Étape publication : OSError('disque plein')"]

    with night.timed_step(settings, RUN_AT, "publication"):
        pass
    assert night.summary(settings, RUN_AT)["echecs"] == []


class AirflowTaskTimeout(BaseException):
    """What Airflow raises in a task past its time: none of the ordinary exceptions."""


def test_a_step_stopped_by_the_time_limit_of_its_task_says_so(tmp_path):
    settings = Settings(home=tmp_path)
    with pytest.raises(AirflowTaskTimeout), night.timed_step(settings, RUN_AT, "controle"):
        raise AirflowTaskTimeout("Timeout, PID: 12")
    (sentence,) = night.summary(settings, RUN_AT)["echecs"]
    assert sentence.startswith("Étape controle : arrêtée, le temps qui lui est accordé est passé")


def test_a_step_that_somebody_stops_is_no_failure_to_tell(tmp_path):
    settings = Settings(home=tmp_path)
    with pytest.raises(KeyboardInterrupt), night.timed_step(settings, RUN_AT, "controle"):
        raise KeyboardInterrupt
    assert night.summary(settings, RUN_AT)["echecs"] == []


@pytest.mark.parametrize("given", ["2026-13-25", "demain", "0001-01-01"])
def test_a_date_out_of_any_calendar_is_told_in_french(given, tmp_path):
    with pytest.raises(SettingsError, match=f"La date « {given} » n'est pas lisible"):
        night.run_moment(Settings(home=tmp_path), given, RUN_AT)
