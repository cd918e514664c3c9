"""Paint: antialiased shapes with gradients, soft shadows, light and grain.

A Canvas is the picture in pixels; a Pen paints on it in units of its own (a bag is one unit wide, a
head about six tenths), so the same drawing serves an avatar and a poster. Every mask is as small as
its shape: that keeps a picture under a quarter of a second.
"""

import math
import random
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .palette import Color
from .shapes import Form, Outline, Point, Stroke, dashes, oval

# Shapes may reach a little over the edge, so that their shadows still fall into the picture.
MARGIN = 80


class Shape(NamedTuple):
    """A painted shape: how much of each pixel it covers, and where it lies."""

    mask: Image.Image
    left: int
    top: int


class Canvas:
    """A picture being painted, `image` in RGB."""

    def __init__(self, size: tuple[int, int], color: Color = (255, 255, 255)) -> None:
        self.image = Image.new("RGB", size, color)
        self.width, self.height = size

    def shape(self, forms: list[Form]) -> Shape:
        """The union of the forms, given in pixels."""
        left, top, right, bottom = self._bounds(forms)
        width, height = right - left, bottom - top
        fine = 3 if width * height < 160_000 else 2
        mask = Image.new("L", (width * fine, height * fine))
        draw = ImageDraw.Draw(mask)
        for form in forms:
            if isinstance(form, Stroke):
                _draw_stroke(draw, form, left, top, fine)
            else:
                draw.polygon([((x - left) * fine, (y - top) * fine) for x, y in form], fill=255)
        return Shape(mask.reduce(fine), left, top)

    def _bounds(self, forms: list[Form]) -> tuple[int, int, int, int]:
        edges: list[tuple[float, float, float]] = []
        for form in forms:
            points, reach = (form.points, form.width / 2) if isinstance(form, Stroke) else (form, 0.0)
            edges += [(x, y, reach) for x, y in points]
        left = max(-MARGIN, math.floor(min(x - r for x, _, r in edges)) - 1)
        top = max(-MARGIN, math.floor(min(y - r for _, y, r in edges)) - 1)
        right = min(self.width + MARGIN, math.ceil(max(x + r for x, _, r in edges)) + 1)
        bottom = min(self.height + MARGIN, math.ceil(max(y + r for _, y, r in edges)) + 1)
        return left, top, max(right, left + 1), max(bottom, top + 1)

    def fill(self, shape: Shape, color: Color, to: Color | None, lean: float, opacity: float) -> None:
        """Paint a shape, shading from `color` to `to`; lean 0 runs downwards, 1 to the right."""
        mask = shape.mask if opacity >= 1 else shape.mask.point([round(v * opacity) for v in range(256)])
        if to is None or to == color:
            self.image.paste(
                color, (shape.left, shape.top, shape.left + mask.width, shape.top + mask.height), mask
            )
        else:
            self.image.paste(gradient(mask.size, color, to, lean), (shape.left, shape.top), mask)

    def shadow(self, shape: Shape, dx: float, dy: float, blur: float, strength: float, color: Color) -> None:
        """Let a shape cast a soft shadow; call it before the shape is filled."""
        shrink = max(1, min(8, int(blur / 2.5)))
        pad = int(blur * 2.2) + shrink
        small = ((shape.mask.width + 2 * pad) // shrink + 1, (shape.mask.height + 2 * pad) // shrink + 1)
        soft = Image.new("L", small)
        soft.paste(shape.mask.reduce(shrink), (pad // shrink, pad // shrink))
        soft = soft.filter(ImageFilter.GaussianBlur(blur / shrink)).point(
            [round(v * strength) for v in range(256)]
        )
        mask = soft.resize((small[0] * shrink, small[1] * shrink), Image.Resampling.BILINEAR)
        left, top = round(shape.left - pad + dx), round(shape.top - pad + dy)
        self.image.paste(color, (left, top, left + mask.width, top + mask.height), mask)

    def grain(self, strength: float, seed: int) -> None:
        """Paper grain, the same for the same seed."""
        tile = _grain_tile(round(strength * 10), seed % 7)
        noise = Image.new("L", self.image.size)
        for x in range(0, self.width, tile.width):
            for y in range(0, self.height, tile.height):
                noise.paste(tile, (x, y))
        self.image = ImageChops.add(self.image, Image.merge("RGB", (noise, noise, noise)), 1, -128)


class Pen:
    """Paints in units: (x, y) is its origin in pixels, `unit` the pixels of one unit, `turn` degrees."""

    def __init__(self, canvas: Canvas, x: float = 0, y: float = 0, unit: float = 1, turn: float = 0) -> None:
        self.canvas, self.x, self.y, self.unit, self.turn = canvas, x, y, unit, turn
        self._cos, self._sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(self, x: float, y: float, scale: float = 1, turn: float = 0) -> "Pen":
        """A pen with its origin at (x, y) of this one."""
        px, py = self.pixel((x, y))
        return Pen(self.canvas, px, py, self.unit * scale, self.turn + turn)

    def pixel(self, point: Point) -> Point:
        x, y = point[0] * self.unit, point[1] * self.unit
        return self.x + x * self._cos - y * self._sin, self.y + x * self._sin + y * self._cos

    def _placed(self, form: Form) -> Form:
        if isinstance(form, Stroke):
            return Stroke([self.pixel(p) for p in form.points], form.width * self.unit)
        return [self.pixel(p) for p in form]

    def shape(self, *forms: Form, clip: Shape | None = None) -> Shape:
        shape = self.canvas.shape([self._placed(form) for form in forms])
        return clipped(shape, clip) if clip else shape

    def fill(
        self,
        *forms: Form,
        color: Color,
        to: Color | None = None,
        lean: float = 0.3,
        opacity: float = 1,
        clip: Shape | None = None,
        shadow: float = 0,
    ) -> Shape:
        """Paint the union of the forms; `shadow` above 0 lets it cast one of that strength."""
        shape = self.shape(*forms, clip=clip)
        if shadow:
            self.cast(shape, strength=shadow)
        self.canvas.fill(shape, color, to, lean, opacity)
        return shape

    def cast(
        self, shape: Shape, strength: float = 0.35, dx: float = 0.03, dy: float = 0.03, blur: float = 0.04
    ) -> None:
        unit = self.unit
        self.canvas.shadow(shape, dx * unit, dy * unit, max(1.5, blur * unit), strength, (34, 12, 26))

    def line(
        self, points: Outline, width: float, color: Color, opacity: float = 1, clip: Shape | None = None
    ) -> None:
        self.fill(Stroke(points, max(width, 1.2 / self.unit)), color=color, opacity=opacity, clip=clip)

    def stitch(self, points: Outline, color: Color, size: float = 0.03) -> None:
        """Sew along the points: a faint groove, then the thread."""
        width = max(size * 0.34, 1.6 / self.unit)
        self.fill(Stroke(points, width * 1.5), color=(20, 4, 12), opacity=0.2)
        self.fill(*dashes(points, size, size * 0.75, width), color=color)

    def glow(
        self,
        x: float,
        y: float,
        rx: float,
        color: Color,
        opacity: float,
        ry: float = 0,
        clip: Shape | None = None,
    ) -> None:
        """Light (or blush, or shade) that fades from its middle to nothing at its rim."""
        width, height = max(2, round(2 * rx * self.unit)), max(2, round(2 * (ry or rx) * self.unit))
        px, py = self.pixel((x, y))
        mask = _blob(round(opacity * 100)).resize((width, height), Image.Resampling.BILINEAR)
        shape = Shape(mask, round(px - width / 2), round(py - height / 2))
        self.canvas.fill(clipped(shape, clip) if clip else shape, color, None, 0, 1)

    def dot(self, x: float, y: float, radius: float, color: Color, opacity: float = 1) -> None:
        self.fill(oval(x, y, radius), color=color, opacity=opacity)


def clipped(shape: Shape, clip: Shape) -> Shape:
    """The part of a shape that lies inside another."""
    cover = Image.new("L", shape.mask.size)
    cover.paste(clip.mask, (clip.left - shape.left, clip.top - shape.top))
    return Shape(ImageChops.multiply(shape.mask, cover), shape.left, shape.top)


def gradient(size: tuple[int, int], start: Color, end: Color, lean: float) -> Image.Image:
    """A straight gradient; lean 0 runs downwards, 1 to the right."""
    return _small_gradient(start, end, round(lean, 2)).resize(size, Image.Resampling.BICUBIC)


@lru_cache(maxsize=512)
def _small_gradient(start: Color, end: Color, lean: float, side: int = 16) -> Image.Image:
    small = Image.new("RGB", (side, side))
    total = (abs(lean) + 1 - abs(lean)) * (side - 1)
    for y in range(side):
        for x in range(side):
            t = (abs(lean) * (x if lean >= 0 else side - 1 - x) + (1 - abs(lean)) * y) / total
            red, green, blue = (round(a + (b - a) * t) for a, b in zip(start, end, strict=True))
            small.putpixel((x, y), (red, green, blue))
    return small


@lru_cache(maxsize=128)
def _blob(percent: int) -> Image.Image:
    def fade(distance: int) -> int:
        rest = max(0.0, 1 - distance / 179)
        return round(255 * percent / 100 * rest * rest * (3 - 2 * rest))

    # radial_gradient is 0 in the middle, about 180 at the rim of the inscribed circle, 255 in the corners.
    return Image.radial_gradient("L").point([fade(v) for v in range(256)])


@lru_cache(maxsize=16)
def _grain_tile(tenths: int, seed: int) -> Image.Image:
    # Image.effect_noise cannot be seeded; the mean of four even noises is close to a bell curve.
    side, rng = 360, random.Random(f"grain:{seed}")
    layers = [Image.frombytes("L", (side, side), rng.randbytes(side * side)) for _ in range(4)]
    pairs = [Image.blend(layers[0], layers[1], 0.5), Image.blend(layers[2], layers[3], 0.5)]
    noise = Image.blend(pairs[0], pairs[1], 0.5)
    return noise.point([round(128 + (v - 127.5) * tenths / 370) for v in range(256)])


def _draw_stroke(draw: ImageDraw.ImageDraw, stroke: Stroke, left: int, top: int, fine: int) -> None:
    points = [((x - left) * fine, (y - top) * fine) for x, y in stroke.points]
    width = max(1, round(stroke.width * fine))
    if len(points) > 1:
        draw.line(points, fill=255, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)
