"""Pictures for the demo, drawn by the program itself: members, their stories, the bags, the festival.

Every picture depends on its seed alone, so a demo loaded twice looks the same. Pillow only; a picture
takes well under a quarter of a second.
"""

import io
import random

from PIL import Image

from . import journeys, places, scenes, workbench
from .avatars import draw_avatar
from .bags import REACHES, SHAPES, draw_bag
from .canvas import Canvas
from .festival import draw_festival
from .palette import COLORS
from .rooms import draw_room_for

# What a story's picture may show.
STORY_KINDS: dict[str, scenes.Scene] = {
    "portrait": scenes.portrait,
    "friends": scenes.friends,
    "bag": scenes.bag,
    "bag_closeup": scenes.bag_closeup,
    "family": scenes.family,
    "wedding": scenes.wedding,
    "cat": scenes.cat,
    "travel": journeys.travel,
    "commute": journeys.commute,
    "desk": places.desk,
    "cafe": places.cafe,
    "market": places.market,
    "rain": journeys.rain,
    "festival": places.festival,
    "workshop": workbench.workshop,
    "repair": workbench.repair,
}
BAG_SHAPES: tuple[str, ...] = tuple(SHAPES)
BAG_COLORS: tuple[str, ...] = tuple(COLORS)

PORTRAIT, SQUARE, LANDSCAPE = (1080, 1350), (1080, 1080), (1080, 810)
STORY_SIZES = (PORTRAIT, SQUARE, LANDSCAPE)


def draw_story(
    seed: int,
    kind: str,
    size: tuple[int, int] = PORTRAIT,
    *,
    shape: str | None = None,
    color: str | None = None,
) -> Image.Image:
    """A member's picture of that kind (see STORY_KINDS; KeyError for others).

    `shape` and `color` make it the bag that the story is about; some kinds insist on a shape of their
    own (the cat sits in a tote) and keep the colour.
    """
    scene = STORY_KINDS[kind]
    canvas = Canvas(size)
    scene(canvas, scenes.Props(random.Random(f"{kind}:{seed}"), shape, color))
    canvas.grain(4, seed)
    return canvas.image


def draw_product(seed: int, shape: str, color: str, size: tuple[int, int] = (1200, 1200)) -> Image.Image:
    """A bag as the shop shows it; `color` is a house colour or hex. KeyError for shapes that are not ours."""
    rng = random.Random(f"product:{seed}:{shape}:{color}")
    walls = [name for name in ("cream", "rose", "sky", "mint", "lilac", "sand", "tea") if name != color]
    canvas = Canvas(size)
    high = size[1] / size[0]
    feature = rng.choice(("arch", "sunlight", "arch", "stripes", "sunlight"))
    page = draw_room_for(canvas, rng, rng.choice(walls), rng.choice(("cream", "sand")), 0.74, feature)
    width = min(0.62, high * 0.74 / REACHES[shape])
    draw_bag(page.at(0.5, high * 0.87, width), shape, color, rng, extras=("tag",))
    canvas.grain(3, seed)
    return canvas.image


def as_jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """The picture as a JPEG file without metadata."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


__all__ = [
    "BAG_COLORS",
    "BAG_SHAPES",
    "LANDSCAPE",
    "PORTRAIT",
    "SQUARE",
    "STORY_KINDS",
    "STORY_SIZES",
    "as_jpeg",
    "draw_avatar",
    "draw_festival",
    "draw_product",
    "draw_story",
]
