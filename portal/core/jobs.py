"""Work outside the request. Rows are the truth, jobs are hints: a job makes quicker what a sweep would find anyway.

Jobs take ids, may run twice, and delegate to a service. The queue is huey: a SQLite file, or Redis when it is set.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey

from portal.core.db import after_commit, db, scoped_write

log = logging.getLogger(__name__)

_TASKS: list[Task] = []
_PERIODIC: list[tuple[Callable[[], object], int]] = []


@dataclass(frozen=True)
class Task:
    """A function that the worker runs in an application context."""

    function: Callable[..., object]

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__name__}"

    def __call__(self, *ids: Any) -> object:
        return self.function(*ids)

    def later(self, *ids: Any) -> None:
        """Hand over to the worker; inside a transaction only once that is committed.

        A queue that cannot be reached is logged and forgiven: the sweep finds the row.
        """
        if scoped_write():
            after_commit(lambda: self._enqueue(ids))
        else:
            self._enqueue(ids)

    def _enqueue(self, ids: tuple[Any, ...]) -> None:
        try:
            current_app.extensions["jobs"][self.name](*ids)
        except Exception:
            log.exception("could not enqueue %s; the sweep will find the work", self.name)


def task(function: Callable[..., object]) -> Task:
    """Decorator: make a function a job."""
    made = Task(function)
    _TASKS.append(made)
    return made


def periodic(*, minutes: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorator: run a sweep every so many minutes, counted from the full hour: a divisor of 60."""
    if 60 % minutes:
        raise ValueError(f"sweeps run every 1, 2, 5 … 60 minutes, not every {minutes}")

    def register(function: Callable[[], object]) -> Callable[[], object]:
        _PERIODIC.append((function, minutes))
        return function

    return register


def install(app: Flask) -> Huey:
    """Open the queue and bind all jobs to this application."""
    settings = app.config["PORTAL"]
    if app.testing:
        huey: Huey = MemoryHuey("portal", utc=True)
    elif settings.redis_url:
        huey = RedisHuey("portal", url=settings.redis_url, utc=True)
    else:
        huey = SqliteHuey("portal", filename=str(settings.data_dir / "queue.sqlite"), utc=True)
    app.extensions["huey"] = huey
    app.extensions["jobs"] = {
        job.name: huey.task(name=job.name.replace(".", "_"))(_in_context(app, job.function)) for job in _TASKS
    }
    for function, minutes in _PERIODIC:
        name = f"{function.__module__}_{function.__name__}".replace(".", "_")
        every = crontab(minute=f"*/{minutes}" if minutes < 60 else "0")
        huey.periodic_task(every, name=name)(_in_context(app, function))
    return huey


def run_waiting(app: Flask) -> int:
    """Run everything in the queue here and now (tests and the demo's loader). Returns how many jobs ran."""
    huey, count = app.extensions["huey"], 0
    while (waiting := huey.dequeue()) is not None:
        huey.execute(waiting)
        count += 1
    return count


def run_sweeps() -> None:
    """Run every periodic sweep once, as the worker does at its start: what was due while it was away."""
    for function, _minutes in _PERIODIC:
        try:
            function()
        except Exception:
            log.exception("sweep %s failed", function.__name__)
        finally:
            db.session.remove()


def _in_context(app: Flask, function: Callable[..., object]) -> Callable[..., None]:
    def run(*ids: Any) -> None:
        with app.app_context():
            function(*ids)

    run.__name__ = function.__name__
    run.__module__ = function.__module__
    return run
