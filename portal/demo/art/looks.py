"""Who is in the picture: skin, hair, clothes and face, chosen by chance or by hand."""

import random
from dataclasses import dataclass, replace

from .palette import COATS, COLORS, HAIR_WEIGHTS, HAIRS, SKIN_WEIGHTS, SKINS, Color, Skin, mix

STYLES = (
    "bob",
    "long",
    "bun",
    "crop",
    "curly",
    "ponytail",
    "braids",
    "pixie",
    "wavy",
    "buzz",
    "beret",
    "hijab",
    "swept",
)
STYLE_WEIGHTS = (9, 9, 7, 7, 5, 6, 4, 5, 6, 2, 3, 2, 5)
WEARS = ("coat", "knit", "turtle", "shirt", "bib", "wrap", "dots", "hoodie")
# Short cuts go with a beard; the others never do.
SHORT = frozenset({"crop", "buzz", "swept", "pixie"})


@dataclass(frozen=True)
class Look:
    """How one person looks."""

    skin: Skin
    hair: Color
    style: str
    coat: Color
    shirt: Color
    wear: str
    eyes: str = "smile"
    mouth: str = "smile"
    glasses: bool = False
    beard: bool = False
    earrings: bool = False
    freckles: bool = False


def some_look(rng: random.Random, *, avoid: tuple[Color, ...] = ()) -> Look:
    """A person by chance; `avoid` are colours the coat must not have (walls, other coats)."""
    style = rng.choices(STYLES, STYLE_WEIGHTS)[0]
    coat = rng.choice([name for name in COATS if COLORS[name] not in avoid])
    shirt = rng.choice(("cream", "cream", "sky", "rose", "sand"))
    return Look(
        skin=rng.choices(SKINS, SKIN_WEIGHTS)[0],
        hair=rng.choices(HAIRS, HAIR_WEIGHTS)[0],
        style=style,
        coat=COLORS[coat],
        shirt=mix(COLORS[shirt], (255, 255, 255), 0.35),
        wear=rng.choice(WEARS),
        eyes=rng.choice(("smile", "smile", "smile", "open", "open", "wink")),
        mouth=rng.choice(("smile", "smile", "grin", "soft")),
        glasses=rng.random() < 0.16,
        beard=style in SHORT - {"pixie"} and rng.random() < 0.25,
        earrings=style not in SHORT | {"hijab"} and rng.random() < 0.4,
        freckles=rng.random() < 0.1,
    )


def grey(look: Look) -> Look:
    """The same person with silver hair."""
    return replace(look, hair=mix(HAIRS[6], (255, 255, 255), 0.15), glasses=True, freckles=False, beard=False)
