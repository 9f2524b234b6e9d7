"""The verbs around a night: demonstration, template, schema, retention."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from vigie.cli.steps import DateOption, moment
from vigie.clock import day_in_paris
from vigie.night.steps import iso_day
from vigie.settings import Settings

_console = Console()
_TRACED = ("nom", "intitule", "montre")
_TRACED_SUMS = ("poids", "numerateur", "denominateur")
_TRACED_PLACE = ("nom_fichier", "feuille", "ligne", "situation_le")


def demo(
    territories: Annotated[
        int | None,
        typer.Option(min=1, help="Nombre de territoires ; sans lui, tous ceux de la région."),
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="Nombre de mois de rapports.")] = 12,
    until: Annotated[str, typer.Option(help="Dernière date de situation.")] = "2026-10-31",
    seed: Annotated[int, typer.Option(help="Graine : la même donne les mêmes fichiers.")] = 32,
) -> None:
    """Dépose les rapports d'une région fictive, marqués comme tels."""
    from vigie.demo import generate

    settings = Settings.from_environment()
    with _console.status("Écriture des rapports de démonstration..."):
        summary = generate(
            settings.drop_folder,
            settings.seeds,
            territories,
            months,
            iso_day(until),
            seed,
        )
    _console.print(
        f"[yellow]DONNÉES FICTIVES[/yellow] : {summary.fichiers} fichiers pour "
        f"{summary.feuilles_de_route} feuilles de route sur {summary.territoires} territoires, dans "
        f"{settings.drop_folder}",
        soft_wrap=True,
    )


def template(
    path: Annotated[Path, typer.Argument(help="Classeur à écrire (.xlsx).")],
    siren: Annotated[str | None, typer.Option(help="Territoire dont remplir les actions.")] = None,
) -> None:
    """Écrit un modèle de rapport, vierge ou rempli des actions d'un territoire dans leur dernier état accepté."""
    from vigie.answers import last_state
    from vigie.reading.template import write_template
    from vigie.reference.seeds import Reference

    settings = Settings.from_environment()
    reference = Reference.load(settings.seeds)
    state = None
    if siren:
        state = last_state.write(settings, reference, path, siren)
    else:
        write_template(path, reference)
    filled = ""
    if state:
        filled = (
            f", avec {len(state.actions)} action(s) dans leur état au {state.situation:%d/%m/%Y}"
        )
    _console.print(f"Modèle écrit : {path}{filled}", soft_wrap=True)


def schema() -> None:
    """Imprime le Table Schema du rapport CSV, pour tout validateur."""
    from vigie.reading.table_schema import table_schema
    from vigie.reference.seeds import Reference

    reference = Reference.load(Settings.from_environment().seeds)
    typer.echo(json.dumps(table_schema(reference), ensure_ascii=False, indent=2))


def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Fichier à vérifier.")],
    siren: Annotated[str, typer.Option(help="Territoire qui l'enverrait.")] = "",
    date_: DateOption = None,
) -> None:
    """Donne le verdict qu'aurait un fichier, sans rien charger ni envoyer."""
    from vigie.answers.checking import check_file
    from vigie.cli.remarks import print_remarks
    from vigie.reference.seeds import Reference

    if not file.is_file():
        raise typer.BadParameter(
            f"{file} n'est pas un fichier : un tube ou un périphérique ne se vérifie pas."
        )
    settings = Settings.from_environment()
    day = day_in_paris(moment(settings, date_))
    checked = check_file(file, Reference.load(settings.seeds), day, siren)
    _console.print(
        f"{checked.libelle} : {checked.acceptees_nb} ligne(s) retenue(s) sur {checked.recues_nb}.",
        style="green" if checked.is_accepted else "red",
    )
    print_remarks(_console, checked.remarques)
    raise typer.Exit(0 if checked.is_accepted else 1)


def rules(
    page: Annotated[Path | None, typer.Option(help="Écrit la page des règles.")] = None,
) -> None:
    """Toutes les règles du contrôle : code, gravité, phrase, consigne."""
    from vigie.gate import rules_page

    if page:
        rules_page.write(page)
    else:
        typer.echo(rules_page.text())


def lineage(page: Annotated[Path, typer.Argument(help="Page à écrire (.html).")]) -> None:
    """Écrit la documentation des tables et leur lignage, des rapports aux chiffres, en une page HTML."""
    from vigie.warehouse.builder import write_lineage

    write_lineage(Settings.from_environment(), page)
    _console.print(f"Documentation écrite : {page}", soft_wrap=True)


def purge(
    days: Annotated[int, typer.Option(min=0, help="Jours après le remplacement.")] = 365,
    date_: DateOption = None,
) -> None:
    """Supprime les fichiers reçus, remplacés ou refusés depuis longtemps ; les chiffres restent."""
    from vigie.night import retention

    settings = Settings.from_environment()
    purged = retention.purge(settings, moment(settings, date_), days)
    _console.print(f"{len(purged)} fichier(s) supprimé(s), leurs lignes archivées.")


def trace(
    indicateur: Annotated[str, typer.Argument(help="Code de l'indicateur.")],
    maille: Annotated[str, typer.Argument(help="region, departement, epci, theme, epci_theme...")],
    territoire: Annotated[str, typer.Argument(help="Code de la région, du département, SIREN.")],
    mois: Annotated[str, typer.Argument(help="Fin de mois (AAAA-MM-JJ).")],
    theme: Annotated[str, typer.Option(help="Code du thème.")] = "tous",
    modalite: Annotated[str, typer.Option(help="Modalité, par exemple un groupe.")] = "total",
) -> None:
    """D'où vient un chiffre : ses lignes, ce que chacune ajoute, leurs rapports et leurs fichiers."""
    from vigie.warehouse import trace as tracing

    settings = Settings.from_environment()
    found = tracing.trace(
        settings.publication_path,
        indicateur,
        maille,
        territoire,
        iso_day(mois),
        theme,
        modalite,
    )
    for name, value in found.figure.iloc[0].items():
        _console.print(f"{name:<18} {_told(value) or 'n. d.'}", markup=False, highlight=False)
    _console.print(f"\n{len(found.lignes)} ligne(s)")
    for row in found.lignes.to_dict("records"):
        sums = [f"{name} {_told(row[name])}" for name in _TRACED_SUMS if name in row]
        for names, indent in ((_TRACED, ""), (_TRACED_PLACE, "    ")):
            told = [text for name in names if (text := _told(row.get(name)))]
            told += sums if names is _TRACED else []
            _console.print(indent + " · ".join(told), markup=False, highlight=False, soft_wrap=True)
    for name in ("numerateur", "denominateur"):
        shown, published = found.lignes[name].sum(min_count=1), found.figure[name].iloc[0]
        hidden = f" + {_told(published - shown)} confidentiel" if found.masquees_nb else ""
        _console.print(f"Somme des lignes, {name} : {_told(shown)}{hidden}", markup=False)
    if found.masquees_nb:
        _console.print(
            f"{found.masquees_nb} action(s) confidentielle(s), comptée(s) sans être montrée(s)."
        )


def _told(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def remind() -> None:
    """Écrit un message prêt à envoyer (.eml) par territoire à relancer, son classeur joint ; n'envoie rien."""
    from vigie.diffusion.drafts import write_reminders

    settings = Settings.from_environment()
    written = write_reminders(settings)
    _console.print(f"{len(written)} message(s) dans {settings.home / 'relances'}", soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Adds the verbs of this module to the application."""
    for verb in (demo, template, schema, check, rules, lineage, purge, trace, remind):
        app.command()(verb)
