"""Hair, hats and scarves. The pen's origin is the middle of the face (0.3 wide, 0.34 high each way)."""

from .canvas import Pen
from .looks import Look
from .palette import COLORS, DUSK, WHITE, Color, mix
from .shapes import Form, Outline, arc, both_sides, oval, smooth


def _shine(color: Color) -> Color:
    return mix(color, (255, 206, 178), 0.2)


def _paint(head: Pen, look: Look, *forms: Form, shadow: float = 0) -> None:
    head.fill(*forms, color=_shine(look.hair), to=mix(look.hair, DUSK, 0.15), lean=0.35, shadow=shadow)


# Right halves of the hair that hangs behind the shoulders, from top to bottom.
_FALLS: dict[str, Outline] = {
    "bob": [(0.0, -0.44), (0.28, -0.36), (0.385, -0.05), (0.41, 0.28), (0.36, 0.42), (0.2, 0.43)],
    "long": [(0.0, -0.44), (0.29, -0.36), (0.39, 0), (0.42, 0.5), (0.43, 0.95), (0.34, 1.02), (0.1, 1.0)],
    "wavy": [
        (0.0, -0.46), (0.32, -0.36), (0.42, -0.08), (0.39, 0.16), (0.47, 0.36), (0.43, 0.56), (0.5, 0.78),
        (0.36, 0.88), (0.1, 0.8),
    ],
    "hijab": [(0.0, -0.46), (0.3, -0.38), (0.41, -0.05), (0.42, 0.3), (0.56, 0.68), (0.3, 0.86), (0.05, 0.84)],
}  # fmt: skip
_FALLS["beret"] = _FALLS["bob"]
_TAIL: Outline = [
    (0.16, -0.36), (0.4, -0.42), (0.58, -0.12), (0.52, 0.3), (0.6, 0.62), (0.4, 0.4), (0.36, 0.0),
]  # fmt: skip


def draw_hair_behind(head: Pen, look: Look) -> None:
    """What lies behind neck and shoulders."""
    style = look.style
    if style == "hijab":
        cloth = look.shirt
        fall = smooth(both_sides(_FALLS[style]))
        head.fill(fall, color=cloth, to=mix(cloth, DUSK, 0.28), shadow=0.2)
    elif style in _FALLS:
        _paint(head, look, smooth(both_sides(_FALLS[style])), shadow=0.22)
    elif style == "bun":
        _paint(head, look, oval(0, -0.52, 0.18), shadow=0.25)
        _paint(head, look, oval(0, -0.1, 0.36, 0.37))
    elif style == "curly":
        curls: list[Form] = [oval(x, y, 0.17) for x, y in arc(0, -0.08, 0.33, 0.34, 130, 410, 14)]
        _paint(head, look, oval(0, -0.06, 0.42, 0.42), *curls, shadow=0.25)
    elif style == "ponytail":
        _paint(head, look, smooth(_TAIL), shadow=0.25)
        head.fill(oval(0.25, -0.32, 0.07), color=mix(look.coat, WHITE, 0.3))


def draw_hair_front(head: Pen, look: Look) -> None:
    """Fringe, parting, hat: what lies over the face."""
    _FRONTS[look.style](head, look)


def _crown(inner: Outline) -> Outline:
    """A cap of hair from ear to ear; `inner` is the hairline from right to left."""
    return [*arc(0, -0.08, 0.345, 0.36, 172, 368), *smooth(inner, closed=False)]


def _fringe(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.34, 0.1),
        (0.285, -0.02),
        (0.22, -0.105),
        (0, -0.09),
        (-0.22, -0.105),
        (-0.285, -0.02),
        (-0.34, 0.1),
    ]
    _paint(head, look, _crown(hairline))
    head.line(arc(-0.06, -0.06, 0.24, 0.28, 210, 262), 0.028, mix(look.hair, (255, 226, 206), 0.5), 0.35)


def _side_locks(head: Pen, look: Look) -> None:
    for side in (-1, 1):
        _paint(
            head,
            look,
            smooth(
                [
                    (side * 0.25, -0.2),
                    (side * 0.36, -0.1),
                    (side * 0.385, 0.2),
                    (side * 0.33, 0.42),
                    (side * 0.285, 0.2),
                ]
            ),
        )


def _bob(head: Pen, look: Look) -> None:
    _side_locks(head, look)
    _fringe(head, look)


def _parted(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.345, 0.16),
        (0.3, 0.0),
        (0.17, -0.19),
        (0.02, -0.31),
        (-0.14, -0.2),
        (-0.3, 0.0),
        (-0.345, 0.16),
    ]
    _paint(head, look, _crown(hairline))
    head.line([(0.02, -0.31), (0.01, -0.43)], 0.012, DUSK, 0.3)


def _swept(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.345, 0.06),
        (0.3, -0.08),
        (0.25, -0.17),
        (0.1, -0.13),
        (-0.1, -0.17),
        (-0.2, -0.24),
        (-0.29, -0.06),
        (-0.345, 0.06),
    ]
    _paint(head, look, _crown(hairline))
    _paint(
        head,
        look,
        smooth(
            [
                (-0.28, -0.24),
                (-0.24, -0.44),
                (0.06, -0.5),
                (0.32, -0.4),
                (0.34, -0.2),
                (0.16, -0.2),
                (-0.06, -0.3),
            ]
        ),
    )


def _crop(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.34, 0.02),
        (0.29, -0.1),
        (0.2, -0.16),
        (0.05, -0.12),
        (-0.06, -0.17),
        (-0.2, -0.14),
        (-0.29, -0.1),
        (-0.34, 0.02),
    ]
    _paint(head, look, _crown(hairline))


def _pixie(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.355, 0.2),
        (0.29, 0.06),
        (0.26, -0.1),
        (0.1, -0.06),
        (-0.12, -0.14),
        (-0.22, -0.22),
        (-0.29, 0.06),
        (-0.355, 0.2),
    ]
    _paint(head, look, _crown(hairline))


def _pulled_back(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.325, 0.02),
        (0.27, -0.12),
        (0.12, -0.22),
        (0, -0.24),
        (-0.12, -0.22),
        (-0.27, -0.12),
        (-0.325, 0.02),
    ]
    _paint(head, look, _crown(hairline))
    head.line(arc(0.02, 0.0, 0.24, 0.36, 225, 262), 0.02, mix(look.hair, (255, 226, 206), 0.5), 0.3)


def _curly(head: Pen, look: Look) -> None:
    _pulled_back(head, look)
    _paint(head, look, *[oval(x, y, 0.085) for x, y in arc(0, -0.04, 0.26, 0.24, 190, 350, 8)])


def _braids(head: Pen, look: Look) -> None:
    _parted(head, look)
    for side in (-1, 1):
        beads: list[Form] = [
            oval(side * (0.34 + 0.012 * k), 0.26 + 0.115 * k, 0.082 - 0.004 * k, 0.078) for k in range(5)
        ]
        _paint(head, look, *beads, shadow=0.3)
        head.fill(oval(side * 0.4, 0.81, 0.05, 0.035), color=COLORS["coral"])
        _paint(head, look, smooth([(side * 0.37, 0.83), (side * 0.44, 0.83), (side * 0.41, 0.98)]))


def _buzz(head: Pen, look: Look) -> None:
    hairline: Outline = [
        (0.3, -0.02),
        (0.25, -0.16),
        (0.15, -0.22),
        (0, -0.21),
        (-0.15, -0.22),
        (-0.25, -0.16),
        (-0.3, -0.02),
    ]
    cap = [*arc(0, -0.05, 0.305, 0.315, 175, 365), *smooth(hairline, closed=False)]
    head.fill(cap, color=mix(look.hair, look.skin.shade, 0.3), to=look.hair)


def _beret(head: Pen, look: Look) -> None:
    _bob(head, look)
    felt = mix(look.coat, DUSK, 0.1)
    shape = smooth(
        [(-0.36, -0.2), (-0.44, -0.36), (-0.18, -0.55), (0.2, -0.54), (0.42, -0.36), (0.36, -0.2), (0, -0.27)]
    )
    head.fill(shape, color=mix(felt, WHITE, 0.25), to=mix(felt, DUSK, 0.25), shadow=0.3)
    head.line([(0.02, -0.55), (0.04, -0.61)], 0.03, felt)


def _hijab(head: Pen, look: Look) -> None:
    cloth = look.shirt
    frame: list[Form] = [[*arc(0, -0.03, 0.385, 0.42, 140, 400), *arc(0, 0.0, 0.275, 0.33, 400, 140)]]
    head.fill(*frame, color=mix(cloth, WHITE, 0.15), to=mix(cloth, DUSK, 0.15), shadow=0.25)
    head.fill(
        smooth([(-0.33, 0.18), (0, 0.33), (0.34, 0.16), (0.4, 0.44), (0.1, 0.62), (-0.38, 0.46)]),
        color=cloth,
        to=mix(cloth, DUSK, 0.22),
        shadow=0.25,
    )


_FRONTS = {
    "bob": _bob, "long": _bob, "bun": _pulled_back, "crop": _crop, "curly": _curly, "ponytail": _pulled_back,
    "braids": _braids, "pixie": _pixie, "wavy": _parted, "buzz": _buzz,
    "beret": _beret, "hijab": _hijab, "swept": _swept,
}  # fmt: skip
