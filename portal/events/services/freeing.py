"""Every path that frees a seat comes through here: the seats go back, what hung on them ends, and who waits first is asked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.events.models import (
    LIVE,
    CodeEnded,
    Ended,
    Event,
    PassOn,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    SessionPlace,
    TicketCode,
    TicketType,
)
from portal.events.services import seats, waiting

AT_ONCE = 200


def free(registration: Registration, *, state: RegistrationState, why: Ended, refill: bool = True) -> bool:
    """The registration holds no seat any more. False when it did not. Hold the event's seats before.

    Its code ends, its places in sessions are free, a link to pass it on is withdrawn; an offer behind it is over. With
    ``refill`` who waits first in its pool is asked at once; without, the caller does it.
    """
    now = clock.now()
    held, kept = registration.seats, registration.reserved
    ended = sa.update(Registration).where(Registration.id == registration.id, Registration.state.in_(LIVE))
    values = {"state": state, "ended": why, "ended_at": now, "hold_until": None, "code": None}
    values |= {"seats": 0, "reserved": 0, "sequence": Registration.sequence + 1}
    if changed_rows(ended.values(**values, version=Registration.version + 1)) != 1:
        return False
    seats.give_back(db.session.get_one(TicketType, registration.ticket_type_id), held, reserve=kept)
    end_code(registration.id, CodeEnded.CANCELLED)
    leave_sessions(registration.id)
    withdraw_link(registration.id)
    db.session.refresh(registration)
    waiting.offer_over(registration)
    if refill:
        waiting.refill(db.session.get_one(Event, registration.event_id))
    return True


def expire_due(event_id: str, now: datetime, limit: int = AT_ONCE) -> int:
    """Holds whose time is over are free, those that waited longest first; returns how many. Hold the event's seats before."""
    due = sa.select(Registration).where(
        Registration.event_id == event_id,
        Registration.state == RegistrationState.HELD,
        Registration.hold_until <= now,
    )
    found = list(db.session.scalars(due.order_by(Registration.hold_until, Registration.id).limit(limit)))
    for one in found:
        free(one, state=RegistrationState.EXPIRED, why=Ended.TIME, refill=False)
    if found:
        waiting.refill(db.session.get_one(Event, event_id))
    return len(found)


def events_with_due(now: datetime) -> list[str]:
    """Events that have a hold whose time is over."""
    due = sa.select(Registration.event_id).where(Registration.hold_until <= now).distinct()
    return list(db.session.scalars(due))


def events_with_due_reserves(now: datetime) -> list[str]:
    """Events with a pool that keeps seats back though their time to be free for all has come."""
    due = sa.select(Pool.event_id).join(Seats, Seats.id == Pool.id)
    due = due.where(Pool.reserved_until <= now, Seats.reserved > Seats.reserved_used)
    return list(db.session.scalars(due.distinct()))


def end_code(registration_id: str, why: CodeEnded) -> None:
    """The codes of a ticket are good no more; the door still knows them."""
    open_ones = sa.update(TicketCode).where(
        TicketCode.registration_id == registration_id, TicketCode.ended_at.is_(None)
    )
    changed_rows(open_ones.values(ended_at=clock.now(), ended=why))


def withdraw_link(registration_id: str) -> None:
    """Whoever has the link to take the ticket over comes too late."""
    open_ones = sa.update(PassOn).where(
        PassOn.registration_id == registration_id, PassOn.taken_at.is_(None), PassOn.withdrawn_at.is_(None)
    )
    changed_rows(open_ones.values(withdrawn_at=clock.now()))


def leave_sessions(registration_id: str) -> None:
    """All places in sessions are free."""
    mine = sa.select(SessionPlace).where(
        SessionPlace.registration_id == registration_id, SessionPlace.left_at.is_(None)
    )
    for one in db.session.scalars(mine.order_by(SessionPlace.session_id)):
        if one.seats:
            seats.give_back_in_session(one.session_id, one.seats)
        one.left_at, one.seats = clock.now(), 0
    db.session.flush()
