"""An SQL prompt on the publication."""

import readline

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vigie.errors import PublicationError
from vigie.settings import Settings
from vigie.warehouse.damaged import publication_opened

_ROWS_SHOWN = 40
EXAMPLES = {
    "Couverture de la région, mois après mois": """
        select mois_le, numerateur, denominateur, round(valeur, 1) as pct
        from marts.fct_indicateurs
        where indicateur_code = 'couverture_feuilles_de_route' and maille_code = 'region'
        order by mois_le desc limit 6""",
    "Avancement par territoire, avec ses bornes": """
        select nom, round(valeur, 1) as avancement, round(borne_basse, 1) as au_moins,
            round(borne_haute, 1) as au_plus, n_nb as actions
        from marts.fct_indicateurs join marts.dim_territoires on territoire_code = siren_epci
        where indicateur_code = 'avancement' and maille_code = 'epci'
            and modalite_code = 'total' and est_dernier_mois
        order by nom limit 10""",
    "Actions bloquées et ce qui les freine": """
        select nom, intitule, statut_libelle, date_fin_prevue
        from marts.fct_actions join marts.dim_territoires using (siren_epci)
        where statut_code = 'bloque' order by nom limit 10""",
}


def console() -> None:
    """Ouvre la publication en lecture seule ; « .quit » ou Ctrl-D pour sortir."""
    settings = Settings.from_environment()
    if not settings.publication_path.exists():
        raise PublicationError("Aucune publication : lancer d'abord « make run ».")
    screen = Console()
    readline.parse_and_bind("tab: complete")
    with publication_opened(settings.publication_path) as connection:
        screen.print(f"Publication : {settings.publication_path}", soft_wrap=True)
        screen.print("Trois requêtes pour commencer :\n")
        for title, query in EXAMPLES.items():
            screen.print(f"-- {title}\n{_dedent(query)};\n", style="cyan", highlight=False)
        _prompt(connection, screen)


def _dedent(query: str) -> str:
    return "\n".join(line.removeprefix("        ") for line in query.strip().splitlines())


def _prompt(connection: duckdb.DuckDBPyConnection, screen: Console) -> None:
    pending = ""
    while True:
        try:
            line = input("vigie> " if not pending else "   ... ")
        except EOFError:
            return
        if line.strip() in (".quit", ".exit"):
            return
        pending += line + "\n"
        if not pending.strip().endswith(";"):
            continue
        try:
            screen.print(table(connection.execute(pending)))
        except duckdb.Error as error:
            screen.print(str(error), style="red", markup=False)
        pending = ""


def table(result: duckdb.DuckDBPyConnection | duckdb.DuckDBPyRelation) -> Table:
    """The first rows of a result; what looks like rich's own marks is text."""
    shown = Table()
    for column in result.description or []:
        shown.add_column(Text(column[0]))
    for row in result.fetchmany(_ROWS_SHOWN):
        shown.add_row(*(Text("" if value is None else str(value)) for value in row))
    return shown
