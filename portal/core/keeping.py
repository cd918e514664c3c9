"""What a process remembers for a while: rendered pieces by everything they depend on, and numbers by age.

Nothing here belongs to one viewer. Both kinds work without a lock: at worst two threads do the same work once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import current_app

Piece = TypeVar("Piece")
_all: list[Any] = []


def keeps() -> bool:
    """Whether this deployment keeps what it drew."""
    return bool(current_app.config["PORTAL"].card_cache)


def forget() -> None:
    """Start anew (tests)."""
    for kept in _all:
        kept.forget()


def forget_with(*kept: Any) -> None:
    """Let :func:`forget` empty these too."""
    _all.extend(kept)


class Kept(Generic[Piece]):
    """At most about ``most`` pieces by key: those not asked for lately are forgotten first.

    Two generations stand in for the order of use: what is found in the older one moves up; when the younger one is
    full it becomes the older one and the older one goes.
    """

    def __init__(self, most: int) -> None:
        self._half = max(1, most // 2)
        self._young: dict[Hashable, Piece] = {}
        self._old: dict[Hashable, Piece] = {}

    def find(self, key: Hashable) -> Piece | None:
        piece = self._young.get(key)
        if piece is None:
            piece = self._old.get(key)
            if piece is not None:
                self.keep(key, piece)
        return piece

    def keep(self, key: Hashable, piece: Piece) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = piece

    def forget(self) -> None:
        self._young, self._old = {}, {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


class Fresh(Generic[Piece]):
    """Answers of one question by its argument, asked again when older than ``seconds``."""

    def __init__(self, seconds: float, ask: Callable[[str], Piece]) -> None:
        self._seconds = seconds
        self._ask = ask
        self._answers: dict[str, tuple[float, Piece]] = {}

    def __call__(self, argument: str = "") -> Piece:
        answers = self._answers  # who forgets meanwhile begins another: what is asked now is not kept there
        answer = answers.get(argument)
        if answer is None or time.monotonic() - answer[0] > self._seconds:
            answer = (time.monotonic(), self._ask(argument))
            answers[argument] = answer
        return answer[1]

    def forget(self) -> None:
        self._answers = {}
