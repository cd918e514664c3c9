"""The card as a picture: leather with a saddle stitch, drawn with the colours of the style sheet."""

from __future__ import annotations

import io
import math

import segno
from PIL import Image, ImageDraw

from portal.brand.showing import drawn_colors
from portal.core.lettering import Lettering
from portal.membership.queries.cards import CardFace

WIDTH, HEIGHT, EDGE = 1200, 760, 60
_CORNER, _QR = 44, 216
Box = tuple[int, int, int, int]


def drawn(card: CardFace, scanned: str, font: Lettering) -> bytes:
    """PNG of 1200 by 760 pixels. ``scanned`` is what the code on it holds."""
    stitch = f"thread-{card.tier.thread}"
    colors = drawn_colors("leather-1", "leather-2", "on-leather", "on-leather-2", stitch)
    image = _leather(colors["leather-1"], colors["leather-2"])
    pen = ImageDraw.Draw(image)
    _seam(pen, colors[stitch])
    _words(pen, card, font, colors, colors[stitch])
    _track(pen, card, colors[stitch], colors["on-leather-2"])
    image.paste(_code(scanned), (WIDTH - EDGE - 24 - _QR, HEIGHT - EDGE - 24 - _QR))
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _leather(light: str, dark: str) -> Image.Image:
    """From light at the upper left to dark, as on the page."""
    wide = Image.linear_gradient("L").resize((2 * WIDTH, 2 * WIDTH), Image.Resampling.BICUBIC).rotate(30)
    left, top = WIDTH // 2, WIDTH - HEIGHT // 2
    ramp = wide.crop((left, top, left + WIDTH, top + HEIGHT))
    return Image.composite(
        Image.new("RGB", (WIDTH, HEIGHT), dark), Image.new("RGB", (WIDTH, HEIGHT), light), ramp
    )


def _seam(pen: ImageDraw.ImageDraw, color: str) -> None:
    """A dashed line with round corners, all around."""
    left, top, right, bottom = 28, 28, WIDTH - 28, HEIGHT - 28
    for start in range(left + _CORNER, right - _CORNER, 30):
        for y in (top, bottom):
            pen.line((start, y, min(start + 18, right - _CORNER), y), fill=color, width=4)
    for start in range(top + _CORNER, bottom - _CORNER, 30):
        for x in (left, right):
            pen.line((x, start, x, min(start + 18, bottom - _CORNER)), fill=color, width=4)
    for x, y, turn in ((left, top, 180), (right, top, 270), (right, bottom, 0), (left, bottom, 90)):
        middle = (x + _CORNER if x == left else x - _CORNER, y + _CORNER if y == top else y - _CORNER)
        box = (middle[0] - _CORNER, middle[1] - _CORNER, middle[0] + _CORNER, middle[1] + _CORNER)
        for step in (8, 38, 68):
            pen.arc(box, turn + step, turn + step + 18, fill=color, width=4)


def _words(
    pen: ImageDraw.ImageDraw, card: CardFace, font: Lettering, colors: dict[str, str], stitch: str
) -> None:
    soft, plain, room = colors["on-leather-2"], colors["on-leather"], WIDTH - 2 * EDGE - 48
    left = EDGE + 24
    _line(pen, f"{card.house} · {card.title}", font, (left, EDGE + 18), 34, soft, room)
    # who is called by emoji alone has a number
    name = card.name if _known(card.name, font) else card.number
    _line(pen, name, font, (left, EDGE + 72), 84, plain, room)
    _line(pen, card.tier.name, font, (left, EDGE + 192), 46, stitch, room)
    _line(pen, card.number, font, (left, HEIGHT - EDGE - 246), 54, plain, room - _QR - 40)
    _line(pen, card.together, font, (left, HEIGHT - EDGE - 176), 34, soft, room - _QR - 40)
    _line(pen, card.progress, font, (left, HEIGHT - EDGE - 62), 30, soft, room - _QR - 40)
    names = " · ".join(badge.name for badge in card.badges[:4])
    if names:
        _line(pen, names, font, (left, EDGE + 266), 30, soft, room)


def _line(
    pen: ImageDraw.ImageDraw,
    text: str,
    font: Lettering,
    at: tuple[int, int],
    size: int,
    color: str,
    room: int,
) -> None:
    """One line, smaller when it is long, on the same ground; signs that the font lacks are left out."""
    known, left, top, height = _known(text, font), *at, size
    while size > 22 and pen.textlength(known, font.at(size)) > room:
        size -= 2
    while known and pen.textlength(known, font.at(size)) > room:
        known = known[:-2] + "…" if len(known) > 2 else ""
    pen.text((left, top + height - size), known, font=font.at(size), fill=color)


def _known(text: str, font: Lettering) -> str:
    """Without what would be drawn as an empty box, such as emoji."""
    small = font.at(24)
    missing = bytes(small.getmask("\uffff"))
    kept = "".join(char for char in text if char.isspace() or bytes(small.getmask(char)) != missing)
    return " ".join(kept.split())


def _track(pen: ImageDraw.ImageDraw, card: CardFace, on: str, off: str) -> None:
    """The thread of progress: ten stitches at most, sewn or still holes."""
    sewn, length = card.place.track
    shown = min(10, length)
    full = math.floor(sewn / length * shown) if length else shown
    y, width, gap = HEIGHT - EDGE - 98, 52, 14
    for step in range(shown):
        x = EDGE + 24 + step * (width + gap)
        if step < full:
            pen.rounded_rectangle((x, y, x + width, y + 14), 7, fill=on)
        else:
            pen.ellipse((x, y + 3, x + 8, y + 11), fill=off)
            pen.ellipse((x + width - 8, y + 3, x + width, y + 11), fill=off)


def _code(scanned: str) -> Image.Image:
    """Black on white with a rim of four modules, as scanners need it."""
    drawn_code = io.BytesIO()
    segno.make_qr(scanned, error="m").save(drawn_code, kind="png", scale=8, border=4)
    drawn_code.seek(0)
    with Image.open(drawn_code) as code:
        return code.convert("RGB").resize((_QR, _QR), Image.Resampling.NEAREST)
