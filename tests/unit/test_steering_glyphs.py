"""A PDF shows what its font can show: nothing that a sender writes refuses it."""

from vigie.diffusion.pages import markup, pdf
from vigie.diffusion.pages.glyphs import drawable

SENT = "Guichet 😀 du 港\u0378 ☀\ufe0f\u200d\x01\x85 : 12\u202f% → œuvre « é »"


def test_what_the_font_lacks_is_shown_as_a_square() -> None:
    assert drawable({"a": [SENT]}) == {"a": ["Guichet □ du □□ □  : 12\u202f% → œuvre « é »"]}
    assert drawable(12.5) == 12.5


def test_a_sheet_whose_titles_hold_any_character_is_typeset(tmp_path, monkeypatch) -> None:
    (tmp_path / "essai.typ").write_text(
        (markup.TEMPLATES / "commun.typ").read_text("utf-8").split("#let")[0]
        + '#set document(title: "Essai")\n#set text(lang: "fr", font: "Source Sans 3")\n'
        "#json(bytes(sys.inputs.contenu)).titre",
        "utf-8",
    )
    monkeypatch.setattr(markup, "TEMPLATES", tmp_path)
    pdf._compiler.cache_clear()
    made = pdf.Sheet("essai.typ", {"titre": SENT}, {}).typeset()
    pdf._compiler.cache_clear()
    assert made.startswith(b"%PDF")
