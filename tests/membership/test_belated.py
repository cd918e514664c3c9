"""The worker stood still on somebody's day: as long as a greeting is fresh it comes all the same, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership.models import Greeting, Ritual
from portal.membership.services import holidays
from portal.rewards.models import PointLot
from tests.factories.orders import told
from tests.make import Make
from tests.membership.test_rituals import at, born, greet_on, holiday, owner_of, set_ritual, touches

pytestmark = pytest.mark.one_database

DAY = date(2027, 5, 7)


def late(days: int) -> date:
    return DAY + timedelta(days=days)


def greeted() -> list[tuple[str, int]]:
    db.session.expire_all()
    return sorted((row.ritual_id, row.turn) for row in db.session.scalars(sa.select(Greeting)))


def test_the_day_after_all_are_greeted_once_and_given_once(app: Flask, make: Make) -> None:
    set_ritual("birthday", points=30)
    born(make, DAY.month, DAY.day)
    make.member(joined_at=at(date(2025, 5, 7)))
    owner_of(make, "Breeze")
    feast = holiday(make.staff("owner", joined_at=at(late(1))), DAY)
    for _twice in range(2):
        greet_on(late(1))
    own = [("birthday", 2027), ("joining_day", 2027), ("product_day", 20270507)]
    assert greeted() == sorted([*own, *[(feast.id, 2027)] * 3])
    assert {touch.expires_at for touch in touches()} == {at(late(2), 0)}
    assert len(list(db.session.scalars(sa.select(PointLot)))) == 0  # their tier gives nothing on birthdays


def test_two_days_after_it_is_too_late(app: Flask, make: Make) -> None:
    born(make, DAY.month, DAY.day)
    greet_on(late(2))
    assert greeted() == []


def test_who_joined_after_their_day_waits_for_the_next(app: Flask, make: Make) -> None:
    make.member(birth_month=DAY.month, birth_day=DAY.day, joined_at=at(late(1), 1))
    greet_on(late(1))
    assert greeted() == []


def test_what_staff_switch_on_or_add_is_greeted_from_that_day_on(app: Flask, make: Make) -> None:
    owner = make.staff("owner", joined_at=at(late(1)))
    born(make, DAY.month, DAY.day)
    set_ritual("birthday", active=False)
    with clock.travel(at(late(1), 60)):
        holiday(owner, DAY)
        with transaction():
            holidays.switch(db.session.get_one(Ritual, "birthday"), True, by=viewer_of(owner.id))
    greet_on(late(1))
    assert greeted() == []


def test_what_is_given_back_late_is_not_greeted_late(app: Flask, make: Make) -> None:
    from portal.orders.models import OrderStatus
    from portal.orders.services import save_orders

    owner_of(make, "Wheat", order_no="BACK")
    greet_on(late(1))
    with clock.travel(at(late(1), 13 * 60)), transaction():
        save_orders("generic", [told(order_no="BACK", status=OrderStatus.CANCELLED)])
    assert [touch.state.value for touch in touches()] == ["dropped"]
