"""What is refused before a single pixel is decoded, and with which sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from portal.core.media import inspection
from portal.core.media.inspection import MAX_BYTES, MAX_SCANS, Inspection, Kind, count_scans, inspect
from portal.core.media.reasons import Reason, Refused
from tests.core.media import pictures
from tests.core.media.pictures import as_bytes, png_bomb, quarters

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF_SCRIPT = b"GIF89a/*" + bytes(20) + b"*/=1;alert(1);//"


def written(folder: Path, data: bytes) -> Path:
    path = folder / "photo.jpg"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", list(Kind))
def test_the_kind_is_judged_by_the_bytes(tmp_path: Path, kind: Kind) -> None:
    path = written(tmp_path, as_bytes(quarters((320, 200)), kind.value))
    assert inspect(path) == Inspection(kind, 320, 200)


HOSTILE = {
    "empty": (b"", Reason.EMPTY),
    "svg": (SVG, Reason.NOT_A_PHOTO),
    "zip": (pictures.zip_file(), Reason.NOT_A_PHOTO),
    "pdf": (b"%PDF-1.7\n" + bytes(100), Reason.NOT_A_PHOTO),
    "gif": (as_bytes(Image.new("P", (20, 20)), "GIF"), Reason.NOT_A_PHOTO),
    "gif and script": (GIF_SCRIPT, Reason.NOT_A_PHOTO),
    "bmp": (as_bytes(quarters((20, 20)), "BMP"), Reason.NOT_A_PHOTO),
    "tiff": (as_bytes(quarters((20, 20)), "TIFF"), Reason.NOT_A_PHOTO),
    "avif": (as_bytes(quarters((20, 20)), "AVIF"), Reason.NOT_A_PHOTO),
    "html": (b"<!doctype html><title>x</title>", Reason.NOT_A_PHOTO),
    "jpeg head only": (b"\xff\xd8\xff", Reason.DAMAGED),
    "png head only": (b"\x89PNG\r\n\x1a\n", Reason.DAMAGED),
    "png without size": (pictures.png(0, 5, 8, 0, b""), Reason.DAMAGED),
    "webp head only": (b"RIFF\x04\0\0\0WEBP", Reason.DAMAGED),
    "heic head only": (b"\0\0\0\x18ftypheic" + bytes(12), Reason.DAMAGED),
    "bomb": (png_bomb(30_000, 30_000), Reason.TOO_MANY_PIXELS),
    "small bomb": (png_bomb(8_000, 7_000), Reason.TOO_MANY_PIXELS),
    "thread": (png_bomb(1, 65_000), Reason.ODD_SHAPE),
    "ribbon": (png_bomb(65_000, 1), Reason.ODD_SHAPE),
    "very long": (png_bomb(31_000, 1_600), Reason.ODD_SHAPE),
    "many scans": (pictures.many_scans(200), Reason.DAMAGED),
}


@pytest.mark.filterwarnings("ignore:Image size")
@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, reason: Reason
) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(Refused) as refusal:
        inspect(written(tmp_path, data))
    assert refusal.value.reason is reason


def test_too_many_bytes_are_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path, as_bytes(quarters((20, 20)), "PNG"))
    with path.open("r+b") as file:
        file.truncate(MAX_BYTES)
    assert inspect(path).kind is Kind.PNG
    with path.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Refused) as refusal:
        inspect(path)
    assert refusal.value.reason is Reason.TOO_HEAVY


def test_what_phones_call_fifty_megapixels_is_taken(tmp_path: Path) -> None:
    assert inspect(written(tmp_path, png_bomb(8192, 6144))).width == 8192


def test_webp_has_a_limit_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, as_bytes(quarters((200, 100)), "WEBP"))
    monkeypatch.setattr(inspection, "MAX_WEBP_PIXELS", 19_999)
    with pytest.raises(Refused) as refusal:
        inspect(path)
    assert refusal.value.reason is Reason.TOO_MANY_PIXELS


def test_scans_are_counted_in_the_picture_only() -> None:
    progressive = as_bytes(quarters((64, 64)), "JPEG", progressive=True)
    assert count_scans(as_bytes(quarters((64, 64)), "JPEG")) == 1
    assert 2 < count_scans(progressive) < MAX_SCANS
    assert count_scans(progressive + b"\xff\xda" * 999) == count_scans(progressive)
    noted = as_bytes(quarters((64, 64)), "JPEG", comment=b"\xff\xda\xff\xd9" * 200)
    assert count_scans(noted) == 1
    assert count_scans(pictures.many_scans(500)) == MAX_SCANS + 1
    assert count_scans(b"\xff\xd8\xff") == 0


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_a_sentence(reason: Reason) -> None:
    assert reason.sentence.endswith(".")
