"""People from the waist up. The pen's origin is the pit of the neck; the head is about 0.6 units wide."""

import math

from .canvas import Pen, Shape
from .clothes import draw_collar, draw_pattern
from .hair import draw_hair_behind, draw_hair_front
from .looks import Look
from .palette import COLORS, DUSK, WHITE, mix
from .shapes import Outline, Stroke, arc, both_sides, oval, smooth

# Where the head sits above the pit of the neck.
HEAD_Y = -0.56


def face_outline() -> Outline:
    return smooth(
        both_sides([(0.0, -0.34), (0.2, -0.3), (0.295, -0.1), (0.27, 0.13), (0.16, 0.29), (0.02, 0.345)])
    )


def torso_outline(length: float) -> Outline:
    right: Outline = [
        (0.1, -0.1),
        (0.2, -0.04),
        (0.4, 0.06),
        (0.53, 0.26),
        (0.56, 0.7),
        (0.58, length),
        (0.58, length + 0.2),
    ]
    return smooth(both_sides(right))


def draw_person(pen: Pen, look: Look, *, length: float = 2.2, tilt: float = 0) -> Shape:
    """Paint a person facing us, head turned by `tilt`; returns the torso, to clip straps to it."""
    head = pen.at(0, -0.12, turn=tilt).at(0, HEAD_Y + 0.12)
    draw_hair_behind(head, look)
    torso = pen.shape(torso_outline(length))
    pen.cast(torso, 0.34, 0.06, 0.05, 0.12)
    pen.canvas.fill(torso, mix(look.coat, WHITE, 0.16), mix(look.coat, DUSK, 0.38), 0.4, 1)
    draw_pattern(pen, look, torso, length)
    _draw_neck(pen, look)
    draw_collar(pen, look, torso)
    _draw_sides(pen, look, torso, length)
    draw_head(head, look)
    draw_hair_front(head, look)
    return torso


def _draw_neck(pen: Pen, look: Look) -> None:
    neck = pen.fill(
        smooth(
            [
                (-0.115, -0.36),
                (0.115, -0.36),
                (0.12, -0.1),
                (0.2, 0.02),
                (0, 0.12),
                (-0.2, 0.02),
                (-0.12, -0.1),
            ]
        ),
        color=look.skin.base,
        to=mix(look.skin.base, look.skin.shade, 0.5),
    )
    pen.glow(0, -0.24, 0.2, look.skin.shade, 0.9, ry=0.14, clip=neck)


def _draw_sides(pen: Pen, look: Look, torso: Shape, length: float) -> None:
    """Hint at the arms: a fold on each side."""
    for side in (-1, 1):
        fold = smooth([(side * 0.38, 0.5), (side * 0.4, 0.9), (side * 0.37, length)], closed=False)
        pen.line(fold, 0.022, mix(look.coat, DUSK, 0.5), 0.5, clip=torso)


def draw_head(head: Pen, look: Look) -> None:
    """Ears, face and features, without hair."""
    skin = look.skin
    if look.style != "hijab":
        for side in (-1, 1):
            head.fill(oval(side * 0.29, 0.03, 0.055, 0.075), color=skin.base, to=skin.shade)
            if look.earrings:
                head.dot(side * 0.3, 0.12, 0.026, COLORS["marigold"])
    face = head.fill(
        face_outline(), color=mix(skin.base, WHITE, 0.1), to=mix(skin.base, skin.shade, 0.28), lean=0.2
    )
    for side in (-1, 1):
        head.glow(side * 0.175, 0.115, 0.105, skin.blush, 0.95, ry=0.085, clip=face)
        _draw_eye(head, look, side)
    _draw_mouth(head, look)
    head.line(arc(0, 0.07, 0.028, 0.02, 25, 155), 0.016, skin.shade, 0.9)
    if look.freckles:
        for x, y in ((-0.19, 0.09), (-0.15, 0.12), (-0.11, 0.09), (0.11, 0.09), (0.15, 0.12), (0.19, 0.09)):
            head.dot(x, y, 0.009, skin.shade, 0.9)
    if look.beard:
        _draw_beard(head, look)
    if look.glasses:
        _draw_glasses(head)


def _draw_eye(head: Pen, look: Look, side: int) -> None:
    dark = mix(look.skin.shade, (40, 12, 20), 0.85)
    x, y = side * 0.135, 0.015
    if look.eyes == "smile" or (look.eyes == "wink" and side > 0):
        head.line(arc(x, y + 0.025, 0.052, 0.045, 205, 335), 0.023, dark)
    else:
        head.fill(oval(x, y, 0.029, 0.037), color=dark)
        head.dot(x + 0.01, y - 0.012, 0.009, WHITE)
    if look.style not in ("bob", "long", "beret"):
        head.line(
            arc(x + side * 0.005, y - 0.055, 0.06, 0.035, 220, 320),
            0.018,
            mix(look.hair, look.skin.shade, 0.35),
            0.8,
        )


def _draw_mouth(head: Pen, look: Look) -> None:
    red = mix(look.skin.shade, (150, 30, 44), 0.6)
    if look.mouth == "grin":
        smile = head.fill([(-0.085, 0.155), *arc(0, 0.155, 0.085, 0.085, 0, 180)], color=mix(red, DUSK, 0.25))
        head.fill([(-0.07, 0.15), (0.07, 0.15), (0.06, 0.18), (-0.06, 0.18)], color=WHITE, clip=smile)
    elif look.mouth == "soft":
        head.line(arc(0, 0.15, 0.055, 0.038, 20, 160), 0.024, red)
    else:
        head.line(arc(0, 0.13, 0.088, 0.072, 20, 160), 0.022, red)


def _draw_beard(head: Pen, look: Look) -> None:
    right: Outline = [
        (0.08, 0.115),
        (0.15, 0.13),
        (0.22, 0.06),
        (0.285, -0.02),
        (0.27, 0.16),
        (0.17, 0.31),
        (0.03, 0.37),
    ]
    beard = smooth([*right, *[(-x, y) for x, y in reversed(right)]])
    head.fill(beard, color=look.hair, to=mix(look.hair, DUSK, 0.3), opacity=0.96)
    head.fill([(-0.07, 0.17), *arc(0, 0.17, 0.07, 0.06, 0, 180)], color=(244, 226, 216))


def _draw_glasses(head: Pen) -> None:
    frame = COLORS["ink"]
    for side in (-1, 1):
        ring = oval(side * 0.135, 0.02, 0.095, 0.088)
        head.fill(ring, color=WHITE, opacity=0.16)
        head.fill(Stroke(ring, 0.02), color=frame)
    head.line(arc(0, 0.02, 0.042, 0.02, 200, 340), 0.018, frame)


def draw_arm(pen: Pen, look: Look, points: Outline, *, thick: float = 0.2) -> None:
    """A sleeve along the points, with a cuff and a hand at the last one."""
    hand = points[-1]
    curve = [p for p in smooth(points, closed=False) if math.dist(p, hand) > thick * 0.42]
    sleeve = pen.shape(Stroke(curve, thick))
    pen.cast(sleeve, 0.36, 0.02, 0.03, 0.05)
    pen.canvas.fill(sleeve, mix(look.coat, WHITE, 0.2), mix(look.coat, DUSK, 0.25), 0.4, 1)
    draw_hand(pen, look, *hand, size=thick * 0.46)
    pen.fill(
        Stroke(curve[-2:], thick * 1.02), color=mix(look.coat, WHITE, 0.1), to=mix(look.coat, DUSK, 0.35)
    )


def draw_hand(pen: Pen, look: Look, x: float, y: float, size: float = 0.09) -> None:
    pen.fill(oval(x, y, size * 1.05, size), color=look.skin.base, to=look.skin.shade, shadow=0.25)


def draw_person_from_behind(pen: Pen, look: Look, *, length: float = 2.2) -> None:
    """Somebody who looks at the view, not at us."""
    torso = pen.fill(
        torso_outline(length), color=mix(look.coat, WHITE, 0.12), to=mix(look.coat, DUSK, 0.42), shadow=0.3
    )
    _draw_sides(pen, look, torso, length)
    pen.fill([(-0.11, -0.4), (0.11, -0.4), (0.13, 0.02), (-0.13, 0.02)], color=look.skin.shade)
    head = pen.at(0, HEAD_Y)
    for side in (-1, 1):
        head.fill(oval(side * 0.3, 0.04, 0.05, 0.07), color=look.skin.base)
    light = mix(look.hair, (255, 214, 190), 0.16)
    head.fill(oval(0, -0.06, 0.34, 0.38), color=light, to=look.hair)
    if look.style in ("long", "wavy", "hijab"):
        head.fill(
            smooth(both_sides([(0.0, -0.3), (0.3, -0.2), (0.37, 0.3), (0.3, 0.72), (0.0, 0.78)])),
            color=light,
            to=look.hair,
        )
    elif look.style in ("bun", "swept", "curly"):
        head.fill(oval(0, -0.48, 0.17), color=light, to=look.hair, shadow=0.2)
    elif look.style in ("bob", "beret"):
        head.fill(
            smooth(both_sides([(0.0, -0.3), (0.32, -0.2), (0.37, 0.2), (0.32, 0.34), (0.0, 0.36)])),
            color=light,
            to=look.hair,
        )
    else:
        head.fill(
            smooth([(-0.07, 0.0), (0.07, 0.0), (0.15, 0.4), (0.04, 0.72), (-0.12, 0.4)]),
            color=light,
            to=look.hair,
            shadow=0.25,
        )
        head.fill(oval(0, 0.02, 0.09, 0.05), color=look.shirt)
