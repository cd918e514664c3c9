"""Reads a CSV file of people: whatever the encoding, never more than one row in memory, and never a guess."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from portal.orders.importing.wrong import Wrong, wrong

#: a cell that is longer never ended: a quotation mark is missing
LONGEST_CELL = 16 * 1024
_CHUNK = 1024 * 1024


class Unreadable(Exception):
    """The file as a whole cannot be used; ``trouble`` says why."""

    def __init__(self, trouble: Wrong) -> None:
        super().__init__(trouble[0])
        self.trouble = trouble


class Read(NamedTuple):
    """The cells of one row by column, and the line of the file on which it begins; ``found`` is how many cells."""

    line: int
    cells: dict[str, str]
    found: int


class Table(NamedTuple):
    """A file that was opened: its columns and its rows, one by one."""

    columns: tuple[str, ...]
    rows: Iterator[Read]


def open_table(path: Path, needed: tuple[str, ...]) -> Table:
    """Raises :class:`Unreadable`, now or while rows are taken. The file is closed when the last one was."""
    encoding = _encoding(path)
    file = path.open(encoding=encoding, newline="")
    records = _records(file)
    try:
        _line, head = next(records)
    except StopIteration:
        raise Unreadable(wrong("empty")) from None
    columns = tuple(name.strip().lower() for name in head)
    missing = [name for name in needed if name not in columns]
    doubled = [name for name in needed if columns.count(name) > 1]
    if missing:
        raise Unreadable(wrong("columns", names=", ".join(missing)))
    if doubled:
        raise Unreadable(wrong("doubled", names=", ".join(doubled)))
    return Table(columns, _rows(records, columns))


def _rows(records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Read]:
    for line, record in records:
        if any(cell.strip() for cell in record):  # spreadsheets leave empty rows at the end
            yield Read(line, dict(zip(columns, record, strict=False)), len(record))


def _records(file: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    before = csv.field_size_limit(LONGEST_CELL)
    with file:
        reader = csv.reader(file, strict=True)
        while True:
            line = reader.line_num + 1
            # the limit is one for the whole process: it is set for each row, and put back
            csv.field_size_limit(LONGEST_CELL)
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(wrong("nul" if "NUL" in str(error) else "csv", line=line)) from None
            finally:
                csv.field_size_limit(before)
            yield line, record


def _encoding(path: Path) -> str:
    """UTF-8 (with or without its mark) or what Chinese spreadsheets write; the whole file must fit it."""
    stopped = _fits(path, "utf-8-sig")
    if stopped is None:
        return "utf-8-sig"
    if _fits(path, "gb18030") is None:
        return "gb18030"
    raise Unreadable(wrong("encoding", line=stopped))


def _fits(path: Path, encoding: str) -> int | None:
    """The line on which the file stops being of this encoding; None when all of it is. Raises on NUL."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            if b"\0" in chunk:
                raise Unreadable(wrong("nul", line=line + chunk[: chunk.index(b"\0")].count(b"\n")))
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + chunk[: error.start].count(b"\n")
            if not chunk:
                return None
            line += chunk.count(b"\n")
