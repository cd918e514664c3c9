"""Giving a place up: a hold, a ticket with what comes back, or kindly on the day itself."""

from __future__ import annotations

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, NotAllowed
from portal.core.i18n import _
from portal.events.models import Ended, Event, Origin, Registration, RegistrationState
from portal.events.rules import times
from portal.events.services import freeing, paying, seats
from portal.payments import queries as payments_queries
from portal.payments import services as payments
from portal.payments.models import RUNNING


def give_up(registration: Registration) -> None:
    """The hold (or the offer) is not wanted. A payment that runs is cancelled. Changes nothing when it is over already."""
    _stop_paying(registration)
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    if registration.state is not RegistrationState.HELD:
        return
    declined = registration.origin is Origin.OFFER
    freeing.free(
        registration,
        state=RegistrationState.CANCELLED,
        why=Ended.DECLINED if declined else Ended.GIVEN_UP,
    )


def cancel(registration: Registration, *, seen: int, kindly: bool = False) -> int:
    """Give the ticket back; returns what comes back (minor units), which must be what the page showed (``seen``).

    ``kindly``: “I won’t make it”, possible until the event's hour and thanked for. Raises NotAllowed when it is too late,
    Conflict when something else happened meanwhile.
    """
    if registration.payment_id is not None:
        payments_queries.held_payment(registration.payment_id)
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    event, now = db.session.get_one(Event, registration.event_id), clock.now()
    may = times.may_release if kindly else times.may_cancel
    if not registration.is_live:
        raise Conflict(_("This ticket was given back already."))
    if not may(event, registration, now):
        raise NotAllowed(_("It is too late to give this ticket back."))
    amount = times.refund_for(event, registration, now)
    if amount != seen:
        raise Conflict(_("What comes back has changed since this page was opened. Please look again."))
    freeing.free(
        registration,
        state=RegistrationState.CANCELLED,
        why=Ended.RELEASED if kindly else Ended.CANCELLED,
    )
    if registration.payment_id is not None:
        paying.give_back(registration.payment_id, amount, reason=_("The ticket was given back."))
    return amount


def refunded(registration_id: str, *, whole: bool) -> None:
    """Money went back by another way (staff, the provider): with all of it the ticket ends. The payment is held by who calls."""
    registration = db.session.get_one(Registration, registration_id)
    if not whole:
        return
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    if registration.is_live:
        freeing.free(registration, state=RegistrationState.CANCELLED, why=Ended.REFUNDED)


def _stop_paying(registration: Registration) -> None:
    if registration.payment_id is None:
        return
    if payments_queries.held_payment(registration.payment_id).state in RUNNING:
        payments.cancel(registration.payment_id)
