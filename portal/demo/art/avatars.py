"""Portraits for the round frames."""

import random

from PIL import Image

from .canvas import Canvas, Pen
from .looks import some_look
from .palette import COLORS, WALLS, WHITE, mix
from .people import draw_person


def draw_avatar(seed: int, size: int = 512) -> Image.Image:
    """A square portrait, the same for the same seed; the face stays inside the inscribed circle."""
    rng = random.Random(f"avatar:{seed}")
    wall = COLORS[rng.choice(WALLS)]
    canvas = Canvas((size, size), wall)
    page = Pen(canvas, 0, 0, size)
    page.fill(
        [(0, 0), (1, 0), (1, 1), (0, 1)],
        color=mix(wall, WHITE, 0.3),
        to=mix(wall, (40, 10, 30), 0.12),
        lean=0.4,
    )
    page.glow(0.25, 0.15, 0.6, (255, 248, 232), 0.5)
    tilt = rng.uniform(-5, 5)
    draw_person(page.at(0.5, 0.87, 0.62), some_look(rng, avoid=(wall,)), tilt=tilt)
    canvas.grain(3.5, seed)
    return canvas.image
