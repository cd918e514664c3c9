"""What of a ticket's money comes back: what the rule gives, and never more than is still here."""

from __future__ import annotations

from datetime import datetime

from portal.core.db import db
from portal.events.models import Event, Registration, RegistrationState, TicketType
from portal.events.queries.programme import begins_for
from portal.events.rules import times
from portal.payments import queries as payments


def still_here(registration: Registration) -> int:
    """Minor units that were paid for it and are not on their way back; nothing for what was not paid. At most one query."""
    if registration.payment_id is None:
        return 0
    payment = payments.get_payment(registration.payment_id)
    return payment.received - payment.refunded


def comes_back(event: Event, registration: Registration, now: datetime) -> int:
    """Minor units that come back to who gives the ticket up now; all that is still here once the event is called off."""
    if event.cancelled_at and registration.state is RegistrationState.CONFIRMED:
        return still_here(registration)
    rule = times.refund_for(event, registration, begins=_begins(event, registration), now=now)
    return min(rule, still_here(registration))


def comes_back_for_fewer(event: Event, registration: Registration, people: int, now: datetime) -> int:
    """Minor units that come back when only so many ``people`` of the party come."""
    gone = registration.amount - times.share_of(registration, people)
    rule = times.refund_of(event, gone, begins=_begins(event, registration), now=now)
    return min(rule, still_here(registration))


def _begins(event: Event, registration: Registration) -> datetime:
    return begins_for(event, db.session.get_one(TicketType, registration.ticket_type_id))
