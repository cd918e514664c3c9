"""A ticket for one day of several: what can be done with it can be done until that day, not until the event's first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed
from portal.events.models import Ended, Event, Registration, TicketType
from portal.events.queries.standing import standing_of
from portal.events.services import changing, leaving, passing
from tests.make import Make

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def second_day(make: Make) -> TicketType:
    """For the second of three days."""
    event = make.event(days=3, refund_hours=24, refund_percent=50)
    return make.ticket_type(event, day_id=make.event_days(event)[1].id)


def begins(kind: TicketType) -> datetime:
    """When the doors open on the second day."""
    return db.session.get_one(Event, kind.event_id).starts_at + timedelta(days=1)


def again(one: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, one.id, populate_existing=True)


def test_it_is_given_back_until_its_own_day_begins(make: Make, second_day: TicketType) -> None:
    late, kindly, early = (make.registration(second_day) for _one in range(3))
    start = begins(second_day)
    with clock.travel(start), pytest.raises(NotAllowed), transaction():
        leaving.cancel(again(late), seen=0)
    with clock.travel(start - 4 * HOUR), transaction():
        leaving.cancel(again(kindly), seen=0, kindly=True)
    with clock.travel(start - SECOND), transaction():
        leaving.cancel(again(early), seen=0)
    assert (again(kindly).ended, again(early).ended) == (Ended.RELEASED, Ended.CANCELLED)


def test_a_ticket_for_all_days_is_given_back_until_the_first(make: Make, second_day: TicketType) -> None:
    event = db.session.get_one(Event, second_day.event_id)
    whole = make.registration(make.ticket_type(event))
    with clock.travel(event.starts_at), pytest.raises(NotAllowed), transaction():
        leaving.cancel(again(whole), seen=0)


def test_it_is_passed_on_and_made_smaller_on_the_days_before(make: Make, second_day: TicketType) -> None:
    one, taker = make.registration(second_day, people=2), make.member()
    with clock.travel(begins(second_day) - 3 * HOUR):
        with transaction():
            changing.come_with_fewer(again(one), [1], version=again(one).version, seen=0)
        with transaction():
            token = passing.make_link(again(one), "", by=viewer_of(one.member_id))
        by = viewer_of(taker.id)
        standing = standing_of(by)
        with transaction():
            passing.take(passing.find_link(token, by), by=by, standing=standing)
    assert (again(one).member_id, again(one).people) == (taker.id, 1)


@pytest.mark.parametrize(("before", "back"), [(25 * HOUR, 8800), (24 * HOUR - SECOND, 4400)])
def test_what_comes_back_is_counted_from_its_own_day(
    make: Make, as_member: Any, second_day: TicketType, before: timedelta, back: int
) -> None:
    with transaction():
        db.session.get_one(TicketType, second_day.id).price = 8800
    member = make.member()
    one = make.paid_registration(second_day, member)
    with clock.travel(begins(second_day) - before):
        assert f'name="seen" value="{back}"' in as_member(member).get(f"/me/tickets/{one.id}").text
        with transaction():
            assert leaving.cancel(again(one), seen=back) == back
