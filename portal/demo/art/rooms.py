"""Backdrops and the things that stand in them. Pens here have the picture's width as their unit."""

import math
import random

from .canvas import Canvas, Pen, Shape
from .palette import COLORS, DUSK, GOLD, PAPER, WHITE, Color, mix
from .shapes import Form, Outline, Stroke, arc, box, hanging, oval, rounded, smooth

LEAF: Color = (92, 138, 100)


def draw_room(
    page: Pen, wall: Color, floor: Color, horizon: float, rng: random.Random, feature: str = ""
) -> None:
    """A wall and a floor that meet at `horizon`, with light and one feature (see FEATURES)."""
    height = page.canvas.height / page.unit
    page.fill(
        box(-0.1, -0.1, 1.1, horizon + 0.02), color=mix(wall, WHITE, 0.32), to=mix(wall, DUSK, 0.08), lean=0.4
    )
    page.glow(rng.choice((0.15, 0.8)), 0.1, 0.6, (255, 248, 232), 0.55)
    FEATURES[feature or rng.choice(sorted(FEATURES))](page, wall, horizon, rng)
    page.fill(
        box(-0.1, horizon, 1.1, height + 0.1),
        color=mix(floor, DUSK, 0.14),
        to=mix(floor, WHITE, 0.18),
        lean=0.1,
    )
    page.fill(box(-0.1, horizon - 0.006, 1.1, horizon), color=mix(wall, WHITE, 0.5), opacity=0.6)


def draw_sunlight(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    """Window light that falls across the wall."""
    x = rng.uniform(0.38, 0.55)
    for k in range(3):
        left = x + k * 0.16
        pane: Outline = [
            (left, 0.02),
            (left + 0.12, 0.02),
            (left - 0.05, horizon * 0.86),
            (left - 0.17, horizon * 0.86),
        ]
        page.fill(pane, color=(255, 248, 226), opacity=0.32)
        page.line(
            [(left - 0.11, horizon * 0.44), (left + 0.04, horizon * 0.44)], 0.012, mix(wall, WHITE, 0.2), 0.8
        )


def draw_arch(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    outline: Outline = [*arc(0.5, horizon * 0.5, 0.31, 0.31, 180, 360), (0.81, horizon), (0.19, horizon)]
    niche = page.fill(outline, color=mix(wall, WHITE, 0.55), to=mix(wall, WHITE, 0.12), lean=0.2)
    page.glow(0.2, horizon * 0.6, 0.2, mix(wall, DUSK, 0.5), 0.3, ry=0.6, clip=niche)


def draw_window(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    """A window with hills or roofs behind it."""
    x, top, width, height = rng.choice((0.08, 0.5)), horizon * 0.08, 0.42, horizon * 0.62
    frame = page.fill(
        box(x - 0.02, top - 0.02, x + width + 0.02, top + height + 0.02, 0.015), color=PAPER, shadow=0.25
    )
    pane = page.fill(
        box(x, top, x + width, top + height), color=(176, 212, 228), to=(253, 232, 205), lean=0.1, clip=frame
    )
    for k in range(3):
        base = top + height * (0.66 + 0.13 * k)
        hill = smooth(
            [
                (x - 0.1, base + 0.3),
                (x - 0.1, base),
                (x + 0.1 + 0.1 * k, base - 0.06),
                (x + width * 0.7, base + 0.02),
                (x + width + 0.1, base - 0.05),
                (x + width + 0.1, base + 0.3),
            ]
        )
        page.fill(hill, color=mix((150, 186, 168), (60, 110, 92), k / 3), clip=pane)
    page.line([(x + width / 2, top), (x + width / 2, top + height)], 0.014, PAPER)
    page.line([(x, top + height * 0.42), (x + width, top + height * 0.42)], 0.014, PAPER)
    page.fill(
        box(x - 0.04, top + height, x + width + 0.04, top + height + 0.03, 0.008),
        color=PAPER,
        to=mix(PAPER, DUSK, 0.15),
        shadow=0.3,
    )


def draw_plant_corner(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    draw_plant(page.at(rng.choice((0.14, 0.86)), horizon + 0.06, 0.42), rng)


def draw_shelf(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    """Two boards with books, a vase, a little bag's worth of things."""
    wood = COLORS["camel"]
    for level in range(2):
        y = horizon * (0.26 + 0.26 * level)
        x = 0.05 + 0.02 * level
        while x < 0.95:
            width, tall = rng.uniform(0.02, 0.045), rng.uniform(0.08, 0.13)
            if rng.random() < 0.8:
                hue = mix(
                    COLORS[rng.choice(("cherry", "navy", "marigold", "cream", "green", "rose", "sky"))],
                    wall,
                    0.3,
                )
                page.fill(box(x, y - tall, x + width, y, 0.004), color=hue, to=mix(hue, DUSK, 0.2))
            x += width + rng.choice((0.003, 0.003, 0.03))
        page.fill(box(0, y, 1, y + 0.018), color=wood, to=mix(wood, DUSK, 0.3), shadow=0.4)


def draw_frames(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    """Pictures on the wall."""
    for x, y, width, height in ((0.1, 0.1, 0.22, 0.27), (0.37, 0.07, 0.17, 0.2), (0.72, 0.12, 0.2, 0.24)):
        y *= horizon / 0.75
        page.fill(
            box(x, y, x + width, y + height, 0.006),
            color=mix(COLORS["camel"], WHITE, 0.15),
            to=COLORS["cocoa"],
            shadow=0.35,
        )
        sheet = page.fill(box(x + 0.012, y + 0.012, x + width - 0.012, y + height - 0.012), color=PAPER)
        hue = COLORS[rng.choice(("coral", "marigold", "green", "denim", "rose"))]
        page.fill(oval(x + width * 0.5, y + height * 0.42, width * 0.2), color=hue, clip=sheet)
        page.fill(
            smooth(
                [
                    (x, y + height * 0.7),
                    (x + width * 0.5, y + height * 0.55),
                    (x + width, y + height * 0.72),
                    (x + width, y + height * 1.2),
                    (x, y + height * 1.2),
                ]
            ),
            color=mix(hue, DUSK, 0.35),
            clip=sheet,
        )


def draw_stripes(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    """Wallpaper."""
    for k in range(9):
        page.fill(box(0.02 + k * 0.115, -0.05, 0.06 + k * 0.115, horizon), color=WHITE, opacity=0.16)


def draw_curtain(page: Pen, wall: Color, horizon: float, rng: random.Random) -> None:
    cloth = mix(rng.choice((COLORS["cream"], COLORS["rose"], COLORS["sky"])), WHITE, 0.2)
    page.fill(box(0.28, 0.03, 0.72, horizon * 0.8), color=(214, 232, 236), to=(255, 240, 214), lean=0.2)
    page.glow(0.5, horizon * 0.35, 0.4, WHITE, 0.7)
    for side in (-1, 1):
        for k in range(5):
            x = 0.5 + side * (0.47 - k * 0.062)
            fold = smooth(
                [
                    (x - 0.045, -0.05),
                    (x + 0.045, -0.05),
                    (x + 0.05 + side * 0.01 * k, horizon * 0.95),
                    (x - 0.05 + side * 0.01 * k, horizon * 0.95),
                ]
            )
            page.fill(fold, color=mix(cloth, WHITE, 0.2), to=mix(cloth, DUSK, 0.16), lean=0.7, opacity=0.95)
    page.line([(-0.05, 0.035), (1.05, 0.035)], 0.018, COLORS["cocoa"])


FEATURES = {
    "sunlight": draw_sunlight,
    "arch": draw_arch,
    "window": draw_window,
    "plant": draw_plant_corner,
    "shelf": draw_shelf,
    "frames": draw_frames,
    "stripes": draw_stripes,
    "curtain": draw_curtain,
}


def draw_plant(pen: Pen, rng: random.Random, *, pot: str = "") -> None:
    """A plant in a pot, about one unit high, on (0, 0)."""
    round_leaves = rng.random() < 0.5
    for k in range(9):
        angle = -math.pi / 2 + (k - 4) * 0.24
        x, y = math.cos(angle) * 0.62, -0.3 + math.sin(angle) * (0.75 - 0.02 * abs(k - 4))
        tone = mix(LEAF, (36, 74, 58), (k % 3) * 0.3)
        stem = smooth([(0, -0.25), (x * 0.4, y * 0.55 - 0.1), (x, y)], closed=False)
        pen.line(stem, 0.016, mix(tone, DUSK, 0.2))
        leaf = pen.at(x, y, turn=math.degrees(angle) + 90)
        outline = (
            oval(0, 0, 0.11, 0.14) if round_leaves else smooth([(0, 0.2), (0.07, 0), (0, -0.22), (-0.07, 0)])
        )
        leaf.fill(outline, color=mix(tone, WHITE, 0.14), to=mix(tone, DUSK, 0.2), shadow=0.15)
        leaf.line([(0, 0.12), (0, -0.1)], 0.008, mix(tone, WHITE, 0.35), 0.7)
    clay = COLORS[pot or rng.choice(("brick", "cream", "slate", "tea"))]
    pen.glow(0, 0, 0.4, (30, 10, 22), 0.5, ry=0.07)
    pen.fill(
        rounded([(-0.21, -0.32), (0.21, -0.32), (0.15, 0), (-0.15, 0)], 0.03),
        color=mix(clay, WHITE, 0.15),
        to=mix(clay, DUSK, 0.3),
        shadow=0.3,
    )
    pen.fill(
        box(-0.23, -0.36, 0.23, -0.28, 0.02),
        color=mix(clay, WHITE, 0.25),
        to=mix(clay, DUSK, 0.15),
        shadow=0.25,
    )


def draw_flowers(pen: Pen, rng: random.Random, *, vase: bool = True) -> None:
    """A small bunch, about one unit high, on (0, 0)."""
    hues = [COLORS[name] for name in rng.sample(("coral", "rose", "marigold", "cream", "lilac", "cherry"), 3)]
    for k in range(7):
        x, y = (
            (k - 3) * 0.13 + rng.uniform(-0.03, 0.03),
            -0.72 - 0.16 * math.cos((k - 3) * 0.5) + rng.uniform(-0.08, 0.05),
        )
        pen.line(smooth([(0, -0.2), (x * 0.5, -0.5), (x, y)], closed=False), 0.018, mix(LEAF, DUSK, 0.15))
        draw_blossom(pen.at(x, y, 0.11), hues[k % 3])
    if vase:
        glass = COLORS["sky"]
        pen.glow(0, 0, 0.3, (30, 10, 22), 0.5, ry=0.06)
        pen.fill(
            smooth(
                [
                    (-0.07, -0.42),
                    (0.07, -0.42),
                    (0.09, -0.3),
                    (0.17, -0.14),
                    (0.12, 0),
                    (-0.12, 0),
                    (-0.17, -0.14),
                    (-0.09, -0.3),
                ]
            ),
            color=mix(glass, WHITE, 0.4),
            to=mix(glass, DUSK, 0.2),
            shadow=0.25,
        )


def draw_garland(pen: Pen, rng: random.Random) -> None:
    """A handful of leaves and blossoms around (0, 0), about one unit wide."""
    for k in range(5):
        leaf = pen.at(0, 0, turn=k * 72 + rng.uniform(-20, 20))
        leaf.fill(
            smooth([(0, 0), (0.12, -0.3), (0, -0.62), (-0.12, -0.3)]),
            color=mix(LEAF, WHITE, 0.2),
            to=mix(LEAF, DUSK, 0.15),
            shadow=0.12,
        )
    hues = rng.sample(("coral", "rose", "cream", "lilac", "marigold"), 3)
    for k, (x, y) in enumerate(((-0.24, 0.06), (0.22, 0.12), (0.02, -0.24))):
        draw_blossom(pen.at(x, y, 0.2), COLORS[hues[k]])


def draw_blossom(pen: Pen, hue: Color) -> None:
    petals: list[Form] = [oval(x, y, 0.5) for x, y in arc(0, 0, 0.5, 0.5, 0, 288, 4)]
    pen.fill(*petals, color=mix(hue, WHITE, 0.25), to=hue, shadow=0.15)
    pen.dot(0, 0, 0.3, mix(GOLD, hue, 0.15))


def draw_bunting(page: Pen, y: float, sag: float, count: int = 9) -> None:
    hues = [COLORS[name] for name in ("cherry", "marigold", "cream", "green", "rose")]
    cord = hanging(-0.05, 1.05, y, sag)
    page.line(cord, 0.003, (255, 240, 220))
    for k in range(count):
        x = (k + 0.5) / count
        half, top = 0.32 / count, y + sag * 4 * x * (1 - x)
        page.fill(
            [(x - half, top), (x + half, top), (x, top + half * 1.8)],
            color=mix(hues[k % 5], WHITE, 0.08),
            to=mix(hues[k % 5], DUSK, 0.15),
            shadow=0.12,
        )


def draw_lights(page: Pen, y: float, sag: float, count: int = 12) -> None:
    """A string of warm bulbs."""
    page.line(hanging(-0.05, 1.05, y, sag), 0.002, (60, 26, 40))
    for k in range(count):
        x = (k + 0.5) / count
        top = y + sag * 4 * x * (1 - x)
        page.glow(x, top + 0.012, 0.045, (255, 222, 150), 0.85)
        page.fill(oval(x, top + 0.011, 0.0065, 0.011), color=(255, 249, 226))


def draw_table(page: Pen, top: float, wood: Color) -> Shape:
    """A table board across the picture, from `top` down."""
    height = page.canvas.height / page.unit
    shape = page.fill(
        box(-0.1, top, 1.1, height + 0.1), color=mix(wood, WHITE, 0.22), to=mix(wood, DUSK, 0.16), shadow=0.3
    )
    for k in range(4):
        y = top + (height - top) * (0.2 + 0.22 * k)
        page.line(
            smooth([(-0.1, y), (0.3, y + 0.008), (0.6, y - 0.006), (1.1, y + 0.004)], closed=False),
            0.003,
            mix(wood, DUSK, 0.3),
            0.3,
        )
    return shape


def draw_cup(pen: Pen, hue: Color, *, steam: bool = True) -> None:
    """A cup on its saucer, one unit wide, on (0, 0)."""
    pen.fill(oval(0.02, -0.03, 0.62, 0.1), color=mix(hue, WHITE, 0.5), to=mix(hue, DUSK, 0.1), shadow=0.3)
    pen.fill(Stroke(arc(0.4, -0.36, 0.17, 0.16, -100, 110), 0.075), color=mix(hue, DUSK, 0.1))
    pen.fill(
        smooth([(-0.4, -0.62), (0.4, -0.62), (0.36, -0.25), (0.2, -0.05), (-0.2, -0.05), (-0.36, -0.25)]),
        color=mix(hue, WHITE, 0.25),
        to=mix(hue, DUSK, 0.22),
        shadow=0.3,
    )
    pen.fill(oval(0, -0.63, 0.4, 0.08), color=mix(hue, WHITE, 0.5))
    pen.fill(oval(0, -0.62, 0.33, 0.055), color=(92, 50, 32))
    if steam:
        for x in (-0.12, 0.1):
            pen.line(
                smooth([(x, -0.8), (x + 0.08, -1.0), (x - 0.05, -1.2), (x + 0.05, -1.42)], closed=False),
                0.05,
                WHITE,
                0.4,
            )


def draw_spool(pen: Pen, hue: Color) -> None:
    """A spool of thread, one unit high, on (0, 0)."""
    wood = COLORS["tea"]
    pen.fill(
        box(-0.26, -0.88, 0.26, -0.1),
        color=mix(hue, WHITE, 0.2),
        to=mix(hue, DUSK, 0.3),
        lean=0.9,
        shadow=0.3,
    )
    for k in range(6):
        pen.line([(-0.26, -0.78 + k * 0.12), (0.26, -0.74 + k * 0.12)], 0.02, mix(hue, DUSK, 0.35), 0.6)
    for y in (-1.0, -0.12):
        pen.fill(
            box(-0.36, y, 0.36, y + 0.13, 0.05),
            color=mix(wood, WHITE, 0.25),
            to=mix(wood, DUSK, 0.25),
            shadow=0.25,
        )


def draw_room_for(
    canvas: Canvas, rng: random.Random, wall: str, floor: str, horizon: float, feature: str = ""
) -> Pen:
    """The page's pen, with a room already painted; `horizon` is a share of the picture's height."""
    page = Pen(canvas, 0, 0, canvas.width)
    draw_room(page, COLORS[wall], COLORS[floor], horizon * canvas.height / canvas.width, rng, feature)
    return page
