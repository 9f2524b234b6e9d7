"""The verbs of the committee's sessions."""

from typing import Annotated

import typer
from rich.console import Console

from vigie.arrival import landing
from vigie.cli.steps import DateOption, moment
from vigie.decisions import resolutions, sessions
from vigie.night import rebuild as again
from vigie.night import steps
from vigie.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Séances du comité : figer une édition, la vérifier, noter les décisions et leur suite.",
)
RoleOption = Annotated[str, typer.Option(help="Fonction de qui note (pas de nom).")]
_console = Console()


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(help="Nom de la séance, par exemple « COPIL 2026-11 ».")],
    as_of: Annotated[
        str | None,
        typer.Option(help="Vrai à cette date (AAAA-MM-JJ), par défaut celle de --known-on."),
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(help="Connu à cette date, par défaut aujourd'hui.")
    ] = None,
    date_: DateOption = None,
) -> None:
    """Fige pour toujours l'édition d'une séance."""
    settings = Settings.from_environment()
    run_at = moment(settings, date_)
    cutoff = again.cutoff_of(run_at, as_of, known_on)
    record = sessions.freeze(settings, name, cutoff, steps.run_id(run_at))
    _console.print(f"Séance figée : {record['nom']} · empreinte {record['empreinte'][:12]}")


@app.command()
def verify(
    name: Annotated[str, typer.Argument(help="Nom de la séance.")],
    date_: DateOption = None,
) -> None:
    """Recalcule une séance figée et prouve qu'elle donne les mêmes chiffres."""
    settings = Settings.from_environment()
    run_id = steps.run_id(moment(settings, date_))
    record = sessions.verify(settings, name, run_id)
    _console.print(f"Identique : {record['nom']} · empreinte {record['empreinte'][:12]}")


@app.command()
def decide(
    name: Annotated[str, typer.Argument(help="Nom de la séance, déjà figée.")],
    phrase: Annotated[str, typer.Argument(help="La décision, en une phrase.")],
    role: RoleOption,
    measure: Annotated[
        str, typer.Option(help="Code de la liste ou de l'indicateur qui dira si elle est tenue.")
    ] = "",
    target: Annotated[float | None, typer.Option(help="Valeur à atteindre.")] = None,
    date_: DateOption = None,
) -> None:
    """Note une décision du comité : la séance suivante s'ouvre sur ce qu'elle est devenue."""
    from vigie.diffusion import steps as diffusion

    settings = Settings.from_environment()
    if measure:
        diffusion.require_measure(settings, measure)
    at = moment(settings, date_)
    kept = resolutions.decide(settings, name, phrase, role, at, measure, target)
    _console.print(f"Décision notée ({kept.decision_id}) : « vigie site » la montre.")


@app.command()
def settle(
    decision_id: Annotated[str, typer.Argument(help="Identifiant de la décision.")],
    state: Annotated[str, typer.Argument(help="tenue, en_cours ou non_tenue.")],
    role: RoleOption,
    date_: DateOption = None,
) -> None:
    """Note la suite d'une décision que les chiffres ne disent pas ; la dernière note compte."""
    settings = Settings.from_environment()
    kept = resolutions.note(settings, decision_id, state, role, moment(settings, date_))
    _console.print(
        f"Suite notée : {resolutions.STATES[kept.etat]} · {kept.phrase}",
        markup=False,
        soft_wrap=True,
    )


@app.command("list")
def list_() -> None:
    """Les séances figées, de la plus ancienne à la plus récente, avec leurs décisions."""
    settings = Settings.from_environment()
    records, decided = landing.session_records(settings), resolutions.of_sessions(settings)
    if not records:
        _console.print("Aucune séance n'est figée : « vigie session freeze NOM » en fige une.")
    for record in records:
        _console.print(
            f"{record['nom']} · situation au {record['date_situation']}"
            f" · connu le {record['connu_le'][:10]} · {record['empreinte'][:12]}"
        )
        for one in decided:
            if one.seance_code == record["seance_code"]:
                _console.print(f"  {_told(one)}", markup=False, soft_wrap=True)


def _told(one: resolutions.Resolution) -> str:
    followed = f"{one.mesure}, cible {one.cible:g}" if one.cible is not None else ""
    noted = resolutions.STATES.get(one.etat, "suite pas encore notée")
    return f"{one.decision_id} · {one.phrase} ({followed or noted})"
