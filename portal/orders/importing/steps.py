"""The steps of an import, each one transaction long, so that what was done is done and the rest can go on any time.

Whoever works on an import holds its lease; every step moves a counter, and a worker whose counter is not the newest
any more has lost it and stops. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.orders.importing import generic
from portal.orders.importing.gathering import Gathered, gather
from portal.orders.importing.reading import Read
from portal.orders.importing.wrong import Wrong, wrong
from portal.orders.models import ImportState, OrderImport, OrderImportRow
from portal.orders.services.saving import Outcome, Result, compare_orders, save_orders

KIND = "order_import"
#: longer than any step takes; after it somebody else may go on
LEASE = timedelta(minutes=2)
#: rows taken down, and orders looked at, in one step
ROWS, ORDERS = 1000, 200
#: an order of more rows is none: somebody's column slipped, and it must not fill the memory
MOST_ROWS = 2000
UNDER_WAY = (ImportState.READING, ImportState.LOOKING, ImportState.APPLYING)


class Lost(Exception):
    """Somebody else works on this import, or it is over."""


def begin(
    file_name: str, *, mapping: str, byte_size: int, by: Viewer | None, import_id: str | None = None
) -> OrderImport:
    """A file that is about to be read; it is due at once. Audited."""
    now = clock.now()
    made = OrderImport(
        id=import_id or new_id(),
        mapping=mapping,
        file_name=" ".join(file_name.split())[-255:] or "orders.csv",
        byte_size=byte_size,
        by_id=by.id if by else None,
        created_at=now,
        due_at=now,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("orders.import_begun", by=by, target_kind=KIND, target_id=made.id, mapping=mapping)
    return made


def claim(import_id: str) -> int:
    """Take the import up; returns its counter. Raises :class:`Lost` while somebody else holds it."""
    due = sa.update(OrderImport).where(
        OrderImport.id == import_id, OrderImport.state.in_(UNDER_WAY), OrderImport.due_at <= clock.now()
    )
    if not changed_rows(due.values(step=OrderImport.step + 1, due_at=clock.now() + LEASE)):
        raise Lost
    return get(import_id).step


def hold(import_id: str, step: int, state: ImportState) -> OrderImport:
    """The import, held for this step and until its lease ends anew. Raises :class:`Lost`."""
    mine = sa.update(OrderImport).where(
        OrderImport.id == import_id, OrderImport.step == step, OrderImport.state == state
    )
    if not changed_rows(mine.values(due_at=clock.now() + LEASE)):
        raise Lost
    return get(import_id)


def let_go(import_id: str, step: int) -> None:
    """Something broke: somebody may try again in a while."""
    mine = sa.update(OrderImport).where(OrderImport.id == import_id, OrderImport.step == step)
    changed_rows(mine.values(due_at=clock.now() + LEASE))


def get(import_id: str) -> OrderImport:
    return db.session.get_one(OrderImport, import_id, populate_existing=True)


# ------------------------------------------------------------------ reading


def start_reading(held: OrderImport) -> None:
    """From the first row, whatever an earlier try has taken down."""
    changed_rows(sa.delete(OrderImportRow).where(OrderImportRow.import_id == held.id))
    held.rows = held.wrong_rows = 0
    db.session.flush()


def take_down(held: OrderImport, rows: Sequence[Read], columns: int, *, zone: str) -> None:
    """Keep what these rows say, and what is wrong with them."""
    taken: list[dict[str, Any]] = []
    for row in rows:
        facts, errors = generic.read_row(row, columns, zone=zone)
        taken.append(
            {
                "import_id": held.id,
                "line": row.line,
                "order_no": facts["order_no"],
                "wrong": bool(errors),
                "facts": {} if errors else facts,
                "errors": errors,
            }
        )
    db.session.execute(sa.insert(OrderImportRow), taken)
    held.rows += len(taken)
    held.wrong_rows += sum(row["wrong"] for row in taken)
    db.session.flush()


def end_reading(held: OrderImport) -> None:
    held.state, held.reached = ImportState.LOOKING, ""
    held.orders = held.new = held.changed = held.unchanged = held.refused = 0
    db.session.flush()


def fail(held: OrderImport, trouble: Wrong) -> None:
    """The file as a whole cannot be used."""
    held.state, held.trouble, held.finished_at = ImportState.FAILED, list(trouble), clock.now()
    db.session.flush()
    _forget_rows(held, wrong_too=True)


# ------------------------------------------------------------------ looking and applying


def look_on(held: OrderImport) -> bool:
    """Compare the next orders with what is here; False when none was left, and all have been looked at."""
    numbers = _next_numbers(held)
    if not numbers:
        held.state = ImportState.CHECKED
        db.session.flush()
        return False
    gathered, refused = _gather(held, numbers)
    results = compare_orders(held.mapping, [one.told for one in gathered])
    refused |= _note_refused(held, results)
    held.orders += len(numbers)
    held.refused += len(refused)
    for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED):
        number = sum(result.outcome is outcome for result in results.values())
        setattr(held, outcome.value, getattr(held, outcome.value) + number)
    held.reached = numbers[-1]
    db.session.flush()
    return True


def confirm(held: OrderImport, *, by: Viewer | None) -> None:
    """Write what was checked. Confirming twice is confirming once; Conflict when it was dropped. Audited."""
    ready = sa.update(OrderImport).where(OrderImport.id == held.id, OrderImport.state == ImportState.CHECKED)
    moved = changed_rows(ready.values(state=ImportState.APPLYING, reached="", applied=0, due_at=clock.now()))
    db.session.refresh(held)
    if moved:
        audit.record(
            "orders.import_confirmed", by=by, target_kind=KIND, target_id=held.id, orders=held.orders
        )
    elif held.state not in (ImportState.APPLYING, ImportState.DONE):
        raise Conflict(_("This file is not waiting to be confirmed."))


def drop(held: OrderImport, *, by: Viewer | None) -> None:
    """Decide against it: nothing of it was written. Conflict once it is being applied. Audited."""
    open_states = (ImportState.READING, ImportState.LOOKING, ImportState.CHECKED)
    waiting = sa.update(OrderImport).where(OrderImport.id == held.id, OrderImport.state.in_(open_states))
    moved = changed_rows(
        waiting.values(state=ImportState.DROPPED, finished_at=clock.now(), step=OrderImport.step + 1)
    )
    db.session.refresh(held)
    if moved:
        _forget_rows(held, wrong_too=True)
        audit.record("orders.import_dropped", by=by, target_kind=KIND, target_id=held.id)
    elif held.state is not ImportState.DROPPED:
        raise Conflict(_("This file is being written already."))


def apply_on(held: OrderImport) -> bool:
    """Write the next orders; False when none was left, and the import is done."""
    numbers = _next_numbers(held)
    if not numbers:
        held.state, held.finished_at = ImportState.DONE, clock.now()
        db.session.flush()
        _forget_rows(held, wrong_too=False)
        audit.record(
            "orders.imported",
            by=None,
            target_kind=KIND,
            target_id=held.id,
            new=held.new,
            changed=held.changed,
            refused=held.refused,
        )
        return False
    gathered, _refused = _gather(held, numbers)
    results = save_orders(held.mapping, [one.told for one in gathered], import_id=held.id)
    _note_refused(held, results)
    held.applied += len(numbers)
    held.reached = numbers[-1]
    db.session.flush()
    return True


def forget_old(before_days: int = 7) -> int:
    """Files that nobody confirmed are dropped after a week, and wrong rows go as well. Returns how many files."""
    old = clock.now() - timedelta(days=before_days)
    waiting = sa.select(OrderImport).where(
        OrderImport.state == ImportState.CHECKED, OrderImport.created_at < old
    )
    stale = db.session.scalars(waiting).all()
    for held in stale:
        drop(held, by=None)
    over = sa.select(OrderImport.id).where(OrderImport.finished_at < old)
    changed_rows(sa.delete(OrderImportRow).where(OrderImportRow.import_id.in_(over)))
    return len(stale)


# ------------------------------------------------------------------ inside


def _next_numbers(held: OrderImport) -> list[str]:
    statement = (
        sa.select(OrderImportRow.order_no)
        .where(OrderImportRow.import_id == held.id, OrderImportRow.order_no > held.reached)
        .distinct()
        .order_by(OrderImportRow.order_no)
        .limit(ORDERS)
    )
    return list(db.session.scalars(statement))


def _gather(held: OrderImport, numbers: Sequence[str]) -> tuple[list[Gathered], set[str]]:
    """The orders all of whose rows are right and agree, and the numbers of the others; what is wrong is noted."""
    endless = _refuse_endless(held, numbers)
    numbers = [number for number in numbers if number not in endless]
    rows = db.session.execute(
        sa.select(OrderImportRow.order_no, OrderImportRow.line, OrderImportRow.wrong, OrderImportRow.facts)
        .where(OrderImportRow.import_id == held.id, OrderImportRow.order_no.in_(numbers))
        .order_by(OrderImportRow.order_no, OrderImportRow.line)
    ).all()
    good, refused = [], endless
    for number, group in groupby(rows, key=lambda row: row.order_no):
        its = list(group)
        if any(row.wrong for row in its):
            refused.add(number)
            continue
        gathered = gather([(row.line, row.facts) for row in its])
        if gathered.errors:
            refused.add(number)
            _note_rows(held, gathered.errors)
        else:
            good.append(gathered)
    return good, refused


def _refuse_endless(held: OrderImport, numbers: Sequence[str]) -> set[str]:
    """Numbers that stand on more rows than an order has; said on the first of them."""
    rows = (
        sa.select(OrderImportRow.order_no, sa.func.min(OrderImportRow.line), sa.func.count())
        .where(OrderImportRow.import_id == held.id, OrderImportRow.order_no.in_(numbers))
        .group_by(OrderImportRow.order_no)
        .having(sa.func.count() > MOST_ROWS)
    )
    found = db.session.execute(rows).all()
    for _number, first, count in found:
        _note_rows(held, {first: [wrong("too_many_rows", found=count, most=MOST_ROWS)]})
    return {number for number, _first, _count in found}


def _note_refused(held: OrderImport, results: dict[str, Result]) -> set[str]:
    """Orders that cannot stand beside what is here: noted on their last row."""
    refused = {number: result.trouble for number, result in results.items() if result.trouble}
    for number, trouble in refused.items():
        last = db.session.scalar(
            sa.select(sa.func.max(OrderImportRow.line)).where(
                OrderImportRow.import_id == held.id, OrderImportRow.order_no == number
            )
        )
        assert last is not None and trouble is not None
        _note_rows(held, {last: [trouble]})
    return set(refused)


def _note_rows(held: OrderImport, errors: dict[int, list[Any]]) -> None:
    for line, troubles in errors.items():
        row = sa.update(OrderImportRow).where(
            OrderImportRow.import_id == held.id, OrderImportRow.line == line
        )
        changed_rows(row.values(wrong=True, errors=troubles))
    held.wrong_rows += len(errors)


def _forget_rows(held: OrderImport, *, wrong_too: bool) -> None:
    """What the rows say is in the orders now, or was never to be; wrong ones stay a while to be read."""
    rows = sa.delete(OrderImportRow).where(OrderImportRow.import_id == held.id)
    changed_rows(rows if wrong_too else rows.where(~OrderImportRow.wrong))
    if not wrong_too:
        said_only = sa.update(OrderImportRow).where(OrderImportRow.import_id == held.id)
        changed_rows(said_only.values(facts={}))
