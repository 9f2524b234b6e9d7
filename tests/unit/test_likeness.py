"""The nearest texts of other territories."""

from vigie.warehouse.likeness import Text, nearest

_WANTED = Text("a", "un", "Capteurs de remplissage dans les bornes à verre de Wimereux")
_COPY = Text("b", "deux", "Capteurs de remplissage dans les bornes à verre de Lens")
_OWN = Text("c", "un", "Capteurs de remplissage dans les bornes à verre de Wimereux")
_OTHER = Text("d", "deux", "Recruter un conseiller numérique pour les aînés")
_PLACES = {"un": ["Wimereux"], "deux": ["Lens"]}


def test_a_copy_with_its_places_changed_is_the_nearest_and_never_ones_own_text() -> None:
    found = nearest([_WANTED], [_OTHER, _OWN, _COPY], _PLACES, most=3, least=0.35)
    assert found == {"a": [("b", 1.0)]}


def test_nothing_is_near_when_nothing_is_shared_or_nothing_is_there() -> None:
    assert nearest([_WANTED], [_OTHER], _PLACES, most=3, least=0.35) == {}
    assert nearest([_WANTED], [], _PLACES, most=3, least=0.35) == {}
    assert nearest([Text("a", "un", "de la")], [Text("b", "deux", "et le")], {}, 3, 0.35) == {}
