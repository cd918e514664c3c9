"""The font for names that the portal draws itself: one that knows Chinese, found once at the start.

In this order: the setting PORTAL_FONT, the one that the asset build puts beside the built files, those of the system.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app
from PIL import ImageFont

from portal.core.assets import BUILD

log = logging.getLogger(__name__)

BUILT = "noto-sans-sc-700.ttf"
#: (folder, name of the file, which face of it)
SYSTEM = (
    ("/usr/share/fonts", "NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts", "NotoSansCJKsc-Bold.otf", 0),
    ("/usr/share/fonts", "NotoSansSC-Bold.otf", 0),
    ("/usr/share/fonts", "wqy-zenhei.ttc", 0),
    ("/usr/share/fonts", "wqy-microhei.ttc", 0),
    ("/System/Library/Fonts", "PingFang.ttc", 0),
    ("/System/Library/Fonts", "Hiragino Sans GB.ttc", 0),
    ("/System/Library/Fonts", "STHeiti Medium.ttc", 0),
)
#: a letter, a Chinese character and a digit: whoever draws the three differently knows them
_KNOWN = "A禾7"


@dataclass(frozen=True, slots=True)
class Lettering:
    """A font file and the face in it."""

    path: str
    face: int = 0

    def at(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The font in this size."""
        return _opened(self.path, self.face, pixels)


def install(app: Flask) -> None:
    """Look for a font. Without one the portal runs, and says in the log what is missing."""
    found = find(app.config["PORTAL"].font)
    app.extensions["lettering"] = found
    if found is None:
        log.warning(
            "no font with Chinese characters was found: cards cannot be saved as pictures. "
            "Run `make assets`, or set PORTAL_FONT to a TTF, OTF or TTC file."
        )


def lettering() -> Lettering | None:
    """The font that was found at the start."""
    found: Lettering | None = current_app.extensions["lettering"]
    return found


def find(wanted: Path | None) -> Lettering | None:
    """The first font that can be read and knows Chinese."""
    for candidate in _candidates(wanted):
        if _knows_chinese(candidate):
            return candidate
    return None


def _candidates(wanted: Path | None) -> list[Lettering]:
    found = [Lettering(str(wanted))] if wanted else []
    manifest = BUILD / "manifest.json"
    if manifest.exists():
        name = json.loads(manifest.read_text(encoding="utf-8")).get(BUILT)
        found += [Lettering(str(BUILD / name))] if name else []
    for folder, name, face in SYSTEM:
        found += [Lettering(str(path), face) for path in sorted(Path(folder).rglob(name))]
    return found


def _knows_chinese(candidate: Lettering) -> bool:
    """Characters that a font lacks are all drawn as the same box."""
    try:
        font = candidate.at(24)
        missing = bytes(font.getmask("\uffff"))
        return all(bytes(font.getmask(char)) != missing for char in _KNOWN)
    except OSError:
        log.warning("the font %s cannot be read", candidate.path)
        return False


@lru_cache(maxsize=16)
def _opened(path: str, face: int, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels, index=face)
