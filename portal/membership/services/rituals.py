"""Days of a member that the house greets, once a year each. How it reaches them is a matter of the contact budget."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, insert_once
from portal.membership.models import Greeting
from portal.notifications.services import touch

JOINING_DAY = "joining_day"
#: a greeting that could not come within these days does not come at all
FRESH = timedelta(days=2)


def greet_joining_days() -> int:
    """Greet whose joining day is today, shop time. Returns how many are new; twice on a day is once."""
    today, greeted = brand.shop_day(clock.now()), 0
    for year, start, end in _same_days(today):
        members = sa.select(Member.id).where(
            Member.state == MemberState.ACTIVE,
            Member.joined_at >= clock.day_start(start, brand.current().time_zone),
            Member.joined_at < clock.day_start(end, brand.current().time_zone),
        )
        new = [
            member_id
            for member_id in db.session.scalars(members).all()
            if insert_once(Greeting, member_id=member_id, kind=JOINING_DAY, year=today.year, at=clock.now())
        ]
        touch(
            new,
            f"membership.{JOINING_DAY}",
            path="/me/card",
            group=f"membership:{JOINING_DAY}:{today:%Y}",
            expires_in=FRESH,
            years=today.year - year,
        )
        greeted += len(new)
    return greeted


def _same_days(today: date) -> Iterator[tuple[int, date, date]]:
    """This day in each year of the house: (year, day, the next day). In a common year the 28th of February greets those
    of the 29th too."""
    first = db.session.scalar(sa.select(sa.func.min(Member.joined_at)))
    if first is None:
        return
    for year in range(brand.shop_day(first).year, today.year):
        if (today.month, today.day) == (2, 29) and not isleap(year):
            continue
        start = date(year, today.month, today.day)
        both = (today.month, today.day) == (2, 28) and isleap(year) and not isleap(today.year)
        yield year, start, start + timedelta(days=2 if both else 1)
