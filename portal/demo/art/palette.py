"""The colours of the drawings: the brand's leathers, walls, skins and hair."""

from typing import NamedTuple

Color = tuple[int, int, int]


def hexed(text: str) -> Color:
    """`8c1230` or `#8c1230` as red, green, blue; ValueError when it is no colour."""
    text = text.removeprefix("#")
    if len(text) != 6:
        raise ValueError(f"not a colour: {text}")
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(a: Color, b: Color, share: float) -> Color:
    """`share` of b in a, from 0 to 1."""
    red, green, blue = (round(x * (1 - share) + y * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


WHITE: Color = (255, 255, 255)
PAPER: Color = (253, 247, 240)
DUSK: Color = (24, 8, 20)
GOLD: Color = (226, 186, 110)
THREAD: Color = (246, 214, 150)

COLORS: dict[str, Color] = {
    name: hexed(code)
    for name, code in {
        "cherry": "8c1230",
        "marigold": "d9952b",
        "green": "2f5d50",
        "navy": "253a63",
        "rose": "d98a94",
        "camel": "a8703f",
        "plum": "4a2140",
        "sky": "8fb4c9",
        "mint": "a9c9b4",
        "sand": "dcc6a8",
        "lilac": "b9a5cf",
        "ink": "2a2026",
        "cream": "f0e2cf",
        "coral": "e2705c",
        "olive": "7b7a3f",
        "cocoa": "5d3826",
        "denim": "4d6f93",
        "brick": "b4512f",
        "tea": "c9a06a",
        "slate": "5b6570",
    }.items()
}

LEATHERS = (
    "cherry",
    "marigold",
    "green",
    "navy",
    "rose",
    "camel",
    "plum",
    "coral",
    "ink",
    "olive",
    "cocoa",
    "brick",
)
WALLS = ("rose", "mint", "sky", "marigold", "lilac", "cream", "coral", "sand", "green", "denim", "tea")
FLOORS = ("sand", "cream", "rose", "mint", "tea", "cream")
COATS = (
    "cherry", "navy", "coral", "marigold", "lilac", "green", "cream", "plum",
    "denim", "rose", "olive", "slate", "sky", "brick",
)  # fmt: skip


class Skin(NamedTuple):
    """A skin and how it looks in shade and when blushing."""

    base: Color
    shade: Color
    blush: Color


def _skin(code: str) -> Skin:
    base = hexed(code)
    return Skin(base, mix(base, (110, 40, 30), 0.24), mix(base, (232, 96, 92), 0.38))


SKINS = tuple(
    _skin(code) for code in ("f6d9c3", "efc9aa", "f2d0ba", "e3b48f", "d6a078", "b97f58", "8f5b3d", "6f4430")
)
# Most members live in China: light and middle skins come more often than dark ones.
SKIN_WEIGHTS = (12, 14, 13, 10, 6, 3, 2, 1)

HAIRS = tuple(
    hexed(code)
    for code in ("241318", "2f1a1c", "3a2320", "1d1a22", "5a3322", "7d4a2a", "b7a9a4", "a2563c", "d9b36e")
)
HAIR_WEIGHTS = (16, 13, 10, 10, 6, 4, 3, 1, 1)


def color(name: str) -> Color:
    """A colour by its house name or as hex."""
    return COLORS[name] if name in COLORS else hexed(name)
