"""A browser whose camera sees a QR code."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import find_or_install
from tests.browser.visits import ARGUMENTS

SIZE, PER_SECOND = (320, 240), 5
#: the code is held up, then away long enough to be a second scan
SHOWN_SECONDS, AWAY_SECONDS = 3, 6


def qr(text: str) -> Image.Image:
    content = io.BytesIO()
    segno.make_qr(text).save(content, kind="png", scale=4, border=4)
    return Image.open(content).convert("L")


def film(text: str, path: Path) -> Path:
    """What a camera sees: the code for a while, then nothing, again and again."""
    held, blank = Image.new("L", SIZE, 255), Image.new("L", SIZE, 200)
    code = qr(text)
    code.thumbnail(SIZE)
    held.paste(code, ((SIZE[0] - code.width) // 2, (SIZE[1] - code.height) // 2))
    grey = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    frames = [held] * SHOWN_SECONDS * PER_SECOND + [blank] * AWAY_SECONDS * PER_SECOND
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{PER_SECOND}:1 Ip A1:1 C420\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + frame.tobytes() + grey)
    return path


@contextlib.contextmanager
def with_camera(opened: Browser, text: str, folder: Path) -> Iterator[Browser]:
    """A browser whose camera sees this code."""
    seen = film(text, folder / "seen.y4m")
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = opened.browser_type.launch(
        executable_path=find_or_install(),
        args=[*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={seen}"],
    )
    try:
        yield browser
    finally:
        browser.close()
