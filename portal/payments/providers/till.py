"""The sandbox's own books: a small file beside the portal's data, as far away from our rows as a real provider is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

TABLES = """
CREATE TABLE IF NOT EXISTS charge (
    id TEXT PRIMARY KEY, asked INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL,
    paid INTEGER NOT NULL DEFAULT 0, paid_in TEXT NOT NULL DEFAULT '', at TEXT);
CREATE TABLE IF NOT EXISTS repayment (
    id TEXT PRIMARY KEY, charge_id TEXT NOT NULL, amount INTEGER NOT NULL, at TEXT NOT NULL);
"""


class Charge(NamedTuple):
    """``state``: waiting, paid, failed or closed. ``paid`` minor units of ``paid_in`` came ``at``."""

    id: str
    asked: int
    currency: str
    state: str
    paid: int
    paid_in: str
    at: datetime | None


class Given(NamedTuple):
    """Money that went back."""

    id: str
    charge_id: str
    amount: int
    at: datetime


class Till:
    """Play money that several processes share. Every deed is one transaction of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def open(self, charge_id: str, amount: int, currency: str) -> None:
        """Once begun it stays as it was begun."""
        with self._books() as books:
            books.execute(
                "INSERT OR IGNORE INTO charge (id, asked, currency, state) VALUES (?, ?, ?, 'waiting')",
                (charge_id, amount, currency),
            )

    def find(self, charge_id: str) -> Charge | None:
        with self._books() as books:
            row = books.execute("SELECT * FROM charge WHERE id = ?", (charge_id,)).fetchone()
        return _charge(row) if row else None

    def pay(self, charge_id: str, at: datetime, *, amount: int | None = None, currency: str = "") -> None:
        """The payer pays, once: so much in this currency, or what was asked for. Whatever happened before."""
        with self._books() as books:
            books.execute(
                "UPDATE charge SET state = 'paid', paid = coalesce(?, asked),"
                " paid_in = coalesce(nullif(?, ''), currency), at = ? WHERE id = ? AND state <> 'paid'",
                (amount, currency, at.isoformat(), charge_id),
            )

    def end(self, charge_id: str, state: str) -> None:
        """It fails or is closed, if nothing came yet."""
        with self._books() as books:
            books.execute(
                "UPDATE charge SET state = ? WHERE id = ? AND state = 'waiting'", (state, charge_id)
            )

    def give_back(self, given: Given) -> bool:
        """Once under one id, and never more than came. False when there is not so much left."""
        with self._books() as books:
            if books.execute("SELECT 1 FROM repayment WHERE id = ?", (given.id,)).fetchone():
                return True
            came, back = books.execute(
                "SELECT paid, (SELECT coalesce(sum(amount), 0) FROM repayment WHERE charge_id = charge.id)"
                " FROM charge WHERE id = ?",
                (given.charge_id,),
            ).fetchone() or (0, 0)
            if back + given.amount > came:
                return False
            row = (given.id, given.charge_id, given.amount, given.at.isoformat())
            books.execute("INSERT INTO repayment VALUES (?, ?, ?, ?)", row)
        return True

    def find_given(self, repayment_id: str) -> Given | None:
        with self._books() as books:
            row = books.execute("SELECT * FROM repayment WHERE id = ?", (repayment_id,)).fetchone()
        return _given(row) if row else None

    def between(self, start: datetime, end: datetime) -> tuple[list[Charge], list[Given]]:
        """What came and what went back from ``start`` up to ``end``."""
        times = (start.isoformat(), end.isoformat())
        with self._books() as books:
            came = books.execute("SELECT * FROM charge WHERE at >= ? AND at < ? ORDER BY at", times)
            back = books.execute("SELECT * FROM repayment WHERE at >= ? AND at < ? ORDER BY at", times)
            return [_charge(row) for row in came], [_given(row) for row in back]

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        books = sqlite3.connect(self._file, timeout=15, isolation_level=None)
        try:
            books.executescript(TABLES)
            books.execute("BEGIN IMMEDIATE")
            yield books
            books.execute("COMMIT")
        finally:
            books.close()


def _charge(row: tuple[str, int, str, str, int, str, str | None]) -> Charge:
    charge_id, asked, currency, state, paid, paid_in, at = row
    return Charge(charge_id, asked, currency, state, paid, paid_in, _moment(at))


def _given(row: tuple[str, str, int, str]) -> Given:
    return Given(row[0], row[1], row[2], datetime.fromisoformat(row[3]).astimezone(UTC))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
