"""A front before the application of the tests, on the one connection that everybody shares there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.plain import Driver


@contextmanager
def lent_driver() -> Iterator[Driver]:
    """What the pool lends in production."""
    connection: Any = db.engine
    yield Driver(connection.connection, connection.dialect)


def put_before(app: Flask, monkeypatch: pytest.MonkeyPatch, front: Callable[[Any], Any]) -> list[str]:
    """Puts what ``front`` makes of the application before it; what the application itself is asked then stands in the list."""
    log: list[str] = []
    answer = app.wsgi_app

    def inner(environ: Any, start_response: Any) -> Iterable[bytes]:
        log.append(environ["PATH_INFO"])
        with app.app_context():  # each request in a context of its own, as in production
            return answer(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", front(inner))
    return log
