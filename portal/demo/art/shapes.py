"""Geometry of the drawings: outlines as lists of points, before anything is painted.

x grows to the right and y downwards; angles are degrees, clockwise from three o'clock.
"""

import math
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Outline = list[Point]


class Stroke(NamedTuple):
    """A line with round ends."""

    points: Outline
    width: float


Form = Outline | Stroke


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, steps: int = 28) -> Outline:
    """Points along an ellipse from `start` to `end`."""
    angles = (math.radians(start + (end - start) * k / steps) for k in range(steps + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> Outline:
    return arc(cx, cy, rx, rx if ry is None else ry, 0, 360, 56)


def rounded(points: Outline, radius: float) -> Outline:
    """The polygon with each corner rounded by at most `radius`."""
    outline: Outline = []
    for k, corner in enumerate(points):
        before, after = points[k - 1], points[(k + 1) % len(points)]
        start = _towards(corner, before, radius)
        end = _towards(corner, after, radius)
        for step in range(9):
            t = step / 8
            outline.append(_bend(start, corner, end, t))
    return outline


def _towards(a: Point, b: Point, distance: float) -> Point:
    length = math.dist(a, b)
    if length == 0:
        return a
    share = min(distance / length, 0.5)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _bend(a: Point, b: Point, c: Point, t: float) -> Point:
    u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return a[0] * u + b[0] * v + c[0] * w, a[1] * u + b[1] * v + c[1] * w


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> Outline:
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    return rounded(corners, radius) if radius else corners


def smooth(points: Outline, *, closed: bool = True, steps: int = 8) -> Outline:
    """A soft curve through all the points (Catmull-Rom)."""
    if not closed:
        points = [points[0], *points, points[-1]]
    count = len(points)
    curve: Outline = []
    for k in range(count if closed else count - 3):
        first = k - 1 if closed else k
        p0, p1, p2, p3 = (points[(first + i) % count] for i in range(4))
        curve += [_spline(p0, p1, p2, p3, step / steps) for step in range(steps)]
    return curve if closed else [*curve, points[-1]]


def _spline(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def along(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
        )

    return along(p0[0], p1[0], p2[0], p3[0]), along(p0[1], p1[1], p2[1], p3[1])


def mirrored(outline: Outline) -> Outline:
    """Left becomes right around x = 0."""
    return [(-x, y) for x, y in reversed(outline)]


def both_sides(right: Outline) -> Outline:
    """A symmetrical outline from its right half, listed from top to bottom."""
    return right + [point for point in mirrored(right) if point[0] != 0]


def dashes(points: Outline, on: float, off: float, width: float) -> list[Stroke]:
    """A line as stitches: strokes of length `on` with gaps of `off`."""
    found: list[Stroke] = []
    current: Outline = []
    left, sewing = on, True
    for a, b in pairwise(points):
        length, done = math.dist(a, b), 0.0
        while done < length:
            step = min(left, length - done)
            if sewing:
                current = current or [_at(a, b, done / length)]
                current.append(_at(a, b, (done + step) / length))
            done, left = done + step, left - step
            if left <= 1e-9:
                if sewing:
                    found.append(Stroke(current, width))
                current, sewing = [], not sewing
                left = on if sewing else off
    return found


def _at(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def hanging(x0: float, x1: float, y: float, sag: float, steps: int = 32) -> Outline:
    """A cord between two points of equal height that sags in the middle."""
    return [
        (x0 + (x1 - x0) * k / steps, y + sag * 4 * (k / steps) * (1 - k / steps)) for k in range(steps + 1)
    ]
