"""A photo's dominant colour as one of sixteen CSS classes, because the content policy forbids inline styles."""

from __future__ import annotations

import colorsys
import re

HUES = 12
GREYS = 4
#: below this share of colour the eye sees a grey
GREY_BELOW = 0.12

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def tint_class(hex_color: str | None) -> str:
    """``tint-0`` … ``tint-11`` for hues in steps of 30 degrees, ``tint-12`` (dark) … ``tint-15`` (light) for greys.

    Anything that is not ``#rrggbb`` gives an empty string: the neutral ground of the theme shows.
    """
    match = _HEX.fullmatch(hex_color or "")
    if match is None:
        return ""
    red, green, blue = (value / 255 for value in bytes.fromhex(match[1]))
    hue, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
    if max(red, green, blue) - min(red, green, blue) < GREY_BELOW:
        return f"tint-{HUES + min(GREYS - 1, int(lightness * GREYS))}"
    return f"tint-{int(hue * HUES) % HUES}"
