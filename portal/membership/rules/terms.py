"""Periods and money of paid membership. Amounts are minor units, whole; what is divided is rounded for the member."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core import clock
from portal.core.errors import Invalid
from portal.core.i18n import _

#: a member keeps everything for so long when a period ends unpaid
GRACE = timedelta(days=7)
#: a resting membership wakes up by itself after this time
LONGEST_PAUSE = timedelta(days=90)
#: a gift waits so long for who claims it
CLAIM_WINDOW = timedelta(days=365)
#: days before the end of a period on which a member is reminded
REMINDERS = (30, 7, 1)
#: the credit of an upgrade holds so long after it was offered
OFFER_HOLDS = timedelta(days=1)
#: an upgrade sets off at most so many times its own price
MOST_CREDIT = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What changing to another plan now costs, and the period that it gives.

    ``due`` is the price less the credit for the unused rest of the present plan, never below zero.
    """

    price: int
    credit: int
    due: int
    starts_at: datetime
    ends_at: datetime


def months_later(moment: datetime, months: int, zone: str) -> datetime:
    """The same day of a later month at the same hour of the shop; the last day of it when it has no such day."""
    local = clock.in_zone(moment, zone)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(moment.tzinfo)


def unused_value(worth: int, rest: timedelta, whole: timedelta) -> int:
    """What the rest of a period is worth, rounded up; nothing when none is left, never more than all of it."""
    if rest <= timedelta():
        return 0
    return min(worth, -(-worth * _micro(rest) // _micro(whole)))


def upgrade_preview(price: int, months: int, credit: int, start: datetime, zone: str) -> Preview:
    """A new period of the other plan from ``start``, less the unused rest of the present one.

    When the rest is worth more than the new period costs, nothing is due and the period is longer by what is left. Raises
    Invalid when it is worth very much more: so much time nobody can promise.
    """
    if credit > MOST_CREDIT * price:
        raise Invalid(
            _(
                "What is left of your present membership is worth much more than this one. Please choose a longer one."
            ),
            field="plan",
        )
    end = months_later(start, months, zone)
    if credit > price:
        beyond = timedelta(microseconds=-(-_micro(end - start) * (credit - price) // price))
        return Preview(price, credit, 0, start, end + beyond)
    return Preview(price, credit, price - credit, start, end)


def _micro(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
