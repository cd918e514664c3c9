"""What all changes by staff share: the event is held, the writer saw what stands there, and the trail tells of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from portal.core import audit
from portal.core.access import Permission, Viewer
from portal.core.db import Base, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.events.models import Event
from portal.events.rules.words import Words
from portal.events.services import seats

KIND = "event"
Row = TypeVar("Row", bound=Base)


def hold(event: Event, by: Viewer) -> None:
    """From here on nobody else changes this event, or takes a seat of it, until the transaction ends. Raises NotAllowed, and
    NotFound when a colleague deleted it meanwhile."""
    by.must(Permission.MANAGE_EVENTS)
    seats.hold(event.id)
    if db.session.get(Event, event.id, populate_existing=True) is None:
        raise NotFound(_("This is not here any more."))


def find_part(model: type[Row], row_id: str, event: Event) -> Row:
    """A part of this event, as it is now. Raises NotFound, also for a part of another event."""
    row = db.session.get(model, row_id, populate_existing=True)
    if row is None or getattr(row, "event_id", None) != event.id:
        raise NotFound(_("This is not here any more."))
    return row


def change(row: Base, before: Words, after: Words, seen: str) -> set[str]:
    """Write what differs; returns the names. Raises Conflict when it is not what the writer saw any more.

    Forms know no seconds: a moment that was not touched keeps its own.
    """
    if before.fingerprint() != seen:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    changed = set()
    for name, value in after.columns().items():
        if not same(getattr(before, name), value):
            setattr(row, name, value)
            changed.add(name)
    db.session.flush()
    return changed | {name for name in after.BESIDE if getattr(before, name) != getattr(after, name)}


def same(old: Any, new: Any) -> bool:
    """Whether a form that shows ``old`` would send ``new`` untouched."""
    if isinstance(old, datetime) and isinstance(new, datetime):
        return old.replace(second=0, microsecond=0) == new.replace(second=0, microsecond=0)
    return bool(old == new)


def touch(event: Event) -> None:
    """Pages of the event are not what they were."""
    event.version += 1
    db.session.flush()


def note(action: str, event: Event, by: Viewer, **facts: Any) -> None:
    """One line in the trail, and a new version of the event."""
    touch(event)
    audit.record(f"event.{action}", by=by, target_kind=KIND, target_id=event.id, **facts)


def needs_name(words: Words) -> None:
    """Raises Invalid for something without a name in either language."""
    if not getattr(words, "name_zh") and not getattr(words, "name_en"):  # noqa: B009
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")


def next_position(rows: list[Any]) -> int:
    return max((row.position for row in rows), default=-1) + 1


def reorder(rows: list[Any], row: Any, way: str) -> None:
    """One step ``up`` or ``down`` among ``rows``, which are in order; past an end nothing happens."""
    place = rows.index(row)
    to = min(max(place + (-1 if way == "up" else 1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(place))
    for position, one in enumerate(rows):
        one.position = position
    db.session.flush()
