"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest

from portal.core.sheets import csv_pieces


def _read(rows: list[tuple[object, ...]]) -> list[list[str]]:
    data = b"".join(csv_pieces(["名", "b"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_rows_come_back_as_they_were() -> None:
    assert _read([("小燕, “A”\n🌸", None), (1, "")]) == [["名", "b"], ["小燕, “A”\n🌸", ""], ["1", ""]]


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\n=1", "＝1+1", "＠SUM(A1)"])
def test_no_cell_is_run_as_a_formula(cell: str) -> None:
    assert _read([(cell, "x")])[1][0] == f"'{cell}"
