"""How the steering pages write figures, dates and tables."""

from datetime import date

from vigie.diffusion.pages import figures, french
from vigie.diffusion.pages.model import Column, Table
from vigie.diffusion.pages.palette import sequence_role
from vigie.diffusion.pages.reading import Measures


def test_a_number_has_narrow_spaces_and_a_comma() -> None:
    assert french.number(1234.5, 1) == "1\u202f234,5"
    assert french.number(-3.0, 1) == "\u22123"
    assert french.number(-0.2) == "0"


def test_a_missing_value_is_neither_zero_nor_blank() -> None:
    assert french.percent(None) == "n.\u00a0d."
    assert french.euros(float("nan")) == "n.\u00a0d."


def test_the_coverage_agrees_with_its_number() -> None:
    assert french.covered(67, 90) == "67\u00a0territoires sur 90 ont leur feuille de route"
    assert french.covered(1, 90) == "1\u00a0territoire sur 90 a sa feuille de route"


def test_a_percentage_keeps_its_sign_beside_its_number() -> None:
    assert french.percent(45.2) == "45\u202f%"


def test_a_gap_carries_its_sign_and_agrees_in_number() -> None:
    assert french.points(3.24) == "+3,2\u00a0points"
    assert french.points(-1.0) == "\u22121\u00a0point"
    assert french.points(0.01) == "0\u00a0point"


def test_the_first_of_a_month_and_its_elision_are_french() -> None:
    assert french.day(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert french.of_month(date(2026, 10, 31)) == "d’octobre\u00a02026"
    assert french.of_month(date(2026, 3, 31)) == "de mars\u00a02026"


def test_millions_of_euros_are_shortened() -> None:
    assert french.euros(1_250_000) == "1,2\u00a0M€"
    assert french.euros(9_500) == "9\u202f500\u00a0€"


def test_bounds_are_said_unless_everything_is_known() -> None:
    known = {"valeur": 13.2, "borne_basse": 13.2, "borne_haute": 13.2, "n_nb": 32}
    partly = known | {"borne_basse": 13.0, "borne_haute": 14.4}
    assert (
        figures.bounds(known)
        == "toutes les actions sont renseignées et à jour ; sur 32\u00a0actions"
    )
    assert figures.bounds(partly).startswith("entre 13\u202f% et 14\u202f% selon ce qui manque")


def test_a_progress_says_how_much_of_it_rests_on_the_status_alone() -> None:
    mean = {
        "indicateur_code": "avancement",
        "theme_code": "tous",
        "modalite_code": "total",
        "n_nb": 8,
    }
    mean |= {"valeur": 40.0, "borne_basse": 30.0, "borne_haute": 55.0}
    guessed = mean | {"modalite_code": "estime_statut", "valeur": 37.5}
    told = figures.progress(Measures([mean, guessed]))
    assert told["detail"].endswith("sur 8\u00a0actions, dont 38\u202f% estimés d’après le statut")
    nothing = figures.progress(Measures([mean | {"valeur": None}]))
    assert nothing["detail"] == "non calculable : aucune action renseignée"


def test_a_text_that_a_spreadsheet_would_run_is_neutralised_in_csv() -> None:
    columns = [Column("nom", "Nom"), Column("part", "Part", "pct")]
    rows = [{"nom": "=SOMME(A1)", "part": 12.5}, {"nom": '@x; "y"', "part": None}]
    written = Table("t", "Titre", columns, rows).as_csv().decode("utf-8-sig").splitlines()
    assert written == ["Nom;Part", "'=SOMME(A1);12,5", '"\'@x; ""y""";']


def test_a_lapse_of_time_is_said_as_one_speaks() -> None:
    told = [french.span(days).replace("\u00a0", " ") for days in (1, 45, 200, 500, 730, 1200)]
    assert told == ["1 jour", "45 jours", "7 mois", "16 mois", "2 ans", "3 ans et 3 mois"]


def test_a_weight_and_what_a_share_is_taken_of_are_said_in_words() -> None:
    assert french.weight(120) == "1\u00a0ko"
    assert french.weight(1_250_000) == "1,2\u00a0Mo"
    assert french.among(1852, "action", "actions") == "sur 1\u202f852\u00a0actions"


def test_the_classes_of_the_map_fit_what_is_written() -> None:
    bounds = (0, 5, 10, 20)
    told = [sequence_role(value, bounds) for value in (0.0, 0.4, 0.6, 5.0, 10.4, 20.4, 21.0, None)]
    assert told == ["seq-1", "seq-1", "seq-2", "seq-2", "seq-3", "seq-4", "seq-5", None]


def test_a_place_names_its_sheet_only_where_there_is_one() -> None:
    assert french.place("Actions", 3) == "feuille « Actions », ligne 3"
    assert french.place("", 3) == "ligne 3"
