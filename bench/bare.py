"""The yardsticks, on the same server: a bare Flask route that returns a given number of bytes, and a bare durable booking."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask

app = Flask(__name__)
_bodies: dict[int, str] = {}
_mine = threading.local()


@app.get("/bare/<int:size>")
def bare(size: int) -> str:
    return _bodies.setdefault(size, "x" * size)


@app.post("/bare/booking")
def booking() -> tuple[str, int]:
    """Take a seat by one conditional UPDATE, stored safely before the answer."""
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    taken = connection.execute("UPDATE seats SET used = used + 1 WHERE used < capacity").rowcount
    connection.execute("COMMIT")
    return ("taken", 201) if taken else ("sold out", 409)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


def _connection() -> sqlite3.Connection:
    """One for each thread, with the same care for what is written as the portal's."""
    if not hasattr(_mine, "connection"):
        made = sqlite3.connect(Path(os.environ["PORTAL_DATA_DIR"]) / "bare.sqlite", isolation_level=None)
        for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL"):
            made.execute(f"PRAGMA {pragma}")
        made.execute("CREATE TABLE IF NOT EXISTS seats AS SELECT 0 AS used, 1000000000 AS capacity")
        _mine.connection = made
    found: sqlite3.Connection = _mine.connection
    return found
