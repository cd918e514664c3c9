"""What all bags are made of: panels, straps, seams, fittings, the swing tag."""

from dataclasses import dataclass

from .canvas import Pen, Shape
from .palette import DUSK, GOLD, PAPER, THREAD, WHITE, Color, mix
from .shapes import Form, Outline, Stroke, box, oval


@dataclass(frozen=True)
class Leather:
    """One hide: the body, the trim (straps, tabs) and the thread."""

    body: Color
    trim: Color
    thread: Color = THREAD
    metal: Color = GOLD

    @property
    def light(self) -> Color:
        return mix(self.body, (255, 240, 228), 0.26)

    @property
    def dark(self) -> Color:
        return mix(self.body, DUSK, 0.42)

    @property
    def trim_dark(self) -> Color:
        return mix(self.trim, DUSK, 0.4)


def ground(pen: Pen, width: float = 1.1, strength: float = 0.6) -> None:
    """The soft shadow where a bag stands."""
    pen.glow(0.02, 0, width * 0.62, (30, 10, 22), strength, ry=0.1)
    pen.glow(0.08, 0.01, width * 0.8, (30, 10, 22), strength * 0.5, ry=0.16)


def body(pen: Pen, leather: Leather, *forms: Form) -> Shape:
    """The main panel, with light from the upper left and an edge that turns away."""
    shape = pen.fill(*forms, color=leather.light, to=leather.dark, lean=0.42, shadow=0.4)
    pen.glow(-0.24, -0.72, 0.5, (255, 244, 234), 0.36, ry=0.42, clip=shape)
    pen.glow(0.05, 0.06, 0.8, mix(leather.dark, DUSK, 0.6), 0.5, ry=0.22, clip=shape)
    return shape


def panel(pen: Pen, leather: Leather, *forms: Form, clip: Shape | None = None, deep: bool = False) -> Shape:
    """A second layer (flap, pocket) that lies on the body and throws a thin shadow."""
    shape = pen.shape(*forms, clip=clip)
    pen.cast(shape, 0.5, 0.005, 0.022, 0.022)
    start = mix(leather.body, leather.dark, 0.2) if deep else mix(leather.light, WHITE, 0.05)
    pen.canvas.fill(shape, start, mix(leather.body, leather.dark, 0.75 if deep else 0.5), 0.35, 1)
    return shape


def strap(pen: Pen, color: Color, points: Outline, width: float, *, far: bool = False) -> None:
    """A handle or strap; the far one is darker and casts nothing."""
    tone = mix(color, DUSK, 0.3) if far else color
    shape = pen.shape(Stroke(points, width))
    if not far:
        pen.cast(shape, 0.34, 0.02, 0.02, 0.02)
    pen.canvas.fill(shape, mix(tone, WHITE, 0.12), mix(tone, DUSK, 0.38), 0.4, 1)
    if not far:
        pen.line([(x - width * 0.16, y - width * 0.1) for x, y in points], width * 0.16, WHITE, 0.16)


def tab(pen: Pen, leather: Leather, x: float, y: float, length: float = 0.17, width: float = 0.07) -> None:
    """The piece that holds a handle, with its rivet."""
    pen.fill(
        box(x - width / 2, y, x + width / 2, y + length, 0.025),
        color=leather.trim,
        to=leather.trim_dark,
        shadow=0.3,
    )
    stud(pen, leather, x, y + length - 0.035)


def stud(pen: Pen, leather: Leather, x: float, y: float, radius: float = 0.017) -> None:
    pen.fill(oval(x, y, radius), color=mix(leather.metal, WHITE, 0.35), to=mix(leather.metal, DUSK, 0.3))


def clasp(pen: Pen, leather: Leather, x: float, y: float) -> None:
    """A turn lock."""
    metal = leather.metal
    pen.fill(
        box(x - 0.062, y - 0.042, x + 0.062, y + 0.05, 0.022),
        color=mix(metal, WHITE, 0.35),
        to=mix(metal, DUSK, 0.22),
        shadow=0.4,
    )
    pen.fill(box(x - 0.012, y - 0.022, x + 0.012, y + 0.03, 0.012), color=mix(metal, DUSK, 0.5))


def buckle(pen: Pen, leather: Leather, x: float, y: float, width: float = 0.1) -> None:
    """A frame with its pin."""
    half = width / 2
    ring = [*box(x - half, y - half * 0.8, x + half, y + half * 0.8, 0.02)]
    pen.fill(
        Stroke([*ring, ring[0]], 0.018),
        color=mix(leather.metal, WHITE, 0.2),
        to=mix(leather.metal, DUSK, 0.2),
    )
    pen.line([(x, y - half * 0.8), (x, y + half * 0.7)], 0.012, leather.metal)


def swing_tag(pen: Pen, leather: Leather, x: float, y: float) -> None:
    """The paper tag on its thread."""
    pen.line([(x, y), (x + 0.035, y + 0.12)], 0.009, leather.thread)
    tag = pen.at(x + 0.035, y + 0.11, turn=-7)
    paper = mix(THREAD, PAPER, 0.25)
    tag.fill(box(-0.055, 0, 0.055, 0.18, 0.022), color=paper, to=mix(paper, GOLD, 0.35), shadow=0.35)
    tag.dot(0, 0.028, 0.013, leather.dark)
    tag.line([(-0.028, 0.085), (0.028, 0.085)], 0.007, leather.dark, 0.55)
    tag.line([(-0.028, 0.115), (0.012, 0.115)], 0.007, leather.dark, 0.4)


def charm(pen: Pen, color: Color, x: float, y: float) -> None:
    """A tassel on a short cord."""
    pen.line([(x, y), (x + 0.01, y + 0.08)], 0.012, mix(color, DUSK, 0.3))
    pen.fill(
        [(x - 0.02, y + 0.1), (x + 0.04, y + 0.1), (x + 0.065, y + 0.27), (x - 0.045, y + 0.27)],
        color=color,
        to=mix(color, DUSK, 0.35),
        shadow=0.3,
    )
    for k in range(4):
        pen.line([(x - 0.01 + k * 0.013, y + 0.13), (x - 0.03 + k * 0.026, y + 0.26)], 0.005, DUSK, 0.3)
    pen.fill(oval(x + 0.01, y + 0.095, 0.034), color=mix(color, WHITE, 0.25), to=color)


def scarf(pen: Pen, color: Color, x: float, y: float) -> None:
    """A silk scarf knotted round a handle."""
    light = mix(color, WHITE, 0.3)
    pen.fill([(x, y), (x - 0.13, y + 0.2), (x - 0.04, y + 0.24)], color=light, to=color, shadow=0.3)
    pen.fill(
        [(x, y), (x + 0.03, y + 0.29), (x + 0.12, y + 0.22)],
        color=color,
        to=mix(color, DUSK, 0.3),
        shadow=0.3,
    )
    pen.fill(oval(x, y, 0.05, 0.042), color=light, to=color, shadow=0.25)
    for dx, dy in ((-0.06, 0.15), (-0.05, 0.2), (0.05, 0.2), (0.03, 0.13)):
        pen.dot(x + dx, y + dy, 0.012, PAPER, 0.8)


def patch(pen: Pen, color: Color, x: float, y: float) -> None:
    """A mended place: another leather, sewn on by hand."""
    outline = box(x - 0.085, y - 0.07, x + 0.085, y + 0.07, 0.03)
    pen.fill(outline, color=mix(color, WHITE, 0.15), to=color, shadow=0.35)
    pen.stitch(box(x - 0.068, y - 0.053, x + 0.068, y + 0.053, 0.02), THREAD, 0.018)
