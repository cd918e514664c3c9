"""The worker's part: files on their way in, contacts that were proved meanwhile, and forgetting what is old."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.jobs import periodic, task
from portal.core.media.storage import storage
from portal.orders import queries
from portal.orders.importing import generic, steps
from portal.orders.importing.reading import Read, Unreadable, open_table
from portal.orders.importing.wrong import Wrong, wrong
from portal.orders.models import ImportState, OrderImport
from portal.orders.services import know_member

log = logging.getLogger(__name__)

AREA = "imports"
#: a file that no import waits for any more
FORGOTTEN_AFTER = timedelta(days=1)


def file_key(import_id: str) -> str:
    """Where an uploaded file waits to be read."""
    return f"{AREA}/{import_id[-2:]}/{import_id}"


@task
def work_on_import(import_id: str) -> None:
    """Go on with an import wherever it stands, until it waits for people or is over."""
    run_import(import_id)


@periodic(minutes=1)
def go_on_with_imports() -> None:
    """Hints that got lost, and workers that died."""
    due = sa.select(OrderImport.id).where(
        OrderImport.state.in_(steps.UNDER_WAY), OrderImport.due_at <= clock.now()
    )
    for import_id in db.session.scalars(due.order_by(OrderImport.due_at).limit(20)).all():
        work_on_import.later(import_id)


@periodic(minutes=60)
def forget_old_imports() -> None:
    with transaction():
        steps.forget_old()
    files = storage()
    files.delete(*(key for _id, key in files.older_than(AREA, clock.now() - FORGOTTEN_AFTER)))


@task
def know_proved_member(member_id: str) -> None:
    """A member proved a contact: what was bought under it is theirs."""
    with transaction():
        know_member(member_id)


@periodic(minutes=60)
def know_missed_members() -> None:
    """Members whose proved contact stands with somebody else: a hint got lost, so we look."""
    for member_id in queries.members_to_know(limit=200):
        with transaction():
            know_member(member_id)


def run_import(import_id: str, path: Path | None = None) -> None:
    """All steps that can be taken now. ``path``: the file, when it is no upload. Raises what breaks, after letting go."""
    try:
        with transaction():
            step = steps.claim(import_id)
    except steps.Lost:
        return
    try:
        _take_steps(import_id, step, path)
    except steps.Lost:
        log.info("import %s is in other hands", import_id)
    except Exception:
        with transaction():
            steps.let_go(import_id, step)
        raise


def _take_steps(import_id: str, step: int, path: Path | None) -> None:
    state = steps.get(import_id).state
    if state is ImportState.READING:
        _read(import_id, step, path)
        state = steps.get(import_id).state
    if state is ImportState.LOOKING:
        while _one_step(import_id, step, state, look=True):
            pass
    elif state is ImportState.APPLYING:
        while _one_step(import_id, step, state, look=False):
            pass


def _one_step(import_id: str, step: int, state: ImportState, *, look: bool) -> bool:
    with transaction():
        held = steps.hold(import_id, step, state)
        return steps.look_on(held) if look else steps.apply_on(held)


# ------------------------------------------------------------------ reading


def _read(import_id: str, step: int, path: Path | None) -> None:
    """Take down every row of the file; then the file itself is not needed any more."""
    trouble: Wrong | None = None
    try:
        with _file(import_id, path) as file:
            _take_down(import_id, step, file)
    except Unreadable as error:
        trouble = error.trouble
    except FileNotFoundError:
        trouble = wrong("gone")
    with transaction():
        held = steps.hold(import_id, step, ImportState.READING)
        if trouble is None and not held.rows:
            trouble = wrong("no_rows")
        if trouble is None:
            steps.end_reading(held)
        else:
            steps.fail(held, trouble)
    if path is None:
        storage().delete(file_key(import_id))


def _take_down(import_id: str, step: int, file: Path) -> None:
    zone = brand.current().time_zone
    table = open_table(file, generic.COLUMNS)
    with transaction():
        steps.start_reading(steps.hold(import_id, step, ImportState.READING))
    while rows := list[Read](islice(table.rows, steps.ROWS)):
        with transaction():
            held = steps.hold(import_id, step, ImportState.READING)
            steps.take_down(held, rows, len(table.columns), zone=zone)


@contextmanager
def _file(import_id: str, path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    with storage().as_path(file_key(import_id)) as found:
        yield found
