"""The yardstick: a bare Flask route that returns a given number of bytes, on the same server."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)
_bodies: dict[int, str] = {}


@app.get("/bare/<int:size>")
def bare(size: int) -> str:
    return _bodies.setdefault(size, "x" * size)


@app.get("/healthz")
def healthz() -> str:
    return "ok"
