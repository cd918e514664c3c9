"""An event once more: all that staff decided about the last one, a year or so later. Nobody who came is copied.

Days, sessions, sales and bells move by the same number of days and keep their time of the day. Access codes are not copied,
because nobody could read them; a picture is the same photo.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import Base, db, hold_name, new_id
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.slugs import free_slug
from portal.events.models import (
    Event,
    EventDay,
    EventSession,
    Pool,
    Question,
    Seats,
    TicketType,
    Venue,
    Walk,
)
from portal.events.rules import making as rules
from portal.events.rules import shifting
from portal.events.services import studio

#: what belongs to one event alone
_ITS_OWN = {
    "id",
    "slug",
    "edition",
    "badge_id",
    "copied_from",
    "published_at",
    "cancelled_at",
    "cancel_words",
    "created_at",
    "sequence",
    "version",
}


def copy_event(event: Event, first: date, *, by: Viewer, key: str | None = None) -> Event:
    """A draft whose first day is ``first``. ``key`` is made with the form: sent twice it is one copy. Audited.

    Raises Invalid for a day that is over.
    """
    studio.hold(event, by)
    hold_name("event slugs")
    known = db.session.get(Event, key) if key else None
    if known is not None:
        return known
    zone = brand.current().time_zone
    if first < brand.shop_day(clock.now()):
        raise Invalid(_("Please choose a day that is still to come."), field="first")
    made = _Copy(event, shifting.days_between(event.starts_at, first, zone), zone).make(first, key)
    facts = {"copied_from": event.id, "slug": made.slug}
    audit.record("event.copied", by=by, target_kind=studio.KIND, target_id=made.id, **facts)
    return made


class _Copy:
    """One copy on its way: which row became which, and by how many days everything moves."""

    def __init__(self, event: Event, days: int, zone: str) -> None:
        self.event, self.days, self.zone = event, days, zone
        self.ids: dict[str, str] = {}

    def make(self, first: date, key: str | None) -> Event:
        made = self._event(first, key)
        for model in (EventDay, Venue, EventSession, Pool, TicketType, Question):
            for row in self._rows(model):
                self._add(model, row, made)
            db.session.flush()
        self._walks()
        self._seats()
        return made

    def _event(self, first: date, key: str | None) -> Event:
        row = self.event
        values = self._values(row, Event, _ITS_OWN)
        made = Event(
            **values,
            id=key or new_id(),
            slug=free_slug(rules.slug_from(row.name_en or row.name_zh, row.kind, first), Event),
            edition=row.edition + 1 if row.edition else None,
            copied_from=row.id,
            created_at=clock.now(),
        )
        db.session.add(made)
        db.session.flush()
        self.ids[row.id] = made.id
        return made

    def _rows(self, model: type[Base]) -> list[Any]:
        """What takes place and is still asked, in the order of its making."""
        own: Any = model
        mine = sa.select(model).where(own.event_id == self.event.id)
        if model is EventSession:
            mine = mine.where(EventSession.cancelled_at.is_(None))
        if model is Question:
            mine = mine.where(Question.removed_at.is_(None))
        return list(db.session.scalars(mine.order_by(own.id)))

    def _add(self, model: type[Base], row: Any, made: Event) -> None:
        left = {"id", "event_id", "arrived", "bell_rang_at", "sequence", "closed_at"}
        copy = model(id=new_id(), event_id=made.id, **self._values(row, model, left))
        self.ids[row.id] = copy.id  # type: ignore[attr-defined]
        db.session.add(copy)

    def _values(self, row: Any, model: type[Base], left: set[str]) -> dict[str, Any]:
        """The columns of a row: moments and days later, ids of parts become those of the copy."""
        found = {}
        for column in sa.inspect(model).columns:
            if column.key not in left:
                found[column.key] = self._moved(getattr(row, column.key))
        return found

    def _moved(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return shifting.later(value, self.days, self.zone)
        if isinstance(value, date):
            return value + clock.days(self.days)
        return self.ids.get(value, value) if isinstance(value, str) else value

    def _walks(self) -> None:
        venues = sa.select(Venue.id).where(Venue.event_id == self.event.id)
        for walk in db.session.scalars(sa.select(Walk).where(Walk.one_id.in_(venues))):
            one, other = sorted((self.ids[walk.one_id], self.ids[walk.other_id]))
            db.session.add(Walk(one_id=one, other_id=other, minutes=walk.minutes))
        db.session.flush()

    def _seats(self) -> None:
        """The same tree with nobody in it; parents first."""
        mine = sa.select(Seats).where(Seats.event_id == self.event.id)
        order = {"event": 0, "pool": 1, "ticket_type": 2, "session": 3}
        for row in sorted(db.session.scalars(mine), key=lambda one: order[one.kind.value]):
            if row.id not in self.ids:
                continue
            db.session.add(
                Seats(
                    id=self.ids[row.id],
                    event_id=self.ids[self.event.id],
                    kind=row.kind,
                    parent_id=self.ids[row.parent_id] if row.parent_id else None,
                    capacity=row.capacity,
                    reserved=row.reserved,
                )
            )
            db.session.flush()
