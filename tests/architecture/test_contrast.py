"""The colours can be read: WCAG contrast of every pair that stands on top of each other, in both themes, for every
brand hue. Reads static/css/tokens.css itself, so a changed token is proven at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
HUES = range(0, 360, 10)
THEMES = {"light": 0, "dark": 1}
TEXT, LINE = 4.5, 3.0

Rgb = tuple[float, float, float]

#: ink, ground, least contrast. Thread on leather is for lines and large text only.
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "sunken", TEXT),
    ("ink", "brand-soft", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "sunken", TEXT),
    ("ink-2", "brand-soft", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "brand-soft", TEXT),
    ("brand-ink", "brand-fill", TEXT),
    ("brand-fill", "paper", LINE),
    ("on-leather", "leather-1", TEXT),
    ("on-leather-2", "leather-1", TEXT),
    ("on-leather-2", "leather-2", TEXT),
    ("thread", "leather-1", LINE),
    ("thread", "leather-2", LINE),
    ("thread-ink", "thread", TEXT),
    ("leaf", "surface", TEXT),
    ("leaf", "leaf-soft", TEXT),
    ("ink", "leaf-soft", TEXT),
    ("ink-2", "leaf-soft", TEXT),
    ("surface", "leaf", TEXT),
    ("warn", "warn-soft", TEXT),
    ("ink", "warn-soft", TEXT),
    ("danger", "surface", TEXT),
    ("danger", "paper", TEXT),
    ("danger", "danger-soft", TEXT),
    ("ink", "danger-soft", TEXT),
    ("line-strong", "surface", LINE),
    ("line-strong", "paper", LINE),
    ("on-label", "label", TEXT),
    ("label-act", "label", TEXT),
]


def declarations() -> dict[str, str]:
    """Custom properties of ``:root``, by name without the dashes."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.S)
    root = css[css.index(":root {") : css.index("[data-theme")]
    return {name: " ".join(value.split()) for name, value in re.findall(r"--([a-z0-9-]+):\s*([^;]+);", root)}


def parts(text: str) -> list[str]:
    """Arguments at the top level, split at commas: ``light-dark(a(b, c), d)`` has two."""
    depth, found = 0, [""]
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return [part.strip() for part in found]


def inside(value: str, function: str) -> str:
    return value[len(function) + 1 : -1].strip()


def spelled_out(value: str, tokens: dict[str, str]) -> str:
    """The value with every ``var()`` replaced by what it stands for."""
    while "var(" in value:
        value = re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: f"({tokens[match[1]]})", value)
    return value


def number(text: str, tokens: dict[str, str]) -> float:
    """Arithmetic of CSS: ``calc``, ``max`` and ``cos`` of degrees."""
    expression = spelled_out(text, tokens).replace("calc", "").replace("1deg", "math.pi / 180")
    if re.search(r"[a-z]", expression.replace("math.pi", "").replace("max", "").replace("cos", "")):
        raise ValueError(f"cannot compute {text}")
    names: dict[str, object] = {"math": math, "max": max, "cos": math.cos, "__builtins__": {}}
    return float(eval(expression, names))  # our own style sheet, letters checked above


def linear_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """OKLCH to linear sRGB (Björn Ottosson's matrices); what the screen cannot show is clipped as browsers do."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return min(1, max(0, red)), min(1, max(0, green)), min(1, max(0, blue))


def palette(hue: int, theme: str) -> Callable[[str], Rgb]:
    """A function that tells the colour of a token for this brand hue and theme."""
    tokens = declarations() | {"brand-hue": str(hue)}

    def color(name: str) -> Rgb:
        value = tokens[name]
        if value.startswith("light-dark("):
            value = parts(inside(value, "light-dark"))[THEMES[theme]]
        coordinates = re.findall(r"(?:calc|var)\((?:[^()]|\([^()]*\))*\)|[\d.]+", inside(value, "oklch"))
        lightness, chroma, angle = (number(text, tokens) for text in coordinates)
        return linear_rgb(lightness, chroma, angle)

    return color


def luminance(color: Rgb) -> float:
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_pair_can_be_read_at_every_hue(ink: str, ground: str, least: float, theme: str) -> None:
    worst = {}
    for hue in HUES:
        color = palette(hue, theme)
        ratio = contrast(color(ink), color(ground))
        if ratio < least:
            worst[hue] = round(ratio, 2)
    assert not worst


def test_known_contrasts() -> None:
    black, white = linear_rgb(0, 0, 0), linear_rgb(1, 0, 0)
    assert contrast(black, white) == pytest.approx(21, abs=0.01)
    assert contrast(white, white) == 1


def test_the_house_colour_is_the_leather_of_the_design() -> None:
    color = palette(14, "light")
    assert color("leather-1") == pytest.approx(linear_rgb(0.50, 0.172, 17))
    assert color("brand-fill") == pytest.approx(linear_rgb(0.455, 0.168, 14))
    assert palette(14, "dark")("brand-fill") == pytest.approx(linear_rgb(0.53, 0.175, 15))
