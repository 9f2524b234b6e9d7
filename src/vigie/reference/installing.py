"""A new Région: its reference data and its settings, made in a folder of its own."""

import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vigie.errors import SettingsError
from vigie.files import write_atomically
from vigie.reference.package import npm_pack
from vigie.reference.refresh import Refresh, refresh

SETTINGS = "vigie.env"
_NAMES_NO_REGION = {"la", "région", "conseil", "régional", "fonds", "de"}


@dataclass(frozen=True)
class Installation:
    """What was made, and what a person must still write: `a_faire` maps a file of the reference data to why."""

    reglages: Path
    reference: Refresh
    a_faire: dict[str, str]


def install(
    folder: Path,
    region: str,
    seeds_of_project: Path,
    fetch: Callable[[str, Path], Path] = npm_pack,
) -> Installation:
    """Makes `folder` the home of `region` (INSEE code): `seeds/`, refreshed from the public package, its settings and
    an empty drop folder.

    Run again, it refreshes the seeds and keeps what a person wrote. Raises SettingsError when the folder already serves
    another region, or when the package does not know this one.
    """
    folder = folder.resolve()
    settings = folder / SETTINGS
    written = _settings(folder, region)
    if settings.exists() and f"VIGIE_REGION={region}\n" not in settings.read_text(encoding="utf-8"):
        raise SettingsError(
            f"{settings} est celui d'une autre région. Choisir un autre dossier pour VIGIE_REGION={region}."
        )
    seeds = folder / "seeds"
    if not seeds.exists():
        shutil.copytree(seeds_of_project, seeds)
    done = refresh(seeds, region, fetch=fetch)
    (folder / "depot").mkdir(exist_ok=True)
    if not settings.exists():
        _name_the_region(seeds / "financeurs_region.csv", done.territoire)
        write_atomically(settings, written.encode())
    return Installation(settings, done, _left_to_a_person(done))


def _settings(folder: Path, region: str) -> str:
    return (
        "# Réglages de cette région, à lire avant chaque commande : set -a; . ./vigie.env; set +a\n"
        f"VIGIE_REGION={region}\n"
        f"VIGIE_HOME={shlex.quote(str(folder))}\n"
        f"VIGIE_SEEDS={shlex.quote(str(folder / 'seeds'))}\n"
        "# À qui un territoire peut écrire, et où il trouve le modèle de rapport.\n"
        "VIGIE_CONTACT=\n"
        "VIGIE_TEMPLATE_URL=\n"
    )


def _name_the_region(path: Path, territory: str) -> None:
    """The names of the Région as a funder: those that name none stay, those of the project's own Région leave."""
    _, *aliases = path.read_text(encoding="utf-8").splitlines()
    kept = [alias for alias in aliases if _NAMES_NO_REGION.issuperset(alias.casefold().split())]
    name = territory.removeprefix("Région ")
    if name != territory:
        kept += [territory, f"Conseil régional {name}", f"Conseil régional de {name}"]
    write_atomically(path, "\n".join(["alias", *kept, ""]).encode())


def _left_to_a_person(done: Refresh) -> dict[str, str]:
    left = {
        "sources.csv": "les sources qui ne sont pas un dossier de dépôt, et celle du registre des feuilles de route",
        "campagnes.csv": "les dates auxquelles la Région attend les rapports, si elles diffèrent",
        "financeurs_europeens.csv": "les programmes européens de la région, tels que les rapports les nomment",
    }
    if done.a_completer:
        left["territoires.csv"] = (
            f"le siège, la densité, le littoral et le point de {len(done.a_completer)} territoires : sans point, la "
            "carte range les territoires par département ; sans densité, on ne les compare pas entre semblables"
        )
    if done.successions_a_decider:
        left["territoires_alias.csv"] = (
            f"ce qu'est devenu le territoire {', '.join(done.successions_a_decider)}, partagé entre plusieurs"
        )
    return left
