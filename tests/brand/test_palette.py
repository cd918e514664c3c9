"""The arithmetic behind the proof: style sheets computed, colours compared."""

from __future__ import annotations

import math

import pytest

from portal.brand import palette
from portal.brand.csscalc import arguments, number, words
from portal.brand.palette import Palette, can_be_read, contrast, declarations, hex_of, linear_rgb, readings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".5", 0.5),
        ("calc(1 + 2 * 3)", 7),
        ("calc((1 + 2) * 3 - 4 / 2)", 7),
        ("max(0, .25 + .75 * cos(180deg))", 0),
        ("max(1, 2, 3)", 3),
        ("cos(calc((var(--brand-hue) - 60) * 1deg))", math.cos(math.radians(140))),
        ("calc(var(--twice) - 1)", 399),
        ("calc(3 - -2)", 5),
    ],
)
def test_numbers_of_style_sheets(text: str, value: float) -> None:
    tokens = {"twice": "calc(var(--brand-hue) * 2)"}
    assert number(text, tokens)(200) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "calc(1", "var(--nowhere)", "sin(1)", "cos(1, 2)", "1 2", "1rem", "__import__", "(1))"],
)
def test_what_cannot_be_computed_is_refused(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        number(text, {})


def test_splitting_keeps_brackets_together() -> None:
    assert arguments("light-dark(a(b, c), d)") == ["a(b, c)", "d"]
    assert words("oklch(calc(.5 - .1) .2 3)") == ["calc(.5 - .1)", ".2", "3"]


def test_known_contrasts() -> None:
    black, white = linear_rgb(0, 0, 0), linear_rgb(1, 0, 0)
    assert contrast(black, white) == pytest.approx(21, abs=0.01)
    assert contrast(white, white) == 1
    assert (hex_of(black), hex_of(white)) == ("#000000", "#ffffff")


def test_known_colours() -> None:
    assert hex_of(linear_rgb(0.627955, 0.257683, 29.2339)) == "#ff0000"
    assert hex_of(linear_rgb(0.86644, 0.294827, 142.4953)) == "#00ff00"
    assert hex_of(linear_rgb(0.452014, 0.313214, 264.052)) == "#0000ff"


def test_every_hue_passes_and_says_so() -> None:
    for hue in palette.HUES:
        assert can_be_read(hue), hue
        assert [reading.group for reading in readings(hue)] == list(palette.GROUPS)


def test_a_reading_is_the_worst_of_its_group() -> None:
    light, link = Palette(200, "light"), palette.GROUPS["link"]
    reading = next(one for one in readings(200) if one.group == "link")
    assert reading.light == min(light.contrast(pair) for pair in link)
    assert reading.light <= light.contrast(link[0])


def test_a_house_that_cannot_be_read_is_noticed() -> None:
    """The proof can fail: with links as light as paper nothing passes any more."""
    pale = declarations() | {"brand": "oklch(.9 .02 var(--brand-hue))"}
    assert not can_be_read(14, pale)
    assert [one.group for one in readings(14, pale) if not one.passes] == ["link"]


def test_the_colour_of_letters_is_that_of_buttons() -> None:
    fills = {palette.fill(hue) for hue in (0, 120, 240)}
    assert len(fills) == 3
    assert all(len(fill) == 7 and fill.startswith("#") for fill in fills)
