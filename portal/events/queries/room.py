"""What is free for somebody who signs up, and whether anything else has to happen first: one light question."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.core.plain import Plain
from portal.events.models import (
    LIVE,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)

# plain columns (typed loosely: a table knows its columns by name only)
_came: Any = Registration.__table__.c
_waits: Any = WaitingEntry.__table__.c
_pool: Any = Pool.__table__.c


class Room(NamedTuple):
    """Of a ticket type: ``free`` seats in the event and the type, ``in_pool`` in its pool, ``kept`` of those for the perk.

    ``due``: a hold or a reserve is over and nobody freed it yet. ``waited_for``: somebody waits for the event. ``known``: the
    member has such a sign-up, or this form made one.
    """

    free: int
    in_pool: int
    kept: int
    due: bool
    waited_for: bool
    known: bool

    @property
    def is_quiet(self) -> bool:
        """Nothing is due and nobody waits: who comes now takes what is there."""
        return not (self.due or self.waited_for)

    def seats(self, reserve: int) -> int:
        """Seats that can be taken, of what the pool keeps for the perk at most ``reserve``."""
        return min(self.free, self.in_pool - self.kept + min(self.kept, reserve))

    def is_too_small(self, needed: int, reserve: int) -> bool:
        """So many can certainly not sit down, with ``reserve`` seats of the perk at most: nothing is about to be free."""
        return self.seats(reserve) < needed and not (self.due or self.known)


def look(ticket_type: TicketType, *, member_id: str, attempt: str, now: datetime) -> Room:
    """What stands there now; a decision that gives seats needs :func:`portal.events.services.seats.hold` before. One query."""
    row = _look.one(
        event=ticket_type.event_id,
        pool=ticket_type.pool_id,
        type=ticket_type.id,
        member=member_id,
        attempt=attempt,
        now=now,
    )
    assert row is not None
    in_event, in_type, in_pool, kept, hold_due, reserve_due, waited_for, known = row
    due = bool(hold_due or reserve_due)
    return Room(min(in_event, in_type), in_pool, kept, due, bool(waited_for), bool(known))


def _select() -> sa.Select[*tuple[Any, ...]]:
    table: Any = Seats.__table__
    of_event, of_pool, of_type, kept = (table.alias(name) for name in ("e", "p", "t", "k"))
    given = {
        name: sa.bindparam(name, type_=sa.String) for name in ("event", "pool", "type", "member", "attempt")
    }
    now = sa.bindparam("now", type_=_came.hold_until.type)
    held = sa.exists().where(
        _came.event_id == given["event"],
        _came.state == RegistrationState.HELD,
        _came.hold_until <= now,
    )
    reserve = sa.exists().where(
        _pool.event_id == given["event"],
        _pool.reserved_until <= now,
        kept.c.id == _pool.id,
        kept.c.reserved > kept.c.reserved_used,
    )
    line = sa.exists().where(_waits.event_id == given["event"], _waits.state == WaitingState.WAITING)
    mine = sa.exists().where(
        _came.ticket_type_id == given["type"], _came.member_id == given["member"], _came.state.in_(LIVE)
    )
    made = sa.exists().where(_came.attempt == given["attempt"])
    return sa.select(
        (of_event.c.capacity - of_event.c.used).label("in_event"),
        (of_type.c.capacity - of_type.c.used).label("in_type"),
        (of_pool.c.capacity - of_pool.c.used).label("in_pool"),
        (of_pool.c.reserved - of_pool.c.reserved_used).label("kept"),
        held.label("hold_due"),
        reserve.label("reserve_due"),
        line.label("waited_for"),
        sa.or_(mine, made).label("known"),
    ).where(of_event.c.id == given["event"], of_pool.c.id == given["pool"], of_type.c.id == given["type"])


_look = Plain(_select)
