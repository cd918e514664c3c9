"""Zip files that are made piece by piece."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.core.archive import json_pieces, pieces_of, safe_name, stream_archive, write_archive


def _opened(*entries: tuple[str, list[bytes]]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(stream_archive(entries))))


def test_what_was_packed_is_unpacked() -> None:
    archive = _opened(("photos/1.webp", [b"ab", b"cd"]), ("故事.json", [b"{}" * 1000]), ("empty.csv", []))
    assert archive.testzip() is None
    assert archive.read("photos/1.webp") == b"abcd"
    assert archive.read("故事.json") == b"{}" * 1000
    assert archive.read("empty.csv") == b""
    assert archive.getinfo("photos/1.webp").compress_type == zipfile.ZIP_STORED
    assert archive.getinfo("故事.json").compress_size < 100


def test_writing_into_a_file_tells_its_length(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    (tmp_path / "photo").write_bytes(b"x" * 200_000)
    with path.open("wb") as file:
        length = write_archive(file, [("photo.webp", pieces_of(tmp_path / "photo"))])
    assert length == path.stat().st_size
    assert zipfile.ZipFile(path).read("photo.webp") == b"x" * 200_000


def test_an_empty_archive_is_one() -> None:
    assert _opened().namelist() == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/root/.ssh/key", "root/ssh/key"),
        ("C:\\Windows\\x.ini", "C-/Windows/x.ini"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("小 燕/🌸.webp", "小 燕/🌸.webp"),
    ],
)
def test_no_name_leads_out_of_the_archive(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_are_cut_and_keep_their_ending() -> None:
    name = safe_name("燕" * 300 + ".webp")
    assert len(name.encode()) <= 180 and name.endswith("燕.webp")


def test_the_same_name_twice_is_two_files() -> None:
    assert _opened(("a.csv", [b"1"]), ("A.csv", [b"2"]), ("a.csv", [b"3"])).namelist() == [
        "a.csv",
        "A (2).csv",
        "a (3).csv",
    ]


@pytest.mark.parametrize("rows", [[], [{"名": "小燕"}], [{"a": 1}, {"a": None}]])
def test_rows_become_one_list(rows: list[dict[str, object]]) -> None:
    assert json.loads(b"".join(json_pieces(iter(rows)))) == rows


def test_entries_are_asked_for_one_after_the_other_and_memory_stays_small() -> None:
    def entries() -> Iterator[tuple[str, list[bytes]]]:
        for number in range(60):
            yield f"{number}.webp", [bytes([number]) * 65_536] * 16

    tracemalloc.start()
    length = sum(len(piece) for piece in stream_archive(entries()))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length > 60 * 2**20
    assert peak < 4 * 2**20, peak
