"""Several workers greet at once: each member once, each gift once, however they meet."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.membership.models import Greeting, Ritual
from portal.membership.services import rituals
from portal.notifications.models import Touch
from portal.rewards.models import Coupon, CouponPool, PointLot
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PEOPLE, WORKERS = 90, 3


def greet_on(day: date, ritual_id: str) -> int:
    """One worker's sweep; how many transactions it took."""
    with clock.travel(clock.wall_time(day, 12 * 60, "Asia/Shanghai")):
        return _greet_all(ritual_id)


def _greet_all(ritual_id: str) -> int:
    times = 0
    while True:
        with transaction():
            found = rituals.greet_some(ritual_id)
        times += 1
        if not found:
            return times


def greet_carelessly(day: date, ritual_id: str) -> int:
    """With the guards off: each worker looks before it holds anything, and believes that all the rows are its own."""
    really, look = rituals._note, rituals.whose_day
    with clock.travel(clock.wall_time(day, 12 * 60, "Asia/Shanghai")):
        seen = look(db.session.get_one(Ritual, ritual_id), day, PEOPLE)
    db.session.rollback()

    def stale(ritual: Ritual, day: date, limit: int) -> list[Any]:
        return [seen.pop() for _ in range(min(limit, len(seen)))]

    def careless(ritual: Ritual, wishes: list[Any]) -> list[tuple[Any, str]]:
        ours = {wish.member_id: row_id for wish, row_id in really(ritual, wishes)}
        return [(wish, ours.get(wish.member_id, new_id())) for wish in wishes]

    rituals._note, rituals.whose_day = careless, stale
    try:
        return greet_on(day, ritual_id)
    finally:
        rituals._note, rituals.whose_day = really, look


def festival(people: Make, day: date, **gift: Any) -> tuple[str, set[str]]:
    """A holiday of this day that reaches the crowd and nobody from other tests: it has a tier of its own."""
    with transaction():
        tier = people.tier()
        plan, members = people.plan(tier), [people.member() for _ in range(PEOPLE)]
        for member in members:
            people.subscription(member, plan)
        held = people.holiday(comes="solar", month=day.month, day=day.day, tier_id=tier.id, **gift)
        return held.id, {member.id for member in members}


def tomorrow() -> date:
    return clock.in_zone(clock.now() + clock.days(1), "Asia/Shanghai").date()


def counted(model: Any, *where: Any) -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(model.member_id).where(*where)))


def test_each_is_greeted_once_and_given_once(house: House, people: Make) -> None:
    day = tomorrow()
    ritual_id, members = festival(people, day, points=7)
    at_once(house, greet_on, [(day, ritual_id)] * WORKERS)
    rows = db.session.scalars(sa.select(Greeting.id).where(Greeting.ritual_id == ritual_id)).all()
    once = dict.fromkeys(members, 1)
    assert counted(Greeting, Greeting.ritual_id == ritual_id) == once
    assert counted(Touch, Touch.group_key.contains(ritual_id)) == once
    assert counted(PointLot, PointLot.source_kind == "ritual", PointLot.source_id.in_(rows)) == once


def test_a_pool_that_runs_dry_is_promised_to_nobody(house: House, people: Make) -> None:
    day = tomorrow()
    with transaction():
        pool_id = people.pool(number=PEOPLE // 2).id
    ritual_id, _members = festival(people, day, pool_id=pool_id)
    at_once(house, greet_on, [(day, ritual_id)] * WORKERS)
    given = counted(Coupon, Coupon.pool_id == pool_id, Coupon.member_id.is_not(None))
    assert max(given.values()) == 1 and len(given) == PEOPLE // 2
    mine = sa.select(Touch).where(Touch.group_key.contains(ritual_id))
    told = {touch.member_id for touch in db.session.scalars(mine) if "gift" in touch.facts}
    assert told == set(given)
    assert len(counted(Greeting, Greeting.ritual_id == ritual_id, Greeting.missed)) == PEOPLE - PEOPLE // 2
    assert db.session.get_one(CouponPool, pool_id).given == PEOPLE // 2


def test_without_the_guard_gifts_come_twice(house: House, people: Make) -> None:
    """The switch: proves that the tests above would notice."""
    day = tomorrow()
    ritual_id, members = festival(people, day, points=7)
    at_once(house, greet_carelessly, [(day, ritual_id)] * WORKERS)
    lots = counted(PointLot, PointLot.member_id.in_(members))
    assert max(lots.values()) > 1
