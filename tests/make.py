"""Factories under one name: ``make.member()``, ``make.story()`` … each stored at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.core.db import db, scoped_write

ROOMS = (
    "brand",
    "accounts",
    "notifications",
    "moderation",
    "catalog",
    "payments",
    "orders",
    "rewards",
    "membership",
    "stories",
    "campaigns",
    "events",
    "drops",
    "contests",
    "trials",
    "deliveries",
    "surveys",
    "media",
)


class Make:
    """Gathers the public functions of ``tests/factories/*``; what they add is committed unless a transaction is open."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Callable[..., Any]:
        for room in ROOMS:
            try:
                module = importlib.import_module(f"tests.factories.{room}")
            except ModuleNotFoundError as error:
                if error.name != f"tests.factories.{room}":
                    raise
                continue
            if hasattr(module, name) and not name.startswith("_"):
                return self._stored(getattr(module, name))
        raise AttributeError(f"no factory makes a {name}")

    def _stored(self, factory: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **facts: Any) -> Any:
            thing = factory(*args, **facts)
            db.session.flush()
            if not scoped_write():
                db.session.commit()
            return thing

        return made
