"""Photos as they lie on a phone, and what must be true of everything that is served for them."""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from tests.core.media import pictures
from tests.core.media.pictures import BLUE, GREEN, RED, YELLOW

TWELVE_MEGAPIXELS = (4032, 3024)
CORNERS = (RED, GREEN, BLUE, YELLOW)


@dataclass(frozen=True)
class Roll:
    """``upright``: held upright, 12 MP, turned by EXIF (orientation 6), with place. ``heic``: the same as HEIC."""

    upright: Path
    heic: Path
    nine: list[Path]


def take_photos(folder: Path) -> Roll:
    image = grainy(TWELVE_MEGAPIXELS)
    exif = pictures.gps_exif(orientation=6)
    upright = pictures.saved(
        image, folder / "IMG_0427.JPG", "JPEG", quality=92, exif=exif, icc_profile=pictures.display_p3()
    )
    heic = pictures.saved(
        image,
        folder / "IMG_0428.HEIC",
        "HEIF",
        quality=60,
        exif=pictures.gps_exif(),
        enc_params={"preset": "ultrafast"},
    )
    small = [grainy((1600 + 80 * number, 1200)) for number in range(9)]
    nine = [
        pictures.saved(one, folder / f"IMG_05{number:02}.jpg", "JPEG", quality=85, exif=exif)
        for number, one in enumerate(small)
    ]
    return Roll(upright, heic, nine)


def grainy(size: tuple[int, int]) -> Image.Image:
    """Four quarters of different colours under soft grain: tells every turn apart and weighs what a photo weighs."""
    grain = Image.effect_noise((size[0] // 4, size[1] // 4), 24).resize(size)
    return ImageChops.overlay(pictures.quarters(size), grain.convert("RGB"))


def check_clean(data: bytes) -> bool:
    """A served picture: WebP without any metadata, no trace of maker or place, its quarters where they belong.

    Returns whether it stands upright: what was turned by EXIF does, what was taken lying down does not.
    """
    chunks = webp_chunks(data)
    assert not chunks & {b"EXIF", b"XMP ", b"ICCP"}, chunks
    for trace in (pictures.SECRET, b"Exif", b"GPS", b"http://ns.adobe.com"):
        assert trace not in data
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    assert not image.getexif()
    upright = image.height > image.width
    found = [nearest(mean(image, quarter)) for quarter in range(4)]
    assert found == ([BLUE, RED, YELLOW, GREEN] if upright else [*CORNERS])
    return upright


def nearest(colour: list[float]) -> tuple[int, int, int]:
    """Which of the four it is: grain, re-encoding and scaling move a colour a little."""
    return min(CORNERS, key=lambda known: math.dist(known, colour))


def mean(image: Image.Image, quarter: int) -> list[float]:
    """The colour in the middle of a quarter (reading order)."""
    width, height = image.size
    left, top = (quarter % 2) * width // 2, (quarter // 2) * height // 2
    inner = (left + width // 8, top + height // 8, left + width * 3 // 8, top + height * 3 // 8)
    return ImageStat.Stat(image.convert("RGB").crop(inner)).mean


def webp_chunks(data: bytes) -> set[bytes]:
    """The names of the chunks of a WebP file, read as the container says."""
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WEBP"
    names, at = set(), 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        names.add(name)
        at += 8 + size + size % 2
    return names
