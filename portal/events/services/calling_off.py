"""An event does not take place: at once for everybody who looks, step by step for everybody who had a ticket."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.models import (
    LIVE,
    BellEntry,
    Ended,
    Event,
    Registration,
    RegistrationState,
    WaitingEntry,
    WaitingState,
)
from portal.events.services import bells, freeing, paying, seats, telling
from portal.payments import services as payments
from portal.payments.models import RUNNING

LONGEST_WORDS = 500


def call_off(event: Event, *, words: str, by: Viewer) -> None:
    """From now on nobody signs up; the worker gives all money back and tells everybody. ``words`` say why, to everybody. Audited.

    Raises Invalid without words, Conflict for a draft, or when it is over or called off already.
    """
    if not words.strip():
        raise Invalid(_("Please say why: everybody who has a ticket reads it."), field="words")
    seats.hold(event.id)
    db.session.refresh(event)
    if not event.is_public or event.cancelled_at or event.is_over(clock.now()):
        raise Conflict(_("This event cannot be called off (any more)."))
    event.cancelled_at, event.cancel_words = clock.now(), words.strip()
    event.sequence += 1
    event.version += 1
    db.session.flush()
    audit.record("event.called_off", by=by, target_kind="event", target_id=event.id)


def owing() -> list[str]:
    """Events that were called off and still have tickets, holds or people who wait or gather."""
    tickets = sa.exists().where(Registration.event_id == Event.id, Registration.state.in_(LIVE))
    line = sa.exists().where(WaitingEntry.event_id == Event.id, WaitingEntry.state == WaitingState.WAITING)
    bell = sa.exists().where(BellEntry.event_id == Event.id, bells.inside())
    found = sa.select(Event.id).where(Event.cancelled_at.is_not(None), sa.or_(tickets, line, bell))
    return list(db.session.scalars(found.order_by(Event.cancelled_at)))


def tickets(event_id: str, limit: int) -> list[str]:
    """Tickets and holds that are still good."""
    live = sa.select(Registration.id).where(Registration.event_id == event_id, Registration.state.in_(LIVE))
    return list(db.session.scalars(live.order_by(Registration.id).limit(limit)))


def end_ticket(registration_id: str) -> None:
    """It ends, everything that was paid and is still here goes back, and who holds it is told. Repeatable.
    Raises Conflict when a payment began at this moment: then it is tried again."""
    registration = db.session.get_one(Registration, registration_id)
    payment = paying.hold(registration)
    left = payment.received - payment.refunded if payment else 0
    if payment is not None and payment.state in RUNNING:
        payments.cancel(payment.id)
    had_ticket = registration.state is RegistrationState.CONFIRMED
    if not freeing.free(registration, state=RegistrationState.CANCELLED, why=Ended.EVENT, refill=False):
        return
    if registration.payment_id is not None and had_ticket:
        paying.give_back(registration.payment_id, left, reason=_l("The event does not take place."))
    telling.called_off(registration, refund=left if had_ticket else 0)


def close_lines(event_id: str, limit: int) -> int:
    """Who waits, or gathers for a bell, is told too; returns how many. Hold the event's seats before."""
    waiting = sa.select(WaitingEntry).where(
        WaitingEntry.event_id == event_id, WaitingEntry.state == WaitingState.WAITING
    )
    found = list(db.session.scalars(waiting.order_by(WaitingEntry.id).limit(limit)))
    for entry in found:
        entry.state, entry.ended_at = WaitingState.CLOSED, clock.now()
        telling.called_off_for_who_waits(entry)
    gathered = bells.leave_all(event_id, limit=limit)
    for one in gathered:
        telling.called_off_for_who_waits(one)
    db.session.flush()
    return len(found) + len(gathered)
