"""Real files as phones, scanners and attackers make them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import piexif
import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (30, 40, 200), (230, 210, 30)
SECRET = b"Zhaohe-secret-place"


def quarters(size: tuple[int, int]) -> Image.Image:
    """Red and green above, blue and yellow below: tells every turn and mirror image apart."""
    width, height = size
    image = Image.new("RGB", size, YELLOW)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    return image


def textured(size: tuple[int, int]) -> Image.Image:
    """Soft shapes with grain, about as heavy as a photo."""
    small = Image.merge(
        "RGB", [Image.effect_noise((size[0] // 8, size[1] // 8), sigma) for sigma in (20, 40, 60)]
    )
    return small.resize(size, Image.Resampling.BICUBIC)


def gps_exif(orientation: int = 1) -> bytes:
    """EXIF as a phone writes it: maker, moment, orientation, and where it was taken."""
    return piexif.dump(
        {
            "0th": {piexif.ImageIFD.Make: SECRET, piexif.ImageIFD.Orientation: orientation},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:11:21 10:00:00"},
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: b"N",
                piexif.GPSIFD.GPSLatitude: ((31, 1), (13, 1), (4999, 100)),
                piexif.GPSIFD.GPSLongitudeRef: b"E",
                piexif.GPSIFD.GPSLongitude: ((121, 1), (28, 1), (2500, 100)),
            },
        }
    )


def saved(image: Image.Image, path: Path, kind: str, **options: object) -> Path:
    image.save(path, kind, **options)
    return path


def as_bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(width: int, height: int, depth: int, color_type: int, rows: bytes) -> bytes:
    """A PNG from raw rows (each led by its filter byte), for what Pillow cannot write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png_bomb(width: int, height: int) -> bytes:
    """A few kilobytes that ask for ``width * height`` pixels."""
    return png(width, height, 1, 0, bytes((width + 7) // 8 + 1) * height)


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return buffer.getvalue()


def many_scans(copies: int) -> bytes:
    """A progressive JPEG that repeats its last scan: each copy costs the decoder a pass over the picture."""
    data = as_bytes(quarters((64, 64)), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * copies + data[-2:]


def lying_heic() -> bytes:
    """A HEIC whose box says 64 x 64 while its stream holds a large picture."""
    data = as_bytes(
        Image.new("RGB", (4096, 4096), RED), "HEIF", quality=20, enc_params={"preset": "ultrafast"}
    )
    position = data.find(b"ispe")
    while position != -1:
        data = data[: position + 8] + struct.pack(">II", 64, 64) + data[position + 16 :]
        position = data.find(b"ispe", position + 4)
    return data


# ------------------------------------------------------------------ Display P3

#: columns of the matrix from linear Display P3 to XYZ (D50), as the profile's three colorant tags
P3_COLORANTS = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
#: from linear Display P3 to linear sRGB
P3_TO_SRGB = ((1.22494, -0.22494, 0.0), (-0.04206, 1.04206, 0.0), (-0.01964, -0.07864, 1.09828))


def linear(level: float) -> float:
    """The curve that sRGB and Display P3 share, 0..255 to 0..1."""
    level /= 255
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def p3_in_srgb(color: tuple[int, int, int]) -> tuple[int, int, int]:
    """What a Display P3 colour is in sRGB, clipped, from the published primaries."""
    light = [linear(level) for level in color]
    mixed = (sum(m * part for m, part in zip(row, light, strict=True)) for row in P3_TO_SRGB)
    red, green, blue = (round(255 * _bent(min(1.0, max(0.0, part)))) for part in mixed)
    return red, green, blue


def _bent(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def display_p3() -> bytes:
    """A minimal ICC profile (version 2, matrix and curves) of Display P3."""
    tags = {
        b"desc": _description("Display P3"),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
    }
    curve = b"curv" + bytes(4) + struct.pack(">I", 1024)
    curve += b"".join(struct.pack(">H", round(65535 * linear(255 * step / 1023))) for step in range(1024))
    for letter, colorant in zip("rgb", P3_COLORANTS, strict=True):
        tags[f"{letter}XYZ".encode()] = _xyz(colorant)
        tags[f"{letter}TRC".encode()] = curve
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz((0.9642, 1.0, 0.8249))[8:]
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _description(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(raw)) + raw + bytes(4 + 4 + 2 + 1 + 67)
