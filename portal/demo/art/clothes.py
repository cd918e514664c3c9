"""Collars and cloths. Same units as people: the origin is the pit of the neck."""

from .canvas import Pen, Shape
from .looks import Look
from .palette import DUSK, GOLD, WHITE, Color, mix
from .shapes import Outline, Stroke, arc, box, oval, rounded, smooth


def draw_pattern(pen: Pen, look: Look, torso: Shape, length: float) -> None:
    """What the cloth shows below the collar: stripes, dots, a bib."""
    if look.wear == "knit":
        for k in range(1, int(length / 0.17)):
            y = 0.16 + k * 0.17
            pen.line(arc(0, y - 0.06, 0.7, 0.06, 180, 0), 0.06, look.shirt, 0.75, clip=torso)
    elif look.wear == "dots":
        for row in range(int(length / 0.16)):
            for column in range(-4, 5):
                x = column * 0.15 + (0.075 if row % 2 else 0)
                pen.fill(oval(x, 0.22 + row * 0.16, 0.02), color=look.shirt, opacity=0.85, clip=torso)
    elif look.wear == "bib":
        pen.fill(
            box(-0.7, -0.2, 0.7, length + 0.3), color=look.shirt, to=mix(look.shirt, DUSK, 0.2), clip=torso
        )
        bib = rounded(
            [
                (-0.27, 0.36),
                (0.27, 0.36),
                (0.36, 0.8),
                (0.7, 0.9),
                (0.7, length + 0.3),
                (-0.7, length + 0.3),
                (-0.7, 0.9),
                (-0.36, 0.8),
            ],
            0.06,
        )
        pen.fill(bib, color=mix(look.coat, WHITE, 0.14), to=mix(look.coat, DUSK, 0.32), clip=torso)
        for side in (-1, 1):
            pen.line(
                [(side * 0.3, -0.04), (side * 0.22, 0.42)], 0.085, mix(look.coat, WHITE, 0.06), clip=torso
            )
            pen.dot(side * 0.22, 0.43, 0.034, GOLD)
        pen.stitch(box(-0.14, 0.52, 0.14, 0.74, 0.03), mix(look.coat, WHITE, 0.6), 0.03)


def draw_collar(pen: Pen, look: Look, torso: Shape) -> None:
    """What lies round the neck."""
    _COLLARS.get(look.wear, _round_collar)(pen, look, torso)


def _light(look: Look) -> Color:
    return mix(look.coat, WHITE, 0.24)


def _dark(look: Look) -> Color:
    return mix(look.coat, DUSK, 0.32)


def _coat_collar(pen: Pen, look: Look, torso: Shape) -> None:
    pen.fill([(-0.19, -0.02), (0.19, -0.02), (0, 0.42)], color=look.shirt, to=mix(look.shirt, DUSK, 0.12))
    for side in (-1, 1):
        lapel: Outline = [(side * 0.16, -0.1), (side * 0.3, 0.06), (side * 0.2, 0.32), (0, 0.5)]
        pen.fill(lapel, color=_light(look), to=_dark(look), shadow=0.25)
    pen.line([(0, 0.5), (0.01, 2.2)], 0.014, _dark(look), 0.8, clip=torso)
    for y in (0.62, 0.86):
        pen.dot(0.06, y, 0.024, mix(look.coat, WHITE, 0.5))


def _turtle_collar(pen: Pen, look: Look, torso: Shape) -> None:
    tube = smooth([(-0.14, -0.2), (0, -0.17), (0.14, -0.2), (0.2, 0.02), (0, 0.09), (-0.2, 0.02)])
    pen.fill(tube, color=_light(look), to=mix(look.coat, _dark(look), 0.5), shadow=0.2)
    pen.line(arc(0, -0.08, 0.15, 0.04, 170, 10), 0.014, _dark(look), 0.6)


def _shirt_collar(pen: Pen, look: Look, torso: Shape) -> None:
    cloth = look.shirt if look.wear == "bib" else _light(look)
    for side in (-1, 1):
        wing: Outline = [(side * 0.02, 0.12), (side * 0.14, -0.14), (side * 0.25, 0.02), (side * 0.17, 0.22)]
        pen.fill(wing, color=mix(cloth, WHITE, 0.3), to=cloth, shadow=0.25)
    if look.wear == "shirt":
        pen.line([(0, 0.14), (0, 2.2)], 0.012, _dark(look), 0.7, clip=torso)
        for k in range(4):
            pen.dot(0.035, 0.3 + k * 0.22, 0.02, mix(look.coat, WHITE, 0.75))


def _wrap_collar(pen: Pen, look: Look, torso: Shape) -> None:
    pen.fill([(-0.18, -0.08), (0.18, -0.08), (0.02, 0.34)], color=look.shirt)
    pen.line([(0.2, -0.1), (0.0, 0.3), (-0.3, 0.75)], 0.1, _light(look), clip=torso)
    pen.line([(-0.2, -0.1), (0.02, 0.32), (0.36, 0.85)], 0.1, mix(_light(look), WHITE, 0.12), clip=torso)
    pen.line([(-0.23, -0.08), (-0.02, 0.34), (0.3, 0.86)], 0.014, _dark(look), 0.7, clip=torso)


def _hood(pen: Pen, look: Look, torso: Shape) -> None:
    right: Outline = [(0.1, -0.2), (0.3, -0.12), (0.34, 0.08), (0.12, 0.2), (0, 0.22), (0.14, 0.02)]
    for side in (-1, 1):
        half = smooth([(side * x, y) for x, y in right])
        pen.fill(half, color=_light(look), to=_dark(look), shadow=0.25)
        pen.line([(side * 0.08, 0.18), (side * 0.09, 0.46)], 0.02, look.shirt)


def _round_collar(pen: Pen, look: Look, torso: Shape) -> None:
    hem = _light(look) if look.wear == "dots" else look.shirt
    pen.fill(Stroke(arc(0, -0.02, 0.19, 0.14, 5, 175), 0.055), color=hem)


_COLLARS = {
    "coat": _coat_collar,
    "turtle": _turtle_collar,
    "shirt": _shirt_collar,
    "bib": _shirt_collar,
    "wrap": _wrap_collar,
    "hoodie": _hood,
}


def draw_apron(pen: Pen, color: Color, torso: Shape) -> None:
    """A leather apron over whatever is worn."""
    for side in (-1, 1):
        pen.line([(side * 0.2, -0.06), (side * 0.26, 0.4)], 0.05, mix(color, DUSK, 0.3), clip=torso)
    bib = rounded([(-0.3, 0.34), (0.3, 0.34), (0.42, 0.9), (0.5, 2.4), (-0.5, 2.4), (-0.42, 0.9)], 0.08)
    pen.fill(bib, color=mix(color, WHITE, 0.12), to=mix(color, DUSK, 0.3), clip=torso, shadow=0.3)
    pen.stitch([(-0.26, 0.39), (0.26, 0.39)], (246, 214, 150), 0.04)
