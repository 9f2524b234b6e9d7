"""The verbs of a night: each step alone, the whole night, and what repairs it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vigie.arrival import collection
from vigie.cli.summary import print_summary
from vigie.night import rebuild as again
from vigie.night import steps
from vigie.night.alone import alone
from vigie.settings import Settings

DateOption = Annotated[
    str | None, typer.Option("--date", help="Moment de la nuit (AAAA-MM-JJ ou AAAA-MM-JJTHH:MM).")
]
_console = Console()


def moment(settings: Settings, date: str | None) -> datetime:
    """The run's moment, the clock of this machine being the last resort."""
    return steps.run_moment(settings, date, datetime.now(UTC))


def night(
    without_airflow: Annotated[
        bool, typer.Option("--without-airflow", help="Dans ce seul processus, sans Airflow.")
    ] = False,
    date: DateOption = None,
) -> None:
    """Une nuit entière : collecte, contrôle, chargement, construction, vérification, publication."""
    settings = Settings.from_environment()
    run_at = moment(settings, date)
    if not without_airflow:
        from vigie.airflow_night import run_night

        raise typer.Exit(run_night(settings, run_at, print_summary))
    name = steps.night_name(run_at, datetime.now(UTC), uuid4().hex)
    settings = replace(settings, nights_served=(name,))
    with (
        _alone(settings),
        Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=_console,
        ) as progress,
    ):
        bars: dict[str, Any] = {}

        def end_steps() -> None:
            for bar in bars.values():
                progress.update(bar, completed=progress.tasks[bar].total)

        def show(step: str, done: int, total: int) -> None:
            if step not in bars:
                end_steps()
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done)

        summary = steps.run_without_airflow(settings, run_at, show)
        end_steps()
    print_summary(summary)
    raise typer.Exit(1 if summary["echecs"] or summary["incidents"] else 0)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keeps other nights out of the folder; raises NightUnderWay when an Airflow there may start one."""
    from vigie.airflow_night import require_down

    with alone(settings):
        require_down(settings)
        yield


def collect(
    source: Annotated[str | None, typer.Argument(help="Une source ; toutes par défaut.")] = None,
    date: DateOption = None,
) -> None:
    """Apporte les fichiers nouveaux dans l'aire d'arrivée (landing)."""
    settings = Settings.from_environment()
    run_at = moment(settings, date)
    chosen = collection.active_sources(settings)
    if source:
        chosen = [collection.source_named(settings, source)]
    steps.require_whole(collection.collect_all(settings, chosen, run_at))


def gate(date: DateOption = None) -> None:
    """Contrôle les rapports arrivés, charge ce qui peut l'être et répond aux expéditeurs."""
    settings = Settings.from_environment()
    run_at = moment(settings, date)
    judged = steps.gate_and_load(settings, run_at)
    _console.print(judged)
    answered = steps.answer(settings, run_at)
    _console.print(answered)
    steps.require_whole(judged["incidents"] + answered["incidents"])


def build(
    date: DateOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Ce qui était vrai à cette date (AAAA-MM-JJ), par défaut celle de --known-on."
        ),
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(help="... tel qu'on le savait à cette date (AAAA-MM-JJ).")
    ] = None,
) -> None:
    """Construit l'entrepôt sans le publier ; avec --as-of et --known-on, tel qu'il était connu."""
    settings = Settings.from_environment()
    run_at = moment(settings, date)
    if as_of or known_on:
        _console.print(str(again.build_as_known(settings, run_at, as_of, known_on)))
    else:
        _console.print(steps.build(settings, run_at))


def publish(
    date: DateOption = None,
    accept_variation: Annotated[
        bool, typer.Option("--accept-variation", help="Accepter un écart fort mais voulu.")
    ] = False,
) -> None:
    """Construit si besoin, vérifie et publie."""
    settings = Settings.from_environment()
    run_at = moment(settings, date)
    built = steps.build(settings, run_at)
    steps.check(settings, run_at, built, accept_variation)
    _console.print(steps.publish(settings, run_at, built))


def rollback(
    restore: Annotated[
        str | None, typer.Option(help="Autoriser de nouveau une publication retirée.")
    ] = None,
) -> None:
    """Remet la publication précédente et retire l'actuelle."""
    from vigie.warehouse import publication

    settings = Settings.from_environment()
    if restore:
        publication.allow_again(settings, restore)
        _console.print(f"La publication {restore} pourra être republiée la nuit prochaine.")
    else:
        _console.print(f"Publication remise en place : {publication.rollback(settings)}")


def rebuild(date: DateOption = None) -> None:
    """Refait tout depuis l'aire d'arrivée (landing) : mêmes fichiers, mêmes chiffres."""
    settings = Settings.from_environment()
    summary = again.rebuild(settings, moment(settings, date))
    print_summary(summary)
    raise typer.Exit(1 if summary["incidents"] else 0)


def export(date: DateOption = None) -> None:
    """Écrit les fichiers pour les outils (Parquet, CSV, Excel, GeoJSON), l'édition publique et le miroir PostgreSQL."""
    from vigie.diffusion import steps as diffusion

    settings = Settings.from_environment()
    run_at = moment(settings, date)
    _console.print(diffusion.export_files(settings, run_at))
    _console.print(diffusion.publish_open_data(settings, run_at))
    _console.print(diffusion.mirror_to_postgresql(settings, run_at))


def site(date: DateOption = None) -> None:
    """Écrit les pages de pilotage et les PDF de la publication actuelle."""
    from vigie.diffusion import steps as diffusion

    settings = Settings.from_environment()
    _console.print(diffusion.render_pages(settings, moment(settings, date)))
    _console.print(f"Pages : {settings.published / 'site' / 'index.html'}", soft_wrap=True)


def up(
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Ne rend la main qu'à l'arrêt : pour systemd.")
    ] = False,
) -> None:
    """Airflow reste en marche sur 127.0.0.1:8080."""
    from vigie import airflow_night

    airflow_night.up(Settings.from_environment(), foreground=foreground)


def down() -> None:
    """Arrête Airflow."""
    from vigie import airflow_night

    airflow_night.down(Settings.from_environment())


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Pour un superviseur.")] = False,
    as_prometheus: Annotated[
        bool, typer.Option("--prometheus", help="Mesures au format texte de Prometheus.")
    ] = False,
) -> None:
    """Où en est l'installation. Code de sortie : 0 tout va bien, 1 à regarder, 2 à réparer."""
    from vigie.cli.summary import print_status
    from vigie.supervision import measures

    settings, now = Settings.from_environment(), datetime.now(UTC).replace(tzinfo=None)
    if as_prometheus:
        typer.echo(measures.prometheus(settings, now), nl=False)
        return
    if not as_json:
        raise typer.Exit(print_status(settings, now))
    state = measures.status(settings, now)
    typer.echo(json.dumps(state, ensure_ascii=False, indent=2, default=str))
    raise typer.Exit(state["etat"])


def housekeeping(date: DateOption = None) -> None:
    """Retire ce qui ne sert plus : vieilles constructions, fichiers inachevés, journaux. Aucun fichier reçu ne part."""
    from vigie.night import housekeeping as keeping

    settings = Settings.from_environment()
    _console.print(keeping.tidy(settings, moment(settings, date)))


def register(app: typer.Typer) -> None:
    """Adds the verbs of this module to the application."""
    verbs = (
        night,
        collect,
        gate,
        build,
        publish,
        rollback,
        rebuild,
        export,
        site,
        up,
        down,
        status,
        housekeeping,
    )
    for verb in verbs:
        app.command()(verb)
