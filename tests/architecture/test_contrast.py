"""The colours can be read: WCAG contrast of every pair that stands on top of each other, in both themes, for every
brand hue there is. The palette reads static/css/tokens.css itself, so a changed token is proven at once."""

from __future__ import annotations

import pytest

from portal.brand.palette import GROUPS, HUES, THEMES, Pair, Palette, declarations

PAIRS = [pair for pairs in GROUPS.values() for pair in pairs]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.ink} on {pair.ground}")
def test_pair_can_be_read_at_every_hue(pair: Pair, theme: str) -> None:
    worst = {hue: ratio for hue in HUES if (ratio := Palette(hue, theme).contrast(pair)) < pair.least}
    assert not worst


def test_the_house_colour_is_the_leather_of_the_design() -> None:
    from portal.brand.palette import linear_rgb

    color = Palette(14, "light").color
    assert color("leather-1") == pytest.approx(linear_rgb(0.50, 0.172, 17))
    assert color("brand-fill") == pytest.approx(linear_rgb(0.455, 0.168, 14))
    assert Palette(14, "dark").color("brand-fill") == pytest.approx(linear_rgb(0.53, 0.175, 15))


def test_every_colour_that_depends_on_the_hue_is_proven() -> None:
    """A new token that follows the hue must be named in a pair, or be none that somebody reads."""
    proven = {name for pair in PAIRS for name in (pair.ink, pair.ground)}
    follows = {name for name, value in declarations().items() if "oklch(" in value and "--" in value}
    assert follows - proven == {"line", "shade"}
