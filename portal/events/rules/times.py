"""How long offers hold, what comes back on leaving, and until when a ticket can be changed.

``begins`` is when the first day begins that a ticket is good for (``queries.programme.begins_for``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.events.models import Event, Registration, RegistrationState

#: an offer never holds for less, unless the event ends before
SHORTEST_OFFER = timedelta(minutes=30)
#: until so long before the start nobody in the waiting list is passed by; then whoever fits
STRICT_UNTIL = timedelta(hours=48)


def offer_until(event: Event, now: datetime) -> datetime:
    """When an offer made now ends: after the event's hours, near the start after a quarter of the time that is left."""
    left = event.starts_at - now
    lasts = max(SHORTEST_OFFER, min(timedelta(hours=event.offer_hours), left / 4))
    return min(now + lasts, event.ends_at)


def keeps_line(event: Event, now: datetime) -> bool:
    """Whether seats wait for the party that is first in line even if a smaller one behind it would fit."""
    return now < event.starts_at - STRICT_UNTIL


def refund_for(event: Event, registration: Registration, *, begins: datetime, now: datetime) -> int:
    """What comes back to who gives the ticket up now, in minor units. Nothing once its day has begun."""
    if registration.state is not RegistrationState.CONFIRMED:
        return 0
    return refund_of(event, registration.amount, begins=begins, now=now)


def refund_of(event: Event, amount: int, *, begins: datetime, now: datetime) -> int:
    """What of ``amount`` (minor units) comes back now: all of it, the event's percentage near the start, nothing after."""
    if now >= begins:
        return 0
    whole = now <= begins - timedelta(hours=event.refund_hours)
    return amount if whole else amount * event.refund_percent // 100


def share_of(registration: Registration, people: int) -> int:
    """What so many of the party cost, of what all of them cost; rounded up, so that what goes back was paid."""
    return -(-registration.amount * people // registration.people)


def may_cancel(registration: Registration, *, begins: datetime, now: datetime) -> bool:
    return registration.state is RegistrationState.CONFIRMED and now < begins


def may_release(event: Event, registration: Registration, *, begins: datetime, now: datetime) -> bool:
    """“I won’t make it” is kind until so many hours before the start; it costs nothing and counts for nothing."""
    last = begins - timedelta(hours=event.release_hours)
    return may_cancel(registration, begins=begins, now=now) and now <= last


def may_pass_on(event: Event, registration: Registration, *, begins: datetime, now: datetime) -> bool:
    return may_cancel(registration, begins=begins, now=now) and now <= passes_on_until(event, begins)


def passes_on_until(event: Event, begins: datetime) -> datetime:
    """The last moment at which a ticket goes to somebody else."""
    return begins - timedelta(hours=event.pass_on_hours)
