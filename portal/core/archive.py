"""Zip files of any size in little memory: entries are read piece by piece and written as they come.

An entry is a name and the pieces of its content: ``("photos/1.webp", pieces_of(path))``. Entries are asked for one after
the other, so that whoever makes them may look at each thing at the very moment it is packed.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from portal.core import clock
from portal.core.characters import plain

Entry = tuple[str, Iterable[bytes]]

CHUNK = 64 * 1024
#: bytes of UTF-8 in one part of a path; more than this is cut, because disks refuse it
LONGEST_NAME = 180

_PRESSED_ALREADY = (".webp", ".jpg", ".jpeg", ".png", ".zip")
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('\\:*?"<>|', "-"))


def write_archive(file: BinaryIO, entries: Iterable[Entry]) -> int:
    """Write a zip file of ``entries`` into the open ``file`` and return its length in bytes.

    Holds one piece at a time. An entry may have up to 2 GiB. What ``entries`` raises is raised; the file is then torn.
    """
    written = 0
    for piece in stream_archive(entries):
        written += file.write(piece)
    return written


def stream_archive(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The same as pieces to send, each made when it is asked for."""
    out, names, stamp = _Outlet(), _Names(), clock.now().timetuple()[:6]
    with zipfile.ZipFile(out, "w") as archive:
        for name, pieces in entries:
            info = zipfile.ZipInfo(names.free(safe_name(name)), date_time=stamp)
            stored = info.filename.lower().endswith(_PRESSED_ALREADY)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w") as inside:
                for piece in pieces:
                    inside.write(piece)
                    yield from out.taken()
            yield from out.taken()
    yield from out.taken()


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file on the disk, piece by piece. Raises FileNotFoundError when the first is asked for."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def json_pieces(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Rows as one JSON list, readable by people, row by row. Times are written as ISO 8601."""
    before = "[\n"
    for row in rows:
        yield (before + json.dumps(row, ensure_ascii=False, indent=1, default=str)).encode()
        before = ",\n"
    yield b"\n]\n" if before != "[\n" else b"[]\n"


def safe_name(name: str) -> str:
    """A path inside the archive that no program unpacks anywhere else: relative, visible, of bounded length."""
    parts = [_safe_part(part) for part in plain(name).replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part) or "file"


def _safe_part(part: str) -> str:
    part = " ".join(part.translate(_NOT_IN_NAMES).split()).strip(". ")
    stem, dot, ending = part.rpartition(".")
    if not dot or len(ending) > 8:
        return _cut(part, LONGEST_NAME)
    return f"{_cut(stem, LONGEST_NAME - len(ending.encode()) - 1)}.{ending}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")


class _Names:
    """Two entries of the same name become ``a.csv`` and ``a (2).csv``, also for disks that ignore case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        folder, slash, last = name.rpartition("/")
        stem, dot, ending = last.rpartition(".") if "." in last else (last, "", "")
        free, number = name, 2
        while free.casefold() in self._taken:
            free, number = f"{folder}{slash}{stem} ({number}){dot}{ending}", number + 1
        self._taken.add(free.casefold())
        return free


class _Outlet(io.RawIOBase):
    """Where the packer writes and cannot go back: what came since the last look is taken away and sent."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._count = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count

    def write(self, piece: Any) -> int:
        data = bytes(piece)
        self._waiting.append(data)
        self._count += len(data)
        return len(data)

    def taken(self) -> Iterator[bytes]:
        waiting, self._waiting = self._waiting, []
        yield from waiting
