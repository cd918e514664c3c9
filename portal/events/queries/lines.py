"""Where somebody stands in the waiting list of an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.queries import is_suspended
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.events.models import Event, Registration, Seats, TicketType, WaitingEntry, WaitingState
from portal.events.rules import times

_Other = aliased(WaitingEntry)


@dataclass(frozen=True, slots=True)
class InLine:
    """One entry of a member. ``parties`` with ``people`` wait before them for the same pool and may be asked (who is suspended is
    passed by), ``offers`` are out there.

    ``free`` seats could be taken by who is next; ``next_party`` is how many seats those need who are next (None: it is them).
    """

    entry: WaitingEntry
    type: TicketType
    registration: Registration | None
    parties: int
    people: int
    offers: int
    free: int
    next_party: int | None
    strict: bool

    @property
    def state(self) -> str:
        return self.entry.state.value

    @property
    def is_next(self) -> bool:
        return self.parties == 0

    @property
    def kept(self) -> bool:
        """Seats are free, but fewer than who is next needs: they are kept together."""
        return self.strict and self.free > 0


def in_line(event: Event, member_id: str, now: datetime) -> list[InLine]:
    """The newest entry of a member for each pool of an event, by position of the ticket type. One query."""
    newest = sa.select(sa.func.max(WaitingEntry.turn)).where(
        WaitingEntry.event_id == event.id, WaitingEntry.member_id == member_id
    )
    of_type, of_pool, of_event = aliased(Seats), aliased(Seats), aliased(Seats)
    statement = (
        sa.select(
            WaitingEntry,
            TicketType,
            Registration,
            _before(sa.func.count()).label("parties"),
            _before(sa.func.coalesce(sa.func.sum(_Other.people + _Other.children), 0)).label("people"),
            _offers().label("offers"),
            of_type,
            of_pool,
            of_event,
            _next_party().label("next_party"),
        )
        .join(TicketType, TicketType.id == WaitingEntry.ticket_type_id)
        .join(of_type, of_type.id == WaitingEntry.ticket_type_id)
        .join(of_pool, of_pool.id == WaitingEntry.pool_id)
        .join(of_event, of_event.id == WaitingEntry.event_id)
        .outerjoin(Registration, Registration.id == WaitingEntry.registration_id)
        .where(
            WaitingEntry.turn.in_(newest.group_by(WaitingEntry.pool_id)), WaitingEntry.event_id == event.id
        )
        .order_by(TicketType.position, WaitingEntry.turn)
    )
    rows = db.session.execute(statement.execution_options(populate_existing=True))
    return [
        InLine(
            entry=entry,
            type=kind,
            registration=registration,
            parties=parties,
            people=people,
            offers=offers,
            free=max(0, min(room.capacity - room.used, pool.free, whole.capacity - whole.used)),
            next_party=next_party if parties else None,
            strict=times.keeps_line(event, now),
        )
        for entry, kind, registration, parties, people, offers, room, pool, whole, next_party in rows
    ]


def get_entry(event: Event, entry_id: str, member_id: str) -> WaitingEntry:
    """An entry of this member for this event. Raises NotFound."""
    found = db.session.get(WaitingEntry, entry_id, populate_existing=True)
    if found is None or found.event_id != event.id or found.member_id != member_id:
        raise NotFound(_("You do not wait here."))
    return found


def count_waiting(event_id: str) -> int:
    """Parties that wait, all pools together."""
    line = sa.select(sa.func.count()).where(
        WaitingEntry.event_id == event_id, WaitingEntry.state == WaitingState.WAITING
    )
    return db.session.scalar(line) or 0


# ------------------------------------------------------------------ inside


def _same_pool(state: WaitingState) -> tuple[sa.ColumnElement[bool], ...]:
    same_event = _Other.event_id == WaitingEntry.event_id
    return (same_event, _Other.pool_id == WaitingEntry.pool_id, _Other.state == state)


def _may_be_asked() -> tuple[sa.ColumnElement[bool], ...]:
    return (*_same_pool(WaitingState.WAITING), ~is_suspended(_Other.member_id))


def _before(what: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    line = sa.select(what).select_from(_Other).where(*_may_be_asked())
    return line.where(_Other.turn < WaitingEntry.turn).correlate(WaitingEntry).scalar_subquery()


def _offers() -> sa.ScalarSelect[int]:
    out = sa.select(sa.func.count()).select_from(_Other).where(*_same_pool(WaitingState.OFFERED))
    return out.correlate(WaitingEntry).scalar_subquery()


def _next_party() -> sa.ScalarSelect[int]:
    line = sa.select(_Other.seats).where(*_may_be_asked()).order_by(_Other.turn).limit(1)
    return line.correlate(WaitingEntry).scalar_subquery()
