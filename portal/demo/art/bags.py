"""The ten bags of the house. A bag is one unit wide and stands on (0, 0)."""

import random
from collections.abc import Callable

from .canvas import Pen
from .leather import (
    Leather,
    body,
    buckle,
    charm,
    clasp,
    ground,
    panel,
    patch,
    scarf,
    strap,
    stud,
    swing_tag,
    tab,
)  # fmt: skip
from .palette import COLORS, DUSK, LEATHERS, PAPER, WHITE, color, mix
from .shapes import Outline, Stroke, arc, box, oval, rounded, smooth


def leather_for(name: str, rng: random.Random) -> Leather:
    """A hide of that colour; the trim matches, is dark, or is natural tan."""
    hide = color(name)
    trim = rng.choice(
        [mix(hide, DUSK, 0.25), mix(hide, DUSK, 0.25), COLORS["cocoa"], COLORS["camel"], COLORS["ink"]]
    )
    bright = sum(hide) > 520
    thread = COLORS["cherry"] if bright else rng.choice([(246, 214, 150), (246, 214, 150), (250, 236, 220)])
    return Leather(hide, trim, thread)


def tote(pen: Pen, leather: Leather) -> None:
    ground(pen, 0.9)
    strap(pen, leather.trim, arc(0.02, -0.93, 0.25, 0.36, 180, 360), 0.036, far=True)
    pen.fill(oval(0, -0.925, 0.49, 0.035), color=mix(leather.dark, DUSK, 0.5))
    front = rounded([(-0.5, -0.93), (0.5, -0.93), (0.43, -0.01), (-0.43, -0.01)], 0.06)
    body(pen, leather, front)
    pen.stitch([(-0.46, -0.885), (0.46, -0.885)], leather.thread)
    pen.stitch([(-0.455, -0.86), (-0.4, -0.05), (0.4, -0.05), (0.455, -0.86)], leather.thread)
    strap(pen, leather.trim, arc(0, -0.9, 0.26, 0.42, 180, 360), 0.04)
    tab(pen, leather, -0.26, -0.95, 0.2)
    tab(pen, leather, 0.26, -0.95, 0.2)


def saddle(pen: Pen, leather: Leather) -> None:
    ground(pen)
    strap(pen, leather.trim, arc(0, -0.7, 0.19, 0.2, 180, 360), 0.05)
    outline = smooth(
        [
            (-0.46, -0.7),
            (0, -0.73),
            (0.46, -0.7),
            (0.51, -0.35),
            (0.46, -0.03),
            (0, 0),
            (-0.46, -0.03),
            (-0.51, -0.35),
        ]
    )
    shape = body(pen, leather, outline)
    edge = smooth([(0.5, -0.46), (0.36, -0.24), (0, -0.17), (-0.36, -0.24), (-0.5, -0.46)], closed=False)
    flap: Outline = [(-0.56, -0.8), (0.56, -0.8), (0.56, -0.5), *edge, (-0.56, -0.5)]
    panel(pen, leather, flap, clip=shape)
    pen.stitch([(x * 0.94, y - 0.04) for x, y in edge], leather.thread)
    clasp(pen, leather, 0, -0.2)
    for side in (-1, 1):
        tab(pen, leather, side * 0.19, -0.74, 0.12, 0.075)


def bucket(pen: Pen, leather: Leather) -> None:
    ground(pen, 0.85)
    strap(pen, leather.trim, arc(0, -0.9, 0.33, 0.62, 180, 360), 0.034, far=True)
    pen.fill(oval(0, -0.95, 0.335, 0.05), color=mix(leather.dark, DUSK, 0.5))
    outline: Outline = [
        (-0.34, -0.95),
        *arc(0, -0.95, 0.34, 0.035, 180, 0)[1:-1],
        (0.34, -0.95),
        (0.42, -0.1),
    ]
    outline += [*arc(0, -0.1, 0.42, 0.1, 0, 180)]
    shape = body(pen, leather, outline)
    panel(
        pen,
        leather,
        [(-0.6, -0.2), *arc(0, -0.2, 0.46, 0.09, 180, 0), (0.6, -0.2), (0.6, 0.1), (-0.6, 0.1)],
        clip=shape,
        deep=True,
    )
    pen.stitch(arc(0, -0.225, 0.4, 0.09, 172, 8), leather.thread)
    pen.stitch(arc(0, -0.9, 0.34, 0.04, 175, 5), leather.thread)
    for k in range(-3, 4):
        stud(pen, leather, k * 0.098, -0.79 - 0.004 * k * k + 0.03, 0.016)
    pen.line(arc(0, -0.82, 0.33, 0.05, 170, 10), 0.02, leather.trim_dark)
    pen.line([(0, -0.77), (-0.05, -0.6), (-0.07, -0.5)], 0.02, leather.trim_dark)
    pen.line([(0, -0.77), (0.045, -0.62), (0.05, -0.52)], 0.02, leather.trim_dark)
    strap(pen, leather.trim, arc(0, -0.86, 0.35, 0.72, 182, 358), 0.036)


def satchel(pen: Pen, leather: Leather) -> None:
    ground(pen)
    strap(pen, leather.trim, arc(0, -0.73, 0.17, 0.17, 180, 360), 0.05)
    shape = body(pen, leather, box(-0.5, -0.75, 0.5, 0, 0.07))
    panel(pen, leather, box(-0.37, -0.31, 0.37, -0.05, 0.04), deep=True)
    pen.stitch(box(-0.34, -0.28, 0.34, -0.08, 0.03), leather.thread)
    panel(
        pen, leather, rounded([(-0.55, -0.85), (0.55, -0.85), (0.5, -0.36), (-0.5, -0.36)], 0.08), clip=shape
    )
    pen.stitch([(-0.46, -0.7), (-0.455, -0.4), (0.455, -0.4), (0.46, -0.7)], leather.thread)
    for x in (-0.27, 0.27):
        pen.fill(
            box(x - 0.04, -0.75, x + 0.04, -0.2, 0.035), color=leather.trim, to=leather.trim_dark, shadow=0.35
        )
        buckle(pen, leather, x, -0.3)
        pen.dot(x, -0.42, 0.008, DUSK, 0.6)
        pen.dot(x, -0.48, 0.008, DUSK, 0.6)


def backpack(pen: Pen, leather: Leather) -> None:
    ground(pen, 0.9)
    for side in (-1, 1):
        points = smooth(
            [(side * 0.3, -0.95), (side * 0.52, -0.72), (side * 0.5, -0.3), (side * 0.38, -0.08)],
            closed=False,
        )
        strap(pen, leather.trim, points, 0.075, far=True)
    strap(pen, leather.trim, arc(0, -1.06, 0.1, 0.12, 180, 360), 0.04)
    outline = smooth(
        [
            (-0.3, -1.04),
            (0, -1.09),
            (0.3, -1.04),
            (0.43, -0.75),
            (0.44, -0.2),
            (0.36, -0.01),
            (0, 0.01),
            (-0.36, -0.01),
            (-0.44, -0.2),
            (-0.43, -0.75),
        ]
    )
    shape = body(pen, leather, outline)
    pocket = box(-0.32, -0.46, 0.32, -0.06, 0.09)
    panel(pen, leather, pocket, deep=True)
    pen.stitch(box(-0.29, -0.43, 0.29, -0.09, 0.07), leather.thread)
    edge = smooth([(0.45, -0.72), (0.3, -0.56), (0, -0.52), (-0.3, -0.56), (-0.45, -0.72)], closed=False)
    panel(pen, leather, [(-0.5, -1.2), (0.5, -1.2), *edge], clip=shape)
    pen.stitch([(x * 0.93, y - 0.035) for x, y in edge], leather.thread)
    pen.fill(box(-0.04, -0.72, 0.04, -0.33, 0.03), color=leather.trim, to=leather.trim_dark, shadow=0.3)
    buckle(pen, leather, 0, -0.44)


def clutch(pen: Pen, leather: Leather) -> None:
    ground(pen)
    pen.line(
        smooth([(0.46, -0.36), (0.62, -0.3), (0.66, -0.1), (0.56, 0.0), (0.47, -0.26)], closed=False),
        0.028,
        leather.trim,
    )
    shape = body(pen, leather, box(-0.5, -0.56, 0.5, 0, 0.05))
    flap = rounded(
        [(-0.52, -0.6), (0.52, -0.6), (0.5, -0.44), (0.06, -0.17), (-0.06, -0.17), (-0.5, -0.44)], 0.06
    )
    panel(pen, leather, flap, clip=shape)
    pen.stitch([(-0.47, -0.43), (-0.06, -0.205), (0.06, -0.205), (0.47, -0.43)], leather.thread)
    pen.fill(
        oval(0, -0.235, 0.042),
        color=mix(leather.metal, WHITE, 0.4),
        to=mix(leather.metal, DUSK, 0.25),
        shadow=0.4,
    )


def hobo(pen: Pen, leather: Leather) -> None:
    ground(pen)
    strap(pen, leather.trim, arc(0, -0.52, 0.4, 0.58, 190, 350), 0.075)
    outline = smooth(
        [
            (-0.5, -0.6),
            (-0.3, -0.5),
            (0, -0.46),
            (0.3, -0.5),
            (0.5, -0.6),
            (0.53, -0.32),
            (0.33, -0.04),
            (0, 0.0),
            (-0.33, -0.04),
            (-0.53, -0.32),
        ]
    )
    shape = body(pen, leather, outline)
    pen.glow(-0.1, -0.25, 0.1, DUSK, 0.25, ry=0.3, clip=shape)
    pen.glow(0.22, -0.2, 0.08, DUSK, 0.25, ry=0.28, clip=shape)
    pen.stitch([(x * 0.93, -0.3 + (y + 0.3) * 0.9) for x, y in outline[8 * 5 : 8 * 9 + 1]], leather.thread)
    pen.stitch(
        smooth([(-0.44, -0.54), (-0.28, -0.46), (0, -0.42), (0.28, -0.46), (0.44, -0.54)], closed=False),
        leather.thread,
    )
    for x in (-0.43, 0.43):
        pen.fill(
            Stroke(oval(x, -0.6, 0.05, 0.045), 0.02), color=leather.metal, to=mix(leather.metal, DUSK, 0.3)
        )


def doctor(pen: Pen, leather: Leather) -> None:
    ground(pen)
    strap(pen, leather.trim, arc(0.02, -0.66, 0.21, 0.24, 180, 360), 0.04, far=True)
    outline = smooth(
        [
            (-0.36, -0.68),
            (0, -0.72),
            (0.36, -0.68),
            (0.48, -0.42),
            (0.52, -0.12),
            (0.44, -0.01),
            (0, 0),
            (-0.44, -0.01),
            (-0.52, -0.12),
            (-0.48, -0.42),
        ]
    )
    shape = body(pen, leather, outline)
    panel(
        pen,
        leather,
        rounded([(-0.6, -0.2), (0.6, -0.2), (0.6, 0.1), (-0.6, 0.1)], 0.01),
        clip=shape,
        deep=True,
    )
    pen.stitch([(-0.47, -0.225), (0.47, -0.225)], leather.thread)
    pen.line([(-0.17, -0.6), (-0.2, -0.24)], 0.008, DUSK, 0.3)
    pen.line([(0.17, -0.6), (0.2, -0.24)], 0.008, DUSK, 0.3)
    pen.fill(
        box(-0.39, -0.72, 0.39, -0.655, 0.03),
        color=mix(leather.metal, WHITE, 0.3),
        to=mix(leather.metal, DUSK, 0.35),
        shadow=0.4,
    )
    strap(pen, leather.trim, arc(0, -0.58, 0.23, 0.3, 180, 360), 0.045)
    for x in (-0.23, 0.23):
        tab(pen, leather, x, -0.61, 0.12)
    clasp(pen, leather, 0, -0.63)


def crossbody(pen: Pen, leather: Leather) -> None:
    ground(pen)
    strap(
        pen,
        leather.trim,
        smooth([(-0.44, -0.56), (-0.5, -1.0), (-0.1, -1.34), (0.4, -1.1), (0.45, -0.56)], closed=False),
        0.034,
    )
    top = [(-0.5, -0.6), (0.5, -0.6)]
    outline: Outline = [*top, *arc(0, -0.6, 0.5, 0.6, 0, 180)[1:-1]]
    body(pen, leather, rounded(outline, 0.05))
    panel(pen, leather, [*arc(0, -0.36, 0.33, 0.28, 0, 180), (-0.33, -0.38), (0.33, -0.38)], deep=True)
    pen.stitch(arc(0, -0.6, 0.455, 0.55, 6, 174), leather.thread)
    pen.stitch(arc(0, -0.38, 0.29, 0.23, 4, 176), leather.thread, 0.024)
    pen.fill(Stroke([(-0.45, -0.545), (0.45, -0.545)], 0.03), color=mix(leather.dark, DUSK, 0.3))
    pen.line([(-0.44, -0.545), (0.44, -0.545)], 0.011, leather.metal)
    pen.fill(oval(0.38, -0.5, 0.022, 0.05), color=leather.metal, to=mix(leather.metal, DUSK, 0.3), shadow=0.3)


def wallet(pen: Pen, leather: Leather) -> None:
    ground(pen)
    for k, paper in enumerate((COLORS["sky"], PAPER, COLORS["rose"])):
        x = -0.36 + k * 0.09
        pen.fill(
            box(x, -0.78 + k * 0.035, x + 0.5, -0.3, 0.03),
            color=mix(paper, WHITE, 0.25),
            to=paper,
            shadow=0.25,
        )
    shape = body(pen, leather, box(-0.5, -0.66, 0.5, 0, 0.08))
    panel(pen, leather, rounded([(0.12, -0.46), (0.55, -0.46), (0.55, -0.2), (0.12, -0.2)], 0.09), clip=shape)
    pen.stitch(box(-0.46, -0.62, 0.46, -0.04, 0.06), leather.thread)
    pen.fill(
        oval(0.22, -0.33, 0.04),
        color=mix(leather.metal, WHITE, 0.4),
        to=mix(leather.metal, DUSK, 0.25),
        shadow=0.35,
    )
    pen.line([(-0.3, -0.3), (-0.06, -0.3)], 0.012, leather.thread, 0.7)
    pen.line([(-0.3, -0.24), (-0.14, -0.24)], 0.012, leather.thread, 0.5)


SHAPES: dict[str, Callable[[Pen, Leather], None]] = {
    "tote": tote,
    "saddle": saddle,
    "bucket": bucket,
    "satchel": satchel,
    "backpack": backpack,
    "clutch": clutch,
    "hobo": hobo,
    "doctor": doctor,
    "crossbody": crossbody,
    "wallet": wallet,
}

HEIGHTS = {
    "tote": 0.95, "saddle": 0.72, "bucket": 0.98, "satchel": 0.75, "backpack": 1.08, "clutch": 0.56,
    "hobo": 0.6, "doctor": 0.72, "crossbody": 0.6, "wallet": 0.7,
}  # fmt: skip
# How far handles and straps reach above the ground: what a picture must leave free.
REACHES = {
    "tote": 1.36, "saddle": 0.95, "bucket": 1.62, "satchel": 0.95, "backpack": 1.22, "clutch": 0.56,
    "hobo": 1.14, "doctor": 0.92, "crossbody": 1.38, "wallet": 0.82,
}  # fmt: skip
# A tassel hangs and a scarf is tied where the strap begins.
_RINGS = {
    "tote": (-0.26, -0.86), "saddle": (-0.19, -0.66), "bucket": (-0.33, -0.9), "satchel": (0.38, -0.7),
    "backpack": (-0.3, -0.95), "clutch": (0.44, -0.4), "hobo": (-0.42, -0.56), "doctor": (-0.23, -0.58),
    "crossbody": (0.42, -0.58), "wallet": (0.44, -0.6),
}  # fmt: skip


def draw_bag(
    pen: Pen, shape: str, hide: str, rng: random.Random, *, extras: tuple[str, ...] | None = None
) -> None:
    """Paint a bag; extras are any of tag, charm, scarf, patch (None: chance decides)."""
    leather = leather_for(hide, rng)
    accent = color(rng.choice(LEATHERS))
    if extras is None:
        extras = rng.choice([("tag",), ("tag",), ("tag",), ("charm",), ("scarf",), ("tag", "charm"), ()])
    SHAPES[shape](pen, leather)
    height = HEIGHTS[shape]
    ring_x, ring_y = _RINGS[shape]
    if "patch" in extras:
        patch(pen, mix(accent, leather.body, 0.15), -0.2, -height * 0.3)
    if "scarf" in extras:
        scarf(pen, accent, ring_x, ring_y)
    if "charm" in extras:
        charm(pen, accent, ring_x, ring_y)
    if "tag" in extras:
        swing_tag(pen, leather, 0.26, -height + 0.04)


def another_color(rng: random.Random, *, avoid: tuple[str, ...] = ()) -> str:
    """A leather colour that does not vanish against those already in the picture."""
    return rng.choice([name for name in LEATHERS if name not in avoid])
