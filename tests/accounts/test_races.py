"""Several processes at the same moment: one address becomes one member, no number is given twice."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import create_app
from portal.accounts import services
from portal.accounts.models import Member, MemberNumbers
from portal.accounts.services import arrivals
from portal.core.db import db, transaction
from tests import databases

PROCESSES, EACH = 3, 5
#: where the processes of a race wait for each other: on a busy machine one would be done before the next has begun
_start: list[Any] = []


def _without_lock() -> int:
    """What standing in line would be without holding the row; slow, so that the others surely come between."""
    last = db.session.scalar(sa.select(MemberNumbers.last).where(MemberNumbers.id == 1)) or 0
    time.sleep(0.3)
    return last + 1


def _begin_with(barrier: Any) -> None:
    _start.append(barrier)


def _join(url: str, folder: str, process: int, each: int, locked: bool) -> int:
    """In a process of its own: everybody joins with the same address and with some of their own. Counts failures."""
    app = create_app(databases.settings_for(url, Path(folder)), testing=True)
    failures = 0
    if not locked:
        arrivals.stand_in_line = _without_lock
    _start[0].wait(timeout=300)
    with app.app_context():
        for place in range(each):
            for email in (f"shared{place}@example.com", f"own{process}.{place}@example.com"):
                try:
                    with transaction():
                        services.make_member(email, display_name="Alice", verified=True)
                except IntegrityError:
                    failures += 1
    return failures


def _race(url: str, folder: Path, *, each: int = EACH, locked: bool) -> int:
    context = multiprocessing.get_context("spawn")
    meeting = (context.Barrier(PROCESSES),)
    with ProcessPoolExecutor(PROCESSES, context, initializer=_begin_with, initargs=meeting) as pool:
        running = [
            pool.submit(_join, url, str(folder), process, each, locked) for process in range(PROCESSES)
        ]
        return sum(process.result() for process in running)


def test_one_address_one_member_and_numbers_without_gaps(database: str, tmp_path: Path) -> None:
    with databases.migrated_app(database, tmp_path) as app:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        failures = _race(url, tmp_path, locked=True)
        with app.app_context():
            numbers = sorted(db.session.scalars(sa.select(Member.number)))
    assert failures == 0
    assert numbers == list(range(1, EACH * (PROCESSES + 1) + 1))


def test_the_race_is_real(tmp_path: Path) -> None:
    """Without the lock the database's own constraints have to step in (PostgreSQL: SQLite has one writer anyway)."""
    with databases.migrated_app("postgresql", tmp_path) as app:
        with app.app_context(), transaction():
            services.make_member("first@example.com", display_name="First")
        assert _race(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, each=1, locked=False) > 0
