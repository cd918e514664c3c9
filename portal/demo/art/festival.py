"""The fan festival at dusk: towers, tents, lights, and people who hold their bags up."""

import random

from PIL import Image

from .bags import draw_bag
from .canvas import Canvas, Pen
from .palette import COLORS, DUSK, WHITE, Color, hexed, mix
from .rooms import draw_bunting, draw_lights
from .shapes import Form, Stroke, box, oval

SKY = [hexed(code) for code in ("2b1238", "7c1f4a", "e06a4c", "f5b55e")]


def draw_festival(size: tuple[int, int] = (1600, 900), seed: int = 3) -> Image.Image:
    """The festival's picture; works wide and tall."""
    rng = random.Random(f"festival:{seed}")
    canvas = Canvas(size, SKY[0])
    page = Pen(canvas, 0, 0, size[0])
    height = size[1] / size[0]
    draw_evening(page, height, rng)
    scale = min(1.0, max(0.62, height)) if height < 1 else 1.25
    for x, width, hue in ((0.22, 0.22, "green"), (0.8, 0.22, "marigold"), (0.5, 0.36, "cherry")):
        draw_tent(page.at(x, height * 0.86, width * scale * 0.95), COLORS[hue])
    draw_bag(page.at(0.5, height * 0.87, 0.13 * scale), "tote", "cherry", rng, extras=("tag",))
    draw_lights(page, -height * 0.01, height * 0.13, 18)
    draw_lights(page, height * 0.12, height * 0.12, 16)
    draw_bunting(page, -0.004, height * 0.1, 15)
    draw_crowd(page, height, rng)
    canvas.grain(4, seed)
    return canvas.image


def draw_evening(page: Pen, height: float, rng: random.Random) -> None:
    """The sky after sunset and the towers before it."""
    steps = (0.0, 0.45, 0.74, 1.02)
    for k in range(3):
        page.fill(
            box(-0.1, height * steps[k], 1.1, height * steps[k + 1] + 0.004),
            color=SKY[k],
            to=SKY[k + 1],
            lean=0,
        )
    page.glow(0.5, height * 0.66, 0.55, (255, 205, 130), 0.75, ry=height * 0.5)
    x = -0.04
    while x < 1.02:
        width = rng.uniform(0.07, 0.13)
        middle = 0.34 < x + width / 2 < 0.66
        tall = height * (rng.uniform(0.14, 0.24) if middle else rng.uniform(0.36, 0.66))
        _draw_tower(page, x, height * 0.84 - tall, width, height, rng)
        x += width + rng.uniform(-0.02, 0.03)


def _draw_tower(page: Pen, x: float, top: float, width: float, height: float, rng: random.Random) -> None:
    wall = mix(hexed("3a1638"), hexed("7c1f4a"), rng.random() * 0.5)
    page.fill(box(x, top, x + width, height), color=wall, to=mix(wall, SKY[2], 0.3))
    lit: list[Form] = []
    bright: list[Form] = []
    y = top + 0.02
    while y < height * 0.8:
        for column in range(int((width - 0.02) / 0.024)):
            if rng.random() < 0.5:
                left = x + 0.014 + column * 0.024
                (lit if rng.random() < 0.6 else bright).append(box(left, y, left + 0.011, y + 0.015))
        y += 0.03
    for forms, hue in ((lit, hexed("e9a552")), (bright, hexed("fff0c8"))):
        if forms:
            page.fill(*forms, color=hue)


def draw_tent(pen: Pen, hue: Color, *, stripes: int = 8) -> None:
    """A striped market tent, one unit wide, on (0, 0)."""
    cream = COLORS["cream"]
    pen.fill(box(-0.46, -0.33, 0.46, 0.03), color=(74, 24, 50), to=(44, 12, 34))
    pen.glow(0, -0.12, 0.44, (255, 214, 140), 0.8, ry=0.24)
    for side in (-1, 1):
        pen.fill(
            box(side * 0.47 - 0.012, -0.36, side * 0.47 + 0.012, 0.04), color=cream, to=mix(cream, DUSK, 0.3)
        )
    for k in range(stripes):
        left, right = -0.5 + k / stripes, -0.5 + (k + 1) / stripes
        tone = hue if k % 2 == 0 else cream
        pen.fill(
            [(0, -0.66), (left, -0.4), (right, -0.4)], color=mix(tone, WHITE, 0.12), to=mix(tone, DUSK, 0.12)
        )
        middle, half = (left + right) / 2, (right - left) / 2
        pen.fill(
            box(left, -0.41, right, -0.35),
            oval(middle, -0.35, half, half * 0.7),
            color=tone,
            to=mix(tone, DUSK, 0.22),
        )
    pen.line([(-0.5, -0.4), (0.5, -0.4)], 0.006, DUSK, 0.25)
    pen.line([(0, -0.66), (0, -0.76)], 0.008, cream)
    pen.fill([(0, -0.77), (0.09, -0.745), (0, -0.715)], color=COLORS["coral"])


def draw_crowd(page: Pen, height: float, rng: random.Random, count: int = 54) -> None:
    """Heads and shoulders against the light, some with a bag or a phone held up."""
    for k in range(count):
        size = rng.uniform(0.017, 0.027) * (1 if height < 1 else 1.5)
        person = page.at(rng.random(), height * (0.9 + 0.1 * k / count), size)
        tone = mix(hexed("2a0f2a"), COLORS[rng.choice(("cherry", "plum", "navy", "green"))], 0.38)
        person.fill(oval(0, -1.2, 0.52, 0.58), color=mix(tone, DUSK, 0.4))
        person.fill(box(-0.95, -0.72, 0.95, 4, 0.6), color=mix(tone, WHITE, 0.05), to=mix(tone, DUSK, 0.3))
        if rng.random() < 0.35:
            thing = COLORS[rng.choice(("marigold", "rose", "cream", "coral"))]
            person.fill(Stroke([(0.6, -0.4), (1.1, -2.5)], 0.38), color=tone)
            person.fill(
                box(0.8, -3.1, 1.45, -2.3, 0.12), color=mix(thing, WHITE, 0.1), to=mix(thing, DUSK, 0.15)
            )
