"""What an uploaded file is, judged from its bytes alone, before a single pixel is decoded.

Names and content types sent by a browser are never looked at. AVIF is not taken although Pillow could read it: no
camera or phone hands it out on upload, and each further decoder is one more that strangers can feed.
"""

from __future__ import annotations

import logging
import mmap
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

import pillow_heif
from PIL import Image, ImageFile

from portal.core.media.reasons import MEGABYTE, Reason, Refused

log = logging.getLogger(__name__)

MAX_BYTES = 20 * MEGABYTE
#: "50 MP" as phones count: their largest sensor mode is 8192 x 6144 = 50.3 million
MAX_PIXELS = 50_500_000
#: libwebp hands out four copies of the picture (16 bytes for each pixel): more would not fit beside the worker
MAX_WEBP_PIXELS = 25_000_000
MAX_SIDE = 30_000
MAX_RATIO = 20
#: a progressive JPEG normally has about ten scans; each costs a pass over the whole picture
MAX_SCANS = 50

#: a header may take the whole file into memory: never for all threads of a web process at once
_one_at_a_time = Lock()

# Our own checks come first; these two hold wherever else in this process a picture is opened.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
ImageFile.LOAD_TRUNCATED_IMAGES = False
# The embedded preview, depth map and gain map are never needed and may show another picture than the photo itself.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


class Kind(StrEnum):
    """The kinds we take; the value is the name of Pillow's reader, and no other reader is ever tried."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class Inspection:
    """``width`` and ``height`` in pixels as stored, before the camera's orientation is applied."""

    kind: Kind
    width: int
    height: int


def inspect(path: Path) -> Inspection:
    """Judge the file at ``path`` by its header. Decodes nothing. Raises :class:`Refused` with the reason."""
    size = path.stat().st_size
    if size == 0:
        raise Refused(Reason.EMPTY)
    if size > MAX_BYTES:
        raise Refused(Reason.TOO_HEAVY)
    with path.open("rb") as file:
        kind = kind_of(file.read(64))
    if kind is None:
        raise Refused(Reason.NOT_A_PHOTO)
    with _one_at_a_time:
        with opened(path, kind) as image:
            found = Inspection(kind, image.width, image.height)
        _check_dimensions(found)
        if kind is Kind.JPEG and _scans_of(path) > MAX_SCANS:
            raise Refused(Reason.DAMAGED)
    return found


def kind_of(head: bytes) -> Kind | None:
    """The kind that the first 64 bytes announce; None for everything we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS and b"avif" not in head:
        return Kind.HEIF
    return None


@contextmanager
def opened(path: Path, kind: Kind) -> Iterator[ImageFile.ImageFile]:
    """The file opened by the one reader of its kind, header read, pixels not. Refuses what the reader refuses."""
    try:
        image = Image.open(path, formats=(kind.value,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Reason.TOO_MANY_PIXELS) from None
    except Exception:
        # Hostile bytes make the readers raise nearly anything; whatever it is, this is no photo.
        log.info("a photo could not be opened", exc_info=True)
        raise Refused(Reason.DAMAGED) from None
    with image:
        yield image


def _check_dimensions(found: Inspection) -> None:
    short, long = sorted((found.width, found.height))
    if short < 1:
        raise Refused(Reason.DAMAGED)
    if long > MAX_SIDE or long > short * MAX_RATIO:
        raise Refused(Reason.ODD_SHAPE)
    limit = MAX_WEBP_PIXELS if found.kind is Kind.WEBP else MAX_PIXELS
    if short * long > limit:
        raise Refused(Reason.TOO_MANY_PIXELS)


_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd9-\xfe])")


def _scans_of(path: Path) -> int:
    """Mapped, not read: what each of many threads once had in memory, the C library keeps for it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return count_scans(data)


def count_scans(data: bytes | mmap.mmap) -> int:
    """How many passes a JPEG asks for, up to one more than we allow.

    Walks from marker to marker until the end of the picture, so that previews inside and films behind do not count.
    """
    scans, position = 0, 2
    while scans <= MAX_SCANS and (match := _MARKER.search(data, position)):
        marker = match[1][0]
        if marker == 0xD9:
            break
        scans += marker == 0xDA
        position = match.end() + max(2, int.from_bytes(data[match.end() : match.end() + 2], "big"))
    return scans
