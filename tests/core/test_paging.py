"""Keyset pages: nothing twice, nothing left out, whatever the cursor looks like."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db, transaction
from portal.core.paging import Page, _decode, _encode, keyset_page
from portal.core.search import SearchEntry

DAY = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = (SearchEntry.sort_at, SearchEntry.object_id)


@pytest.fixture
def rows(app: Flask) -> list[str]:
    """Seven entries, several at the same moment; their ids newest first."""
    with transaction():
        for number in range(7):
            moment = DAY + timedelta(days=number // 3)
            db.session.add(SearchEntry(kind="note", object_id=f"n{number}", sort_at=moment, tokens=""))
    return [f"n{number}" for number in reversed(range(7))]


def page(cursor: str | None = None, **how: Any) -> Page[Any]:
    return keyset_page(sa.select(SearchEntry), KEYS, cursor=cursor, **how)


def walk(limit: int, **how: Any) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        found = page(cursor, limit=limit, **how)
        pages.append([row.object_id for row in found.items])
        cursor = found.next_cursor
        if cursor is None:
            return pages


def joined(pages: list[list[str]]) -> list[str]:
    return [name for page in pages for name in page]


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_every_row_once_in_order(rows: list[str], limit: int) -> None:
    pages = walk(limit)
    assert joined(pages) == rows
    assert all(len(each) == limit for each in pages[:-1])


def test_ascending(rows: list[str]) -> None:
    assert joined(walk(3, ascending=True)) == rows[::-1]


def test_a_full_last_page_offers_no_next(rows: list[str]) -> None:
    assert page(limit=7).next_cursor is None
    assert page(limit=6).next_cursor is not None


def test_a_row_that_came_meanwhile_moves_nothing(rows: list[str]) -> None:
    first = page(limit=3)
    with transaction():
        db.session.add(SearchEntry(kind="note", object_id="new", sort_at=DAY + timedelta(days=9), tokens=""))
    assert [row.object_id for row in page(first.next_cursor, limit=3).items] == rows[3:6]


def test_rows_keep_their_columns(rows: list[str]) -> None:
    statement = sa.select(SearchEntry.object_id, SearchEntry.sort_at)
    found = keyset_page(statement, KEYS, cursor=None, limit=2, scalars=False)
    assert [(row.object_id, row.sort_at) for row in found.items] == [
        ("n6", DAY + timedelta(days=2)),
        ("n5", DAY + timedelta(days=1)),
    ]


def test_a_computed_key(rows: list[str]) -> None:
    place = sa.case({"n1": -1, "n2": 0}, value=SearchEntry.object_id, else_=-2).label("place")
    statement = sa.select(SearchEntry.object_id, SearchEntry.sort_at).add_columns(place)
    first = keyset_page(statement, (place, *KEYS), cursor=None, limit=3, scalars=False)
    second = keyset_page(statement, (place, *KEYS), cursor=first.next_cursor, limit=9, scalars=False)
    assert [row.object_id for row in (*first.items, *second.items)] == [
        "n2",
        "n1",
        "n6",
        "n5",
        "n4",
        "n3",
        "n0",
    ]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "包包",
        "=" * 9,
        "A" * 5000,
        packed([]),
        packed(5),
        packed({"a": 1, "b": 2}),
        packed(["2026-06-01T00:00:00+00:00"]),
        packed(["2026-06-01T00:00:00", "n3"]),
        packed(["0001-01-01T00:00:00+14:00", "n3"]),
        packed(["2026-06-01T00:00:00+00:00", 3]),
        packed(["2026-06-01T00:00:00+00:00", None]),
        packed(["2026-06-01T00:00:00+00:00", "\x00"]),
        packed(["2026-06-01T00:00:00+00:00", "\ud800"]),
        base64.urlsafe_b64encode(b"[" * 280).decode(),
    ],
)
def test_a_bent_cursor_is_the_first_page(rows: list[str], cursor: str) -> None:
    assert [row.object_id for row in page(cursor, limit=3).items] == rows[:3]


def test_cursors_carry_moments_days_numbers_and_words() -> None:
    columns = [
        sa.Column("moment", sa.DateTime),
        sa.Column("day", sa.Date),
        sa.Column("number", sa.Integer),
        sa.Column("word", sa.String),
    ]
    values = [DAY, date(2026, 6, 1), -4, "包"]
    assert _decode(_encode(values), columns) == values  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 10**30, 1.5, True, "1"])
def test_numbers_that_no_column_holds(number: object) -> None:
    assert _decode(packed([number]), [sa.Column("number", sa.Integer)]) is None  # type: ignore[list-item]
