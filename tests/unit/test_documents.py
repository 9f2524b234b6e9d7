"""What the documents tell readers to type, set or open exists."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from vigie.cli import app
from vigie.settings import PROJECT_ROOT

# What an installation brings beside the project has its own documents.
DOCUMENTS = [
    *sorted(PROJECT_ROOT.glob("*.md")),
    *(
        path
        for folder in ("benchmarks", "bi", "dags", "dbt_project", "docs", "expectations", "seeds")
        for path in sorted((PROJECT_ROOT / folder).rglob("*.md"))
    ),
]
NAMES = [str(path.relative_to(PROJECT_ROOT)) for path in DOCUMENTS]
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)


def typed(path: Path) -> Iterator[str]:
    """The lines of code of a document: its blocks and what stands between backquotes."""
    for block, span in CODE.findall(path.read_text(encoding="utf-8")):
        yield from (block or span).splitlines()


def commands(path: Path) -> Iterator[list[str]]:
    """The words of each `vigie` command of a document, whatever runs it (uv, podman)."""
    for line in typed(path):
        found = re.search(r"(?:^|\s)(vigie [^|;&>]*)", line.partition("  #")[0])
        if found and not re.match(r"[-./=]", found[1][6:]):
            yield shlex.split(found[1], comments=True)


def unknown_part(words: list[str]) -> str:
    """The first word of a command that the program does not know, empty when it knows them all."""
    command = typer.main.get_command(app)
    for word in words[1:]:
        if word.startswith("--"):
            options = {name for parameter in command.params for name in parameter.opts}
            if word.partition("=")[0] not in options | {"--help"}:
                return word
        elif verbs := getattr(command, "commands", None):
            if word not in verbs:
                return word
            command = verbs[word]
    return ""


@each_document
def test_the_commands_of_a_document_exist_with_their_options(path: Path) -> None:
    assert {
        " ".join(words): part for words in commands(path) if (part := unknown_part(words))
    } == {}


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert unknown_part(["vigie", "sesion", "list"]) == "sesion"
    assert unknown_part(["vigie", "session", "freze", "X"]) == "freze"
    assert unknown_part(["vigie", "publish", "--accept-variations"]) == "--accept-variations"
    assert sum(len(list(commands(path))) for path in DOCUMENTS) > 40


@each_document
def test_the_make_targets_of_a_document_exist(path: Path) -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {word for line in typed(path) for word in re.findall(r"^make ([a-z-]+)", line)}
    assert named <= targets


@each_document
def test_the_settings_of_a_document_are_read_by_the_program(path: Path) -> None:
    named = set(re.findall(r"\bVIGIE_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8")))
    assert named <= known_settings()


@cache
def known_settings() -> set[str]:
    """The settings that the program, its tests, its containers or its CI name."""
    sources = [
        *(
            path
            for folder in ("src", "tests", "dags")
            for path in (PROJECT_ROOT / folder).rglob("*.py")
        ),
        *(
            PROJECT_ROOT / name
            for name in ("dbt_project/profiles.yml", "docker-compose.yml", "Makefile", ".ci/run")
        ),
    ]
    texts = (
        path.read_text(encoding="utf-8") for path in sources if path.name != Path(__file__).name
    )
    return {name for text in texts for name in re.findall(r"\bVIGIE_[A-Z_]+[A-Z]\b", text)}


@each_document
def test_what_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
