"""Rendering: upright, in sRGB, opaque, three widths, and not one byte of metadata."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from portal.core.media import images
from portal.core.media.images import WIDTHS, fitting, render
from portal.core.media.reasons import Reason, Refused
from tests.core.media import pictures
from tests.core.media.pictures import BLUE, GREEN, RED, SECRET, YELLOW, display_p3, gps_exif, quarters, saved

WHITE = (255, 255, 255)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def chunks(data: bytes) -> set[bytes]:
    """The names of all chunks of a WebP file."""
    assert data[:4] + data[8:12] == b"RIFFWEBP"
    assert struct.unpack("<I", data[4:8])[0] + 8 == len(data)
    names, position = set(), 12
    while position < len(data):
        names.add(data[position : position + 4])
        size = struct.unpack("<I", data[position + 4 : position + 8])[0]
        position += 8 + size + size % 2
    return names


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    points = ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))
    return [image.convert("RGB").getpixel((int(width * x), int(height * y))) for x, y in points]


def near(found: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 8) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def middle(path: Path) -> tuple[int, ...]:
    image = opened(render(path).widths[400]).convert("RGB")
    return image.getpixel((image.width // 2, image.height // 2))


# ------------------------------------------------------------------ a phone's photo


def test_a_phone_photo_becomes_three_upright_pictures_without_metadata(tmp_path: Path) -> None:
    path = saved(
        quarters((4000, 3000)), tmp_path / "photo", "JPEG", exif=gps_exif(6), comment=SECRET, xmp=SECRET
    )
    rendered = render(path)
    assert (rendered.width, rendered.height) == (1600, 2133)
    assert {width: opened(data).size for width, data in rendered.widths.items()} == {
        400: (400, 533),
        800: (800, 1066),
        1600: (1600, 2133),
    }
    for data in rendered.widths.values():
        assert chunks(data) <= {b"VP8 ", b"VP8L"}
        assert SECRET not in data
        assert all(map(near, corners(opened(data)), [BLUE, RED, YELLOW, GREEN]))


def test_a_heic_is_upright_and_without_metadata(tmp_path: Path) -> None:
    path = saved(quarters((1200, 900)), tmp_path / "photo", "HEIF", exif=gps_exif(6), xmp=SECRET, quality=90)
    assert SECRET in path.read_bytes()
    rendered = render(path)
    assert (rendered.width, rendered.height) == (900, 1200)
    assert all(map(near, corners(opened(rendered.widths[800])), [BLUE, RED, YELLOW, GREEN]))
    assert all(chunks(data) <= {b"VP8 ", b"VP8L"} for data in rendered.widths.values())


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [RED, GREEN, BLUE, YELLOW]),
        (2, [GREEN, RED, YELLOW, BLUE]),
        (3, [YELLOW, BLUE, GREEN, RED]),
        (4, [BLUE, YELLOW, RED, GREEN]),
        (5, [RED, BLUE, GREEN, YELLOW]),
        (6, [BLUE, RED, YELLOW, GREEN]),
        (7, [YELLOW, GREEN, BLUE, RED]),
        (8, [GREEN, YELLOW, RED, BLUE]),
        (77, [RED, GREEN, BLUE, YELLOW]),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_way_to_hold_a_camera(
    tmp_path: Path, kind: str, orientation: int, expected: list[object]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    rendered = render(saved(quarters((600, 420)), tmp_path / "photo", kind, exif=exif.tobytes(), quality=90))
    assert (rendered.width, rendered.height) == ((420, 600) if orientation in (5, 6, 7, 8) else (600, 420))
    assert all(map(near, corners(opened(rendered.widths[400])), expected))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_counts_as_upright(tmp_path: Path) -> None:
    path = saved(quarters((600, 420)), tmp_path / "photo", "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert render(path).width == 600


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_no_metadata_of_other_kinds_survives(tmp_path: Path, kind: str) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    extra = {"pnginfo": notes} if kind == "PNG" else {"xmp": SECRET}
    path = saved(
        quarters((900, 700)), tmp_path / "photo", kind, exif=gps_exif(), icc_profile=display_p3(), **extra
    )
    assert SECRET in path.read_bytes()
    for data in render(path).widths.values():
        assert chunks(data) <= {b"VP8 ", b"VP8L"}
        assert SECRET not in data


# ------------------------------------------------------------------ sizes


def test_a_small_photo_is_never_enlarged_and_answers_at_every_width(tmp_path: Path) -> None:
    rendered = render(saved(quarters((500, 300)), tmp_path / "photo", "PNG"))
    assert {width: opened(data).size for width, data in rendered.widths.items()} == {
        400: (400, 240),
        800: (500, 300),
        1600: (500, 300),
    }
    assert set(rendered.widths) == set(WIDTHS)


def test_a_long_screenshot_is_at_most_three_times_as_tall_as_wide(tmp_path: Path) -> None:
    rendered = render(saved(quarters((1000, 9000)), tmp_path / "photo", "PNG"))
    assert (rendered.width, rendered.height) == (533, 4800)
    assert opened(rendered.widths[400]).size == (133, 1200)


@pytest.mark.parametrize("size", [(1, 1), (1, 20), (20, 1), (3, 2)])
def test_tiny_photos(tmp_path: Path, size: tuple[int, int]) -> None:
    rendered = render(saved(Image.new("RGB", size, RED), tmp_path / "photo", "PNG"))
    assert opened(rendered.widths[1600]).size == (rendered.width, rendered.height)


@pytest.mark.parametrize("size", [(7001, 4999), (6399, 4801), (3207, 3001)])
def test_reduction_in_strips_loses_no_edge(tmp_path: Path, size: tuple[int, int]) -> None:
    image = quarters(size).convert("RGBA")
    path = saved(image, tmp_path / "photo", "PNG", compress_level=1)
    rendered = render(path)
    assert (rendered.width, rendered.height) == fitting(size, 1600)
    picture = opened(rendered.widths[1600])
    assert near(picture.getpixel((1599, rendered.height - 1)), YELLOW)
    assert near(picture.getpixel((0, rendered.height - 1)), BLUE)


def test_only_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    later = [Image.new("RGB", (300, 200), BLUE)]
    for kind in ("WEBP", "PNG"):
        first = Image.new("RGB", (300, 200), RED)
        path = saved(first, tmp_path / kind, kind, save_all=True, append_images=later, duration=100)
        assert near(middle(path), RED)


# ------------------------------------------------------------------ colours


def test_display_p3_becomes_srgb_before_its_profile_goes(tmp_path: Path) -> None:
    profile = display_p3()
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        for color in ((255, 0, 0), (200, 100, 50), (60, 160, 90)):
            image = Image.new("RGB", (480, 480), color)
            path = saved(image, tmp_path / "photo", kind, icc_profile=profile, quality=95)
            assert near(middle(path), pictures.p3_in_srgb(color), 6), (kind, color)
    assert not near(pictures.p3_in_srgb((60, 160, 90)), (60, 160, 90), 12)


def test_a_profile_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    for profile in (b"rubbish" * 40, display_p3()[:200]):
        path = saved(
            Image.new("RGB", (480, 480), GREEN), tmp_path / "photo", "JPEG", icc_profile=profile, quality=95
        )
        assert near(middle(path), GREEN)


def test_a_profile_for_another_kind_of_picture_counts_as_none(tmp_path: Path) -> None:
    cmyk = Image.new("CMYK", (480, 480), (0, 255, 255, 0))
    assert near(
        middle(saved(cmyk, tmp_path / "photo", "JPEG", icc_profile=display_p3(), quality=95)), (255, 0, 0), 12
    )
    grey = Image.new("L", (480, 480), 128)
    assert near(
        middle(saved(grey, tmp_path / "photo", "JPEG", icc_profile=display_p3(), quality=95)), (128,) * 3
    )


def test_cmyk_grey_and_black_and_white(tmp_path: Path) -> None:
    cmyk = Image.new("CMYK", (480, 480), (0, 255, 255, 0))
    assert near(middle(saved(cmyk, tmp_path / "cmyk", "JPEG", quality=95)), (255, 0, 0), 12)
    assert near(middle(saved(Image.new("L", (480, 480), 90), tmp_path / "grey", "JPEG")), (90, 90, 90))
    assert near(middle(saved(Image.new("1", (480, 480), 1), tmp_path / "bw", "PNG")), WHITE)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    palette = Image.new("P", (480, 480), 0)
    palette.putpalette([*RED, *BLUE])
    assert near(middle(saved(palette, tmp_path / "solid", "PNG")), RED)
    assert near(middle(saved(palette, tmp_path / "clear", "PNG", transparency=0)), WHITE)
    half = Image.new("RGBA", (480, 480), (255, 0, 0, 128))
    assert near(middle(saved(half, tmp_path / "half", "PNG")), (255, 127, 127))
    assert near(middle(saved(half, tmp_path / "webp", "WEBP", lossless=True)), (255, 127, 127))
    assert near(middle(saved(half, tmp_path / "heic", "HEIF", quality=95)), (255, 127, 127), 12)
    assert near(middle(saved(Image.new("LA", (480, 480), (0, 0)), tmp_path / "la", "PNG")), WHITE)
    keyed = saved(Image.new("RGB", (480, 480), RED), tmp_path / "keyed", "PNG", transparency=RED)
    assert near(middle(keyed), WHITE)


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    grey = tmp_path / "grey"
    grey.write_bytes(pictures.png(480, 480, 16, 0, (b"\0" + b"\x80\x00" * 480) * 480))
    assert near(middle(grey), (128, 128, 128))
    color = tmp_path / "color"
    color.write_bytes(pictures.png(480, 480, 16, 2, (b"\0" + b"\xc8\x00\x1e\x00\x1e\x00" * 480) * 480))
    assert near(middle(color), RED)


def test_ten_bit_heic(tmp_path: Path) -> None:
    import pillow_heif

    level = struct.pack("<3H", 200 << 8, 30 << 8, 30 << 8)
    heif = pillow_heif.from_bytes("RGB;16", (480, 480), level * 480 * 480)
    heif.save(tmp_path / "photo", quality=95)
    assert near(middle(tmp_path / "photo"), RED)


def test_the_main_colour(tmp_path: Path) -> None:
    image = Image.new("RGB", (800, 600), BLUE)
    image.paste(RED, (0, 0, 200, 600))
    color = render(saved(image, tmp_path / "photo", "PNG")).color
    assert near(bytes.fromhex(color.removeprefix("#")), BLUE, 10)


# ------------------------------------------------------------------ damage and disguise


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
def test_a_file_cut_off_in_the_middle_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    data = pictures.as_bytes(pictures.textured((800, 600)), kind, quality=80)
    path = tmp_path / "photo"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(Refused) as refusal:
        render(path)
    assert refusal.value.reason is Reason.DAMAGED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_trails_a_photo_is_dropped(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "photo"
    tail = b"<html><script>alert(1)</script>" + pictures.zip_file() + b"\xff\xda" * 500
    path.write_bytes(pictures.as_bytes(quarters((600, 420)), kind) + tail)
    for data in render(path).widths.values():
        assert b"script" not in data
        assert b"PK\x03\x04" not in data
        assert chunks(data) <= {b"VP8 ", b"VP8L"}


def test_a_heic_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(pictures.lying_heic())
    with pytest.raises(Refused) as refusal:
        render(path)
    assert refusal.value.reason is Reason.DAMAGED


def test_a_lack_of_memory_is_not_the_photos_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(images, "_decode", no_memory)
    with pytest.raises(MemoryError):
        render(saved(quarters((60, 40)), tmp_path / "photo", "PNG"))
