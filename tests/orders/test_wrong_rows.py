"""Files of orders: what is refused, and the line that says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core.db import db
from portal.orders.importing import generic
from portal.orders.importing.wrong import said
from portal.orders.models import (
    ImportState,
    Order,
    OrderImportRow,
)
from tests.orders import files
from tests.orders.files import bring_in, check, everything, put, row, what_is_wrong

pytestmark = pytest.mark.usefixtures("app")


def order(number: str) -> Order:
    return db.session.scalars(sa.select(Order).where(Order.order_no == number)).one()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"order_no": ""}, "missing"),
        ({"line_no": ""}, "missing"),
        ({"ordered_at": "yesterday"}, "time"),
        ({"ordered_at": "0001-01-01"}, "time"),
        ({"ordered_at": "2026-02-30"}, "time"),
        ({"ordered_at": "2062-03-01"}, "future"),
        ({"delivered_at": "9999-12-31"}, "future"),
        ({"kind": "gift"}, "choice"),
        ({"status": ""}, "missing"),
        ({"currency": "XYZ"}, "currency"),
        ({"unit_price": "-5"}, "negative"),
        ({"discount": "-0.01"}, "negative"),
        ({"unit_price": "1,299.00"}, "amount"),
        ({"unit_price": "¥100"}, "amount"),
        ({"unit_price": "1e3"}, "amount"),
        ({"unit_price": "NaN"}, "amount"),
        ({"unit_price": "١٢"}, "amount"),
        ({"unit_price": "10.005"}, "places"),
        ({"unit_price": "99999999999"}, "large"),
        ({"unit_price": "9" * 40}, "amount"),
        ({"currency": "JPY", "unit_price": "10.5"}, "places"),
        ({"qty": "1.5"}, "quantity"),
        ({"qty": "-1"}, "negative"),
        ({"discount": "100.01"}, "discount"),
        ({"email": "nobody"}, "email"),
        ({"phone": "abc"}, "phone"),
        ({"name": "=cmd|' /C calc'!A0"}, "formula"),
        ({"order_no": "=1+1"}, "formula"),
        ({"product": "x" * 256}, "long"),
        ({"order_no": "2.61235E+18"}, "shortened"),
        ({"refund_id": "1E+20", "refund_amount": "5", "refunded_at": "2026-04-01"}, "shortened"),
        ({"refund_id": "R1"}, "refund"),
        ({"refund_amount": "5", "refunded_at": "2026-04-01"}, "refund"),
        ({"refund_id": "R1", "refund_amount": "-5", "refunded_at": "2026-04-01"}, "negative"),
        ({"refund_id": "R1", "refund_amount": "100.01", "refunded_at": "2026-04-01"}, "too_much_back"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_come_in(
    tmp_path: Path, facts: dict[str, str], code: str
) -> None:
    held = bring_in(put(tmp_path, [row("OK1"), row(**({"order_no": "W1"} | facts)), row("OK2")]))
    assert what_is_wrong(held) == {3: [code]}
    assert [found[0] for found in everything()[0]] == ["OK1", "OK2"]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"line_no": 2, "phone": "13900000002"}, "other_header"),
        ({"line_no": 2, "ordered_at": "2026-03-02"}, "other_header"),
        ({"line_no": 2, "status": "pending"}, "other_header"),
        ({"line_no": 2, "currency": "USD"}, "other_header"),
        ({"line_no": 1, "unit_price": "90"}, "other_line"),
        ({"refund_id": "R", "refund_amount": "6", "refunded_at": "2026-04-01"}, "other_refund"),
    ],
)
def test_rows_that_contradict_each_other_leave_the_whole_order_out(
    tmp_path: Path, second: dict[str, Any], code: str
) -> None:
    first = {"phone": "13800000001"}
    if code == "other_refund":
        first |= {"refund_id": "R", "refund_amount": "5", "refunded_at": "2026-04-01"}
    held = bring_in(put(tmp_path, [row("H1", **first), row("OK"), row("H1", **second)]))
    assert what_is_wrong(held) == {4: [code]}
    assert (held.new, held.refused) == (1, 1)
    assert [found[0] for found in everything()[0]] == ["OK"]


def test_the_currency_of_an_order_never_changes(tmp_path: Path) -> None:
    bring_in(put(tmp_path, [row("Y1")]))
    held = bring_in(put(tmp_path, [row("Y1", currency="USD")]))
    assert what_is_wrong(held) == {2: ["currency_changed"]}
    assert order("Y1").currency == "CNY"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (",".join(generic.COLUMNS).encode(), "no_rows"),
        (b"order_no,line_no\nA,1\n", "columns"),
        (",".join((*generic.COLUMNS, "qty")).encode() + b"\nA\n", "doubled"),
        (files.as_csv([row("A")]).encode().replace(b"BAG", b"B\0G"), "nul"),
        (files.as_csv([row("A")]).encode("utf-16"), "nul"),
        (files.as_csv([row("A")]).encode() + b'"never ends', "csv"),
        (files.as_csv([row("A")]).encode() + b'"' + b"x" * 200_000, "csv"),
        (files.as_csv([row("A")]).encode() + b"\xff\xff\xff", "encoding"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "encoding"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    held = check(path)
    assert (held.state, (held.trouble or [""])[0]) == (ImportState.FAILED, code)
    assert said(held.trouble or [])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrderImportRow)) == 0


def test_short_and_long_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(files.as_csv([row("A")]) + "B,1,2026-01-01\n\n,,\n" + "C," * 40 + "\n", encoding="utf-8")
    held = check(path)
    assert {line: codes[0] for line, codes in what_is_wrong(held).items()} == {3: "cells", 6: "cells"}


def test_a_cell_over_several_lines_keeps_the_count(tmp_path: Path) -> None:
    held = check(put(tmp_path, [row("A", product="one\ntwo"), row("B", kind="gift")]))
    assert list(what_is_wrong(held)) == [4]
