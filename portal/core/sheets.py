"""Tables for spreadsheets: CSV, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

#: signs at which a spreadsheet takes a cell for a formula; the wide ones where Chinese or Japanese is typed
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_pieces(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A table as UTF-8 that spreadsheets recognise, each row made when it is asked for.

    A cell that a spreadsheet would run as a formula gets a ' in front: names are written by strangers.
    """
    yield b"\xef\xbb\xbf" + csv_line(head)
    for row in rows:
        yield csv_line(row)


def csv_line(cells: Sequence[object]) -> bytes:
    """One row of such a table."""
    out = io.StringIO()
    csv.writer(out).writerow([_cell(cell) for cell in cells])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
