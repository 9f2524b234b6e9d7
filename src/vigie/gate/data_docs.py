"""The Data Docs of a night: Great Expectations' own pages, made readable without network.

Its index is drawn by scripts fetched from the network: it is replaced by a plain page that leads to
the others.
"""

import re
import shutil
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

_SITE = "nuit"
_REMOTE = (
    re.compile(r"<script[^>]*\bsrc=[\"']?https?://[^>]*>\s*</script>", re.IGNORECASE),
    re.compile(r"<link[^>]*\bhref=[\"']?[^>]*>", re.IGNORECASE),
    re.compile(r"<img[^>]*\bsrc=[\"']?[^>]*>", re.IGNORECASE),
    re.compile(r"<footer>.*?</footer>", re.IGNORECASE | re.DOTALL),
    re.compile(r"<nav class=\"navbar.*?</nav>\s*</nav>", re.IGNORECASE | re.DOTALL),
)
_STYLE = """<style>
body { font-family: system-ui, sans-serif; margin: 1.5rem; color: #17232e; background: #fff; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { border: 1px solid #d9d6cc; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #f6f5f1; }
a { color: #0a4f6e; }
.fa-check-circle::before { content: "respectée"; color: #1c6b52; font-style: normal; }
.fa-times::before { content: "non respectée"; color: #9a3412; font-style: normal; font-weight: 700; }
.d-none, .modal, .navbar, .navbar-toggler, .btn { display: none; }
</style>
</head>"""
_INDEX = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>Contrôles de la nuit {run}</title>
{style}
<body>
<h1>Contrôles de la nuit {run}</h1>
<p>Pages écrites par Great Expectations : ce qui a été vérifié, et combien de lignes ne le respectent pas.</p>
<table>
<thead><tr><th scope="col">Jeu de règles</th><th scope="col">Lignes</th><th scope="col">Vérifications</th>
<th scope="col">Non respectées</th><th scope="col">Règles</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def write(context: Any, results: dict[str, Any], folder: Path, run_at: datetime) -> None:
    """Writes one page per data set and their index to `folder`, replacing what an interrupted run left.

    `results` are the validation results by name of suite, each with its number of rows in `lignes_nb`.
    """
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    context.add_data_docs_site(_SITE, _site(draft))
    run = RunIdentifier(run_name=folder.name, run_time=run_at)
    for name, result in results.items():
        key = ValidationResultIdentifier(
            expectation_suite_identifier=ExpectationSuiteIdentifier(name=name),
            run_id=run,
            batch_identifier=name,
        )
        result.meta["run_id"] = run
        context.validation_results_store.set(key, result)
    context.build_data_docs()
    for page in draft.rglob("*.html"):
        page.write_text(offline(page.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(draft / "static", ignore_errors=True)
    (draft / "index.html").write_text(_index(draft, folder.name, results), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def offline(html: str) -> str:
    """The page without the scripts, styles and images it would fetch from the network."""
    for pattern in _REMOTE:
        html = pattern.sub("", html)
    return html.replace("</head>", _STYLE, 1)


def _index(draft: Path, run: str, results: dict[str, Any]) -> str:
    rows = []
    for name, result in results.items():
        (page,) = draft.glob(f"validations/{name}/**/*.html")
        counts = result.statistics
        cells = (
            f'<a href="{page.relative_to(draft)}">{escape(name)}</a>',
            result.meta["lignes_nb"],
            counts["evaluated_expectations"],
            counts["unsuccessful_expectations"],
            f'<a href="expectations/{name}.html">liste</a>',
        )
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return _INDEX.format(run=escape(run), style=_STYLE, rows="\n".join(rows))
