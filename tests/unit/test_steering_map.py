"""The map: tiles, contours, colours that can be read."""

import csv
import random
from pathlib import Path

import pytest

from vigie.diffusion.pages import maps, outlines, tiles
from vigie.diffusion.pages.palette import DARK, LIGHT
from vigie.errors import SettingsError
from vigie.settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def points() -> list[tuple[str, float, float]]:
    with (PROJECT_ROOT / "seeds" / "territoires.csv").open(encoding="utf-8") as stream:
        return [
            (row["siren_epci"], float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(stream)
            if row["perimetre_code"] == "coeur"
        ]


def test_each_territory_has_a_tile_of_its_own(points: list[tuple[str, float, float]]) -> None:
    placed = tiles.place(points)
    assert len(placed) == len(points) == 90
    assert len(set(placed.values())) == 90


def test_tiles_do_not_depend_on_the_order_of_the_territories(
    points: list[tuple[str, float, float]],
) -> None:
    shuffled = random.Random(7).sample(points, len(points))
    assert tiles.place(shuffled) == tiles.place(points)


def test_a_tile_stays_near_its_place(points: list[tuple[str, float, float]]) -> None:
    placed = tiles.place(points)
    dunkerque, senlis, boulogne, maubeuge = (
        placed[s] for s in ("245900428", "200066975", "246200729", "200043396")
    )
    assert dunkerque.y < boulogne.y < senlis.y
    assert boulogne.x < senlis.x < maubeuge.x


def test_no_territory_makes_an_empty_map() -> None:
    assert tiles.place([]) == {}


def test_real_contours_are_read_by_siren(shared: Path) -> None:
    drawn, height = outlines.draw(shared / "reference" / "epci_contours.topojson", 760)
    assert len(drawn) == 92
    assert 600 < height < 1200
    boulogne, senlis = drawn["246200729"], drawn["200066975"]
    assert boulogne.path.startswith("M")
    assert boulogne.path.endswith("Z")
    assert boulogne.x < senlis.x
    assert boulogne.y < senlis.y


def test_a_file_that_is_no_topojson_names_the_setting(tmp_path: Path) -> None:
    broken = tmp_path / "contours.json"
    broken.write_text('{"type": "Topology", "arcs": []}', encoding="utf-8")
    with pytest.raises(SettingsError, match="VIGIE_CONTOURS"):
        outlines.draw(broken, 760)


@pytest.mark.parametrize(
    ("town", "lines"),
    [
        ("Boulogne-sur-Mer", ["Boulogne"]),
        ("Château-Thierry", ["Château-", "Thierry"]),
        ("Valenciennes", ["Valenciennes"]),
        ("Pont-Sainte-Maxence", ["Pont-Sainte-", "Maxence"]),
    ],
)
def test_a_town_fits_on_its_tile(town: str, lines: list[str]) -> None:
    assert maps.label_lines(town) == lines


@pytest.mark.parametrize(
    ("town", "said"),
    [
        ("Boulogne-sur-Mer", "Boul"),
        ("Saint-Omer", "St-O"),
        ("Le Quesnoy", "Le Q"),
        ("Ham", "Ham"),
    ],
)
def test_a_narrow_tile_says_the_first_letters_of_its_town(town: str, said: str) -> None:
    assert maps.initials(town) == said


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(ink: str, ground: str) -> float:
    low, high = sorted((_luminance(ink), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("encre", ("fond", "fond-2")),
        ("encre-2", ("fond", "fond-2")),
        ("accent", ("fond", "fond-2")),
        ("alerte", ("fond",)),
        ("sur-fonce", ("fait", "en-cours", "bloque", "seq-4", "seq-5", "alerte")),
        ("sur-clair", ("programme", "non-renseigne", "sans-nouvelles", "seq-1", "seq-2", "seq-3")),
    ],
)
def test_every_text_stands_out_from_its_ground(
    roles: dict[str, str], ink: str, grounds: tuple[str, ...]
) -> None:
    weak = {g: _contrast(roles[ink], roles[g]) for g in grounds}
    assert {g: round(c, 2) for g, c in weak.items() if c < 4.5} == {}


def test_roles_have_distinct_light_colours_so_that_a_drawing_can_change_mode() -> None:
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert LIGHT.keys() == DARK.keys()


def test_territories_without_a_place_have_a_tile_by_department_then_by_name() -> None:
    def territory(
        siren: str, nom: str, departement: str, longitude: float | None
    ) -> dict[str, object]:
        return {
            "siren_epci": siren,
            "nom": nom,
            "departement_libelle": departement,
            "longitude": longitude,
            "latitude": longitude,
        }

    known = [
        territory("1", "CC de Brest", "Finistère", 1.0),
        territory("2", "CC d’Armor", "Morbihan", 2.0),
    ]
    assert maps.tiles_of(known) == tiles.place([("1", 1.0, 1.0), ("2", 2.0, 2.0)])
    unknown = [*known, territory("3", "CA de l’Élorn", "Finistère", None)]
    assert list(maps.tiles_of(unknown)) == ["3", "1", "2"]
    assert len({(tile.x, tile.y) for tile in maps.tiles_of(unknown).values()}) == 3
