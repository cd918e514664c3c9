"""The colours that follow the brand's hue, computed from the style sheet itself, and how well they can be read.

Pure: ``static/css/tokens.css`` in, colours and WCAG contrast ratios out. Nothing is written down twice, so what the
settings page says is what browsers show.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from portal.brand.csscalc import Number, arguments, number, words

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
THEMES = ("light", "dark")
HUES = range(360)
#: WCAG 2.2 AA: text; lines, shapes and large text
TEXT, LINE = 4.5, 3.0

Rgb = tuple[float, float, float]
Tokens = dict[str, str]
Color = tuple[Number, Number, Number]


class Pair(NamedTuple):
    """``ink`` stands on ``ground`` and needs at least this contrast."""

    ink: str
    ground: str
    least: float


#: by what they are on a page; thread on leather is for lines and large text only
GROUPS: dict[str, tuple[Pair, ...]] = {
    "text": (
        Pair("ink", "paper", TEXT),
        Pair("ink", "surface", TEXT),
        Pair("ink", "sunken", TEXT),
        Pair("ink", "brand-soft", TEXT),
        Pair("ink-2", "paper", TEXT),
        Pair("ink-2", "surface", TEXT),
        Pair("ink-2", "sunken", TEXT),
        Pair("ink-2", "brand-soft", TEXT),
        Pair("on-swing", "swing", TEXT),
        Pair("on-swing-2", "swing", TEXT),
    ),
    "link": (
        Pair("brand", "paper", TEXT),
        Pair("brand", "surface", TEXT),
        Pair("brand", "brand-soft", TEXT),
    ),
    "button": (Pair("brand-ink", "brand-fill", TEXT),),
    "patch": (
        Pair("on-leather", "leather-1", TEXT),
        Pair("on-leather-2", "leather-1", TEXT),
        Pair("on-leather-2", "leather-2", TEXT),
        Pair("thread-ink", "thread", TEXT),
    ),
    "message": (
        Pair("leaf", "surface", TEXT),
        Pair("leaf", "leaf-soft", TEXT),
        Pair("ink", "leaf-soft", TEXT),
        Pair("ink-2", "leaf-soft", TEXT),
        Pair("surface", "leaf", TEXT),
        Pair("warn", "warn-soft", TEXT),
        Pair("ink", "warn-soft", TEXT),
        Pair("danger", "surface", TEXT),
        Pair("danger", "paper", TEXT),
        Pair("danger", "danger-soft", TEXT),
        Pair("ink", "danger-soft", TEXT),
        Pair("on-label", "label", TEXT),
        Pair("label-act", "label", TEXT),
    ),
    "line": (
        Pair("brand-fill", "paper", LINE),
        Pair("line-strong", "surface", LINE),
        Pair("line-strong", "paper", LINE),
        Pair("thread", "leather-1", LINE),
        Pair("thread", "leather-2", LINE),
    ),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The worst contrast of one group of pairs at one hue, in both themes. ``passes`` is WCAG 2.2 AA."""

    group: str
    light: float
    dark: float
    least: float

    @property
    def passes(self) -> bool:
        return min(self.light, self.dark) >= self.least


def readings(hue: int, tokens: Tokens | None = None) -> list[Reading]:
    """How well everything can be read at this hue: one line a group."""
    palettes = {theme: Palette(hue, theme, tokens) for theme in THEMES}
    found = []
    for group, pairs in GROUPS.items():
        worst = {theme: min(palettes[theme].contrast(pair) for pair in pairs) for theme in THEMES}
        found.append(Reading(group, worst["light"], worst["dark"], pairs[0].least))
    return found


def can_be_read(hue: int, tokens: Tokens | None = None) -> bool:
    """Whether a house in this hue passes WCAG 2.2 AA everywhere."""
    return all(reading.passes for reading in readings(hue, tokens))


@cache
def fill(hue: int) -> str:
    """The colour of a button as ``#rrggbb``, for letters: mail programs know no style sheets."""
    return hex_of(Palette(hue, "light").color("brand-fill"))


class Palette:
    """Every colour at one hue in one theme."""

    def __init__(self, hue: int, theme: str, tokens: Tokens | None = None) -> None:
        self._hue = hue
        self._colors = _house(theme) if tokens is None else _colors(tokens, theme)
        self._known: dict[str, Rgb] = {}

    def color(self, name: str) -> Rgb:
        """Linear sRGB of a token, each part from 0 to 1. Raises KeyError for what is no colour of the style sheet."""
        if name not in self._known:
            lightness, chroma, angle = self._colors[name]
            self._known[name] = linear_rgb(lightness(self._hue), chroma(self._hue), angle(self._hue))
        return self._known[name]

    def contrast(self, pair: Pair) -> float:
        return contrast(self.color(pair.ink), self.color(pair.ground))


# ------------------------------------------------------------------ the style sheet


@cache
def _house(theme: str) -> dict[str, Color]:
    return _colors(declarations(), theme)


def declarations(css: str | None = None) -> Tokens:
    """Custom properties of ``:root``, by name without the dashes; of the house's own style sheet unless given."""
    css = re.sub(r"/\*.*?\*/", "", css or TOKENS.read_text(encoding="utf-8"), flags=re.S)
    root = css[css.index(":root") :]
    root = root[: root.index("\n}")]
    return {name: " ".join(value.split()) for name, value in re.findall(r"--([a-z0-9-]+):\s*([^;]+);", root)}


def _colors(tokens: Tokens, theme: str) -> dict[str, Color]:
    """Every token that is a colour, as three functions of the hue: lightness, chroma, angle in degrees."""
    tokens = {name: value for name, value in tokens.items() if name != "brand-hue"}
    found: dict[str, Color] = {}
    for name, value in tokens.items():
        if value.startswith("light-dark("):
            value = arguments(value)[THEMES.index(theme)]
        if value.startswith("oklch(") and "/" not in value:
            lightness, chroma, angle = (number(part, tokens) for part in words(value))
            found[name] = (lightness, chroma, angle)
    return found


# ------------------------------------------------------------------ colour


def linear_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """OKLCH to linear sRGB (Björn Ottosson's matrices); what the screen cannot show is clipped as browsers do."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return min(1.0, max(0.0, red)), min(1.0, max(0.0, green)), min(1.0, max(0.0, blue))


def luminance(color: Rgb) -> float:
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hex_of(color: Rgb) -> str:
    """``#rrggbb`` of a linear colour."""
    return "#" + "".join(f"{round(255 * _gamma(part)):02x}" for part in color)


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)
