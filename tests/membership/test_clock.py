"""What time does, also to a house whose worker slept: reminders, grace, the end, and the slow way down the ladder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.models import Standing, State, Subscription, Tier
from portal.notifications.models import Notification
from portal.rewards import services as rewards
from tests.make import Make

pytestmark = pytest.mark.one_database

DAY = timedelta(days=1)
START = datetime(2026, 1, 15, 3, tzinfo=UTC)


def said(member_id: str) -> list[str]:
    """What they heard about membership, oldest first; reminders with the days they name."""
    db.session.rollback()
    mine = sa.select(Notification).where(
        Notification.member_id == member_id, Notification.kind.startswith("membership.")
    )
    found = db.session.scalars(mine.order_by(Notification.created_at, Notification.id))
    return [f"{one.kind.split('.')[1]} {one.facts.get('days', '')}".strip() for one in found]


def sweep(moment: datetime) -> None:
    with clock.travel(moment):
        jobs.move_subscriptions()
        jobs.look_at_standings()


def joined(make: Make, months: int = 12) -> Subscription:
    with clock.travel(START), transaction():
        return make.subscription(make.member(), make.plan(months=months))


def end_of(subscription: Subscription) -> datetime:
    assert subscription.period_end is not None
    return subscription.period_end


def test_reminders_come_at_30_7_and_1_day_and_once_each(app: Flask, make: Make) -> None:
    subscription = joined(make)
    end, member_id, heard = end_of(subscription), subscription.member_id, {}
    for hours in range(-24 * 40, 24 * 9, 12):
        before = len(said(member_id))
        sweep(end + timedelta(hours=hours))
        for sentence in said(member_id)[before:]:
            heard[sentence] = hours / 24
    assert heard == {"renew 30": -30, "renew 7": -7, "renew 1": -1, "grace": 0, "lapsed": 7}


def test_a_worker_that_slept_says_one_thing_and_says_it_right(app: Flask, make: Make) -> None:
    subscription = joined(make)
    end, member_id = end_of(subscription), subscription.member_id
    sweep(end - 40 * DAY)
    sweep(end - 5 * DAY - timedelta(hours=1))
    assert said(member_id) == ["renew 6"], (
        "the one of 30 days is not sent after it, and the days are those left"
    )
    sweep(end - 5 * DAY)
    sweep(end + 10 * DAY)
    assert said(member_id) == ["renew 6", "lapsed"]
    assert db.session.get_one(Subscription, subscription.id).state is State.LAPSED


def test_a_month_is_not_announced_a_month_before(app: Flask, make: Make) -> None:
    subscription = joined(make, months=1)
    end = end_of(subscription)
    for days in (31, 30, 29, 8, 7, 2, 1):
        sweep(end - days * DAY)
    assert said(subscription.member_id) == ["renew 7", "renew 1"]


def test_a_renewal_begins_the_reminders_anew(app: Flask, make: Make) -> None:
    subscription = joined(make)
    sweep(end_of(subscription) - 7 * DAY)
    with clock.travel(end_of(subscription) - 6 * DAY), transaction():
        make.renewal(subscription)
    db.session.expire_all()
    sweep(end_of(subscription) - 30 * DAY)
    assert said(subscription.member_id) == ["renew 7", "renew 30"]


def climbed(make: Make, orders: int = 4) -> str:
    """Somebody who stands higher since the start, for deeds of that day; four orders are the second rung."""
    member_id: str = make.member().id
    with clock.travel(START), transaction():
        order(member_id, orders, "first")
    return member_id


def order(member_id: str, times: int, kind: str) -> None:
    for number in range(times):
        rewards.record_deed(member_id, "order", source_kind=kind, source_id=f"{member_id[-8:]}{number}")


def test_the_ladder_gives_notice_30_days_before_and_14_days_of_grace(app: Flask, make: Make) -> None:
    member_id, heard = climbed(make), {}
    for day in range(1, 400):
        before = len(said(member_id))
        sweep(START + day * DAY + timedelta(minutes=1))
        for sentence in said(member_id)[before:]:
            heard[sentence] = day
    assert heard == {"tier_notice": 335, "tier_grace": 365, "tier_left": 379}
    assert db.session.get_one(Tier, db.session.get_one(Standing, member_id).tier_id).position == 0


@pytest.mark.parametrize("slept", [10, 100])
def test_a_worker_that_slept_takes_nothing_without_notice(app: Flask, make: Make, slept: int) -> None:
    member_id = climbed(make)
    sweep(START + 334 * DAY)
    woke = START + (335 + slept) * DAY
    sweep(woke)
    assert said(member_id)[-1] == "tier_notice"
    until = db.session.get_one(Standing, member_id).valid_until
    assert until == woke + 30 * DAY
    sweep(until + 30 * DAY)
    assert said(member_id)[-1] == "tier_left", "late again: only what became of it is told"
    assert "tier_grace" not in said(member_id)


def test_who_keeps_earning_stands_in_nobodys_way(app: Flask, make: Make) -> None:
    """The sweep takes so many at once, the longest due first: one who needs nothing must not be due all the time."""
    member_id = climbed(make, 10)
    with clock.travel(START + 200 * DAY), transaction():
        order(member_id, 10, "more")
    moment = START + 340 * DAY
    sweep(moment)
    assert db.session.get_one(Standing, member_id).due_at == moment + DAY
