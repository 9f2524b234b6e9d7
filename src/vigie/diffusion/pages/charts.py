"""The charts, drawn ahead to SVG with Vega-Altair; none holds a text that a territory wrote.

Each function takes rows (dictionaries) and returns a chart; `draw` makes the SVG.
"""

import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt
import vl_convert

from vigie.diffusion.pages.drawings import lightened
from vigie.diffusion.pages.palette import LIGHT, STATUS_GROUPS, status_role

FONT = "Source Sans 3"
# vl-convert measures a family whose name ends in a digit only under its PostScript name.
_MEASURED_FONT = "SourceSans3-Regular"
FONTS_FOLDER = Path(__file__).parent / "assets" / "fonts"
# What a colour alone would not tell once printed in black and white: what is drawn over the ground of a role.
_TEXTURES = {
    "non-renseigne": ("hachures", "M0 0V6", "repere", "45"),
    "bloque": ("barreaux", "M0 0V6M3 0V6", "fond", "0"),
    "en-cours": ("traits", "M0 0V6", "seq-3", "135"),
}
_STROKES = {"non-renseigne": 2.4, "bloque": 1.2, "en-cours": 0.7}


def patterns(colour: Callable[[str], str]) -> str:
    """The definitions of the textures, `colour` giving what to write for a role."""
    return "".join(
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({turned})"><rect width="6" height="6" fill="{colour(ground)}"/>'
        f'<path d="{lines}" stroke="{colour(stroke)}" stroke-width="{_STROKES[ground]}"/></pattern>'
        for ground, (name, lines, stroke, turned) in _TEXTURES.items()
    )


_CONFIG: dict[str, Any] = {
    "aria": False,
    "font": _MEASURED_FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": LIGHT["encre"],
        "labelFontSize": 13,
        "titleColor": LIGHT["encre-2"],
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": LIGHT["filet"],
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "legend": {
        "labelColor": LIGHT["encre"],
        "labelFontSize": 13,
        "title": None,
        "orient": "top",
        "symbolType": "square",
        "symbolSize": 120,
        "columnPadding": 10,
        "columns": 3,
    },
    "title": {"color": LIGHT["alerte"], "fontSize": 13.5, "fontWeight": "bold", "anchor": "end"},
}
Rows = list[dict[str, Any]]
HERE = "Ce territoire"
ELSEWHERE = "Reste de la région"
_PERCENT_LABEL = "datum.label + '\u202f%'"
# A drawing is about 450 units wide, so that its letters keep their size in half a page and on a telephone.
_PLOT_WIDTH = 260
_LINE_LENGTH = 27
# The size of most letters, said once.
_LETTERS = ' font-size="13px"'


@cache
def _fonts_registered() -> None:
    vl_convert.register_font_directory(str(FONTS_FOLDER))


@cache
def _spec(kind: Callable[[], alt.TopLevelMixin]) -> dict[str, Any]:
    """The chart without its data: checking a specification costs more than drawing it."""
    return kind().to_dict() | {"config": _CONFIG}


def draw(
    kind: Callable[[], alt.TopLevelMixin], rows: Rows, alternative: str, fictitious: bool
) -> str:
    """The chart of `rows` as an accessible SVG in light colours; `alternative` says what it shows, for those
    who cannot see it. A fictitious chart says so in its own drawing."""
    _fonts_registered()
    spec = _spec(kind) | {"datasets": {"lignes": [_wrapped(row) for row in rows]}}
    if fictitious:
        spec["title"] = "DONNÉES FICTIVES"
    svg = vl_convert.vegalite_to_svg(
        spec, format_locale="fr-FR", time_format_locale="fr-FR", allowed_base_urls=[]
    )
    svg = lightened(svg)
    head = f'<svg role="img" aria-label="{escape(alternative, quote=True)}" font-family="{FONT}"{_LETTERS} '
    return svg.replace(_LETTERS, "").replace("<svg ", head, 1)


def _wrapped(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its name cut in lines short enough to stand beside the plot."""
    if "libelle" not in row:
        return row
    lines = wrap(row["libelle"], _LINE_LENGTH, break_on_hyphens=False, max_lines=2, placeholder="…")
    return row | {"libelle": "\n".join(lines)}


def with_textures(svg: str) -> str:
    """The drawing with its textures, complete in itself."""
    defined = f"<defs>{patterns(LIGHT.__getitem__)}</defs>"
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + defined, textured(svg), count=1)


def textured(svg: str) -> str:
    """The drawing with some roles filled by the textures that the page defines."""
    for role, (name, *_) in _TEXTURES.items():
        svg = svg.replace(f'fill="{LIGHT[role]}"', f'fill="url(#{name})"')
    return svg


def status_rows(rows: Rows) -> Rows:
    """Rows of libelle, ordre, groupe_code, part (0..100), n_nb, as `status_bars` draws them."""
    codes = list(STATUS_GROUPS)
    return [
        row
        | {
            "groupe": STATUS_GROUPS[row["groupe_code"]],
            "rang": codes.index(row["groupe_code"]),
            "etiquette": f"{round(row['part'])}\u202f%" if row["part"] >= 10 else "",
            "est_fonce": row["groupe_code"] in ("fait", "en_cours", "bloque"),
            "effectif": f"{row['n_nb']}\u00a0action{'' if row['n_nb'] < 2 else 's'}",
        }
        for row in rows
        if row["part"] is not None
    ]


def _chart() -> alt.Chart:
    return alt.Chart(alt.NamedData("lignes"))


def _named(title: str | None = None, **more: Any) -> alt.Y:
    """One line per `libelle`, in the order of `ordre`."""
    return (
        alt.Y("libelle:N")
        .sort(alt.EncodingSortField("ordre", op="min", order="ascending"))
        .axis(
            title=title,
            labelLimit=300,
            labelExpr="split(datum.label, '\\n')",
            labelLineHeight=14,
            # Vega centres the first line on its place; two lines go up by half a line.
            labelOffset={
                "condition": {"test": "indexof(datum.value, '\\n') > 0", "value": -7},
                "value": 0,
            },
        )
        .scale(**more)
    )


def status_bars() -> alt.TopLevelMixin:
    """One bar per `libelle` cut by status group: see `status_rows`."""
    base = _chart().encode(y=_named(paddingInner=0.28))
    shares = base.encode(
        x=alt.X("part:Q").stack("zero").scale(domain=[0, 100]).axis(None),
        order=alt.Order("rang:Q"),
    )
    bars = shares.mark_bar().encode(
        color=alt.Color("groupe:N").scale(
            domain=list(STATUS_GROUPS.values()),
            range=[LIGHT[status_role(code)] for code in STATUS_GROUPS],
        )
    )
    labels = base.mark_text(fontSize=12).encode(
        x=alt.X("part:Q").stack("zero").bandPosition(0.5),
        order=alt.Order("rang:Q"),
        text="etiquette:N",
        color=alt.condition(
            "datum.est_fonce", alt.value(LIGHT["sur-fonce"]), alt.value(LIGHT["sur-clair"])
        ),
    )
    counts = (
        base.transform_aggregate(effectif="min(effectif)", ordre="min(ordre)", groupby=["libelle"])
        .mark_text(align="left", fontSize=12, color=LIGHT["encre-2"])
        .encode(x=alt.value(_PLOT_WIDTH + 8), text="effectif:N")
    )
    return (bars + labels + counts).properties(width=_PLOT_WIDTH, height=alt.Step(33))


def trend() -> alt.TopLevelMixin:
    """A monthly line with its bounds: rows of mois (ISO date), valeur, borne_basse, borne_haute."""
    # A value of the last day of a month stands above the name of this month, not of the next.
    months = alt.X("yearmonth(mois):T").axis(
        title=None,
        format="%b %Y",
        grid=False,
        tickCount=alt.TimeIntervalStep(interval="month", step=1),
        labelFlush=False,
        labelOverlap="greedy",
        labelSeparation=12,
    )
    base = _chart().encode(x=months)
    scale = alt.Scale(domain=[0, 100])
    axis = alt.Axis(title=None, tickCount=5, labelExpr=_PERCENT_LABEL)
    band = base.mark_area(color=LIGHT["bande"]).encode(
        y=alt.Y("borne_basse:Q").scale(scale).axis(axis), y2="borne_haute:Q"
    )
    line = base.mark_line(strokeWidth=2.5, color=LIGHT["accent"]).encode(y=alt.Y("valeur:Q"))
    last = (
        base.transform_window(rang="row_number()", sort=[alt.SortField("mois", order="descending")])
        .transform_filter("datum.rang == 1 && isValid(datum.valeur)")
        .transform_calculate(texte="format(datum.valeur, '.0f') + '\u202f%'")
    ).encode(y="valeur:Q")
    point = last.mark_point(filled=True, size=60, color=LIGHT["accent"])
    value = last.mark_text(
        align="right", dy=-12, fontSize=15, fontWeight="bold", color=LIGHT["accent"]
    ).encode(text="texte:N")
    return (band + line + point + value).properties(width=400, height=190)


def cascade() -> alt.TopLevelMixin:
    """Successive steps of money or of reports: rows of libelle, ordre, part (of the largest, 0..1), etiquette."""
    base = _chart().encode(y=_named(paddingInner=0.3))
    x = alt.X("part:Q").scale(domain=[0, 1.3]).axis(None)
    bars = base.mark_bar(color=LIGHT["accent"]).encode(x=x)
    labels = base.mark_text(align="left", dx=6, fontSize=13, color=LIGHT["encre"]).encode(
        x=x, text="etiquette:N"
    )
    return (bars + labels).properties(width=_PLOT_WIDTH + 60, height=alt.Step(32))


def mixes() -> alt.TopLevelMixin:
    """Shares of actions here and elsewhere, theme by theme: rows of libelle, ordre, ici, ailleurs (0..100)."""
    base = _chart().encode(y=_named(padding=0.5))
    axis = alt.Axis(title="part des actions", labelExpr=_PERCENT_LABEL, tickCount=5)
    gap = base.mark_rule(color=LIGHT["repere"], strokeWidth=2).encode(
        x=alt.X("ici:Q").axis(axis), x2="ailleurs:Q"
    )
    names = [HERE, ELSEWHERE]
    points = (
        base.transform_fold(["ici", "ailleurs"], as_=["lieu", "part"])
        .transform_calculate(qui=f"datum.lieu == 'ici' ? {HERE!r} : {ELSEWHERE!r}")
        .mark_point(filled=True, opacity=1, size=110)
        .encode(
            x="part:Q",
            color=alt.Color("qui:N").scale(domain=names, range=[LIGHT["accent"], LIGHT["repere"]]),
            shape=alt.Shape("qui:N").scale(domain=names, range=["circle", "diamond"]),
        )
    )
    return (gap + points).properties(width=_PLOT_WIDTH, height=alt.Step(33))


def peers() -> alt.TopLevelMixin:
    """The territory beside its peers: rows of libelle, ordre, valeur, quartile_1, mediane, quartile_3."""
    base = _chart().encode(y=_named())
    axis = alt.Axis(title=None, labelExpr=_PERCENT_LABEL, tickCount=5)
    x = alt.X("quartile_1:Q").scale(domain=[0, 100]).axis(axis)
    boxes = base.mark_bar(color=LIGHT["bande"], size=16).encode(x=x, x2="quartile_3:Q")
    median = base.mark_tick(color=LIGHT["encre"], thickness=2, size=16).encode(x="mediane:Q")
    point = (
        base.transform_calculate(qui=repr(HERE))
        .mark_point(filled=True, opacity=1, size=110, shape="circle")
        .encode(
            x="valeur:Q",
            color=alt.Color("qui:N")
            .scale(domain=[HERE], range=[LIGHT["accent"]])
            .legend(symbolType="circle"),
        )
    )
    return (boxes + median + point).properties(width=_PLOT_WIDTH, height=alt.Step(34))
