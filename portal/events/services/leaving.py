"""Giving a place up: a hold, a ticket with what comes back, or kindly on the day itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, NotAllowed
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.models import (
    LIVE,
    BellEntry,
    Ended,
    Event,
    Origin,
    Registration,
    RegistrationState,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.programme import begins_for
from portal.events.queries.refunds import comes_back
from portal.events.queries.tickets import somebody_in
from portal.events.rules import times
from portal.events.services import arriving, bells, freeing, paying, seats, waiting
from portal.payments import services as payments
from portal.payments.models import RUNNING


def give_up(registration: Registration) -> None:
    """The hold (or the offer) is not wanted. A payment that runs is cancelled. Changes nothing when it is over already."""
    _hold_and_stop_paying(registration)
    if registration.state is not RegistrationState.HELD:
        return
    declined = registration.origin in (Origin.OFFER, Origin.BELL)
    freeing.free(
        registration,
        state=RegistrationState.CANCELLED,
        why=Ended.DECLINED if declined else Ended.GIVEN_UP,
    )


def cancel(registration: Registration, *, seen: int, kindly: bool = False) -> int:
    """Give the ticket back; returns what comes back (minor units), which must be what the page showed (``seen``).

    ``kindly``: “I won’t make it”, possible until some hours before and thanked for. Raises NotAllowed when it is too late
    or somebody is in already, Conflict when something else happened meanwhile.
    """
    paying.hold(registration)
    event, now = _event_of(registration), clock.now()
    if not registration.is_live:
        raise Conflict(_("This ticket was given back already."))
    arriving.must_be_outside(registration)
    if not _may_leave(event, registration, now, kindly=kindly):
        raise NotAllowed(_("It is too late to give this ticket back."))
    amount = comes_back(event, registration, now)
    if amount != seen:
        raise Conflict(_("What comes back has changed since this page was opened. Please look again."))
    freeing.free(
        registration,
        state=RegistrationState.CANCELLED,
        why=Ended.RELEASED if kindly else Ended.CANCELLED,
    )
    if registration.payment_id is not None:
        paying.give_back(registration.payment_id, amount, reason=_l("The ticket was given back."))
    return amount


def call_off(member_id: str) -> bool:
    """Somebody leaves the house: one of their holds or tickets for what is still to come ends, with what comes back by the rule;
    or they leave the lines and gatherings of one event. False when there is none left.

    A ticket with which somebody is in stays: they were there, and sit on its seats. Nothing comes back for it."""
    unused = sa.and_(Event.ends_at > clock.now(), ~somebody_in())
    ahead = sa.or_(Registration.state == RegistrationState.HELD, unused)
    mine = (
        sa.select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.member_id == member_id, Registration.state.in_(LIVE), ahead)
    )
    one = db.session.scalar(mine.order_by(Registration.id).limit(1))
    if one is None:
        return _leave_lines(member_id)
    _hold_and_stop_paying(one)
    if arriving.is_in(one):  # a moment ago
        return True
    amount = comes_back(_event_of(one), one, clock.now())
    freed = freeing.free(one, state=RegistrationState.CANCELLED, why=Ended.GIVEN_UP)
    if freed and one.payment_id is not None:
        paying.give_back(one.payment_id, amount, reason=_l("The ticket was given back."))
    return True


def _event_of(registration: Registration) -> Event:
    """As it is now that its seats are held: it may have been called off a moment ago."""
    return db.session.get_one(Event, registration.event_id, populate_existing=True)


def _may_leave(event: Event, registration: Registration, now: datetime, *, kindly: bool) -> bool:
    begins = begins_for(event, db.session.get_one(TicketType, registration.ticket_type_id))
    if kindly:
        return times.may_release(event, registration, begins=begins, now=now)
    return times.may_cancel(registration, begins=begins, now=now)


def _leave_lines(member_id: str) -> bool:
    """They wait and gather no more at one event, and who stood behind them is asked. False when there was none."""
    waits = sa.select(WaitingEntry.event_id).where(
        WaitingEntry.member_id == member_id, WaitingEntry.state == WaitingState.WAITING
    )
    gathers = sa.select(BellEntry.event_id).where(BellEntry.member_id == member_id, bells.inside())
    event_id = db.session.scalar(sa.union(waits, gathers).order_by("event_id").limit(1))
    if event_id is None:
        return False
    seats.hold(event_id)
    theirs = sa.update(WaitingEntry).where(
        WaitingEntry.event_id == event_id,
        WaitingEntry.member_id == member_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    changed_rows(theirs.values(state=WaitingState.LEFT, ended_at=clock.now()))
    bells.leave_all(event_id, BellEntry.member_id == member_id)
    waiting.refill(db.session.get_one(Event, event_id))
    return True


def refunded(payment_id: str, registration_id: str, *, whole: bool) -> None:
    """Money went back by another way (staff, the provider): with all of it the ticket ends that this payment paid for (not with
    that of a second payment). The payment is held by who calls."""
    registration = db.session.get_one(Registration, registration_id)
    if not whole:
        return
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    if registration.state is RegistrationState.CONFIRMED and registration.payment_id == payment_id:
        freeing.free(registration, state=RegistrationState.CANCELLED, why=Ended.REFUNDED)


def _hold_and_stop_paying(registration: Registration) -> None:
    payment = paying.hold(registration)
    if payment is not None and payment.state in RUNNING:
        payments.cancel(payment.id)
