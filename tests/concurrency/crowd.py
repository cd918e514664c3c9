"""Many at once: deeds done by real processes that start at the same instant."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask

from portal import create_app
from portal.core.db import db
from portal.core.errors import DomainError
from tests import databases

#: a clean process that has imported the portal already hands out the others: each starts in milliseconds
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.concurrency.crowd", "tests.concurrency.warm"])

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class House:
    """Where a portal's data lies: all that another process needs to open it."""

    kind: str
    url: str
    folder: Path
    more: tuple[tuple[str, str], ...] = ()

    def with_settings(self, **more: str) -> House:
        return House(self.kind, self.url, self.folder, tuple(more.items()))

    def open(self) -> Flask:
        """An application of this process's own."""
        app = create_app(databases.settings_for(self.url, self.folder, **dict(self.more)), testing=True)
        app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        return app


class Many:
    """Processes under way. Each does its deed once all are ready; :meth:`answers` gathers what they returned."""

    def __init__(
        self, house: House | None, deed: Callable[..., Any], shares: Iterable[Sequence[Any]]
    ) -> None:
        given = list(shares)
        self._line = _context.Barrier(len(given))  # lives as long as we do, or the others find none
        self.processes, self._ears = [], []
        for share in given:
            ear, mouth = _context.Pipe(duplex=False)
            process = _context.Process(target=_take_part, args=(house, deed, tuple(share), self._line, mouth))
            process.start()
            mouth.close()
            self.processes.append(process)
            self._ears.append(ear)

    def answers(self) -> list[Any]:
        """What each returned, in order; what one raised is raised here."""
        try:
            return [_heard(ear) for ear in self._ears]
        finally:
            self.end()

    def kill(self) -> None:
        """kill -9, all of them."""
        for process in self.processes:
            process.kill()
        self.end()

    def end(self) -> None:
        for process in self.processes:
            process.join(PATIENCE_SECONDS)
            process.kill()
            process.join()


def at_once(house: House | None, deed: Callable[..., Any], shares: Iterable[Sequence[Any]]) -> list[Any]:
    """``deed(*share)`` for every share, each in a process of its own, in an application context of ``house``."""
    return Many(house, deed, shares).answers()


def outcome(deed: Callable[[], Any]) -> Any:
    """What the deed returned, or the name of the refusal."""
    try:
        return deed()
    except DomainError as refusal:
        return type(refusal).__name__


def _take_part(
    house: House | None, deed: Callable[..., Any], share: Any, line: Any, mouth: Connection
) -> None:
    try:
        if house is None:
            line.wait(PATIENCE_SECONDS)
            mouth.send((True, deed(*share)))
            return
        app = house.open()
        with app.app_context():
            db.session.connection()  # connected before the start, so that all are equally quick
            db.session.rollback()
            line.wait(PATIENCE_SECONDS)
            mouth.send((True, deed(*share)))
            db.session.remove()
            db.engine.dispose()
    except BaseException:
        mouth.send((False, traceback.format_exc()))


def _heard(ear: Connection) -> Any:
    if not ear.poll(PATIENCE_SECONDS):
        raise AssertionError("a process did not finish in time")
    try:
        done, answer = ear.recv()
    except EOFError:
        raise AssertionError("a process died") from None
    if not done:
        raise AssertionError(f"a process failed:\n{answer}")
    return answer
