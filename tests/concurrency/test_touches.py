"""Two workers release what the brand wants to say: together they never spend more than the budget."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.brand.services import change_settings
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.notifications import jobs, services
from portal.notifications.models import Notification, Touch, TouchState
from portal.notifications.services import touches
from tests.concurrency.crowd import House, at_once
from tests.make import Make

WAITING, BUDGET, TRIES = 12, 2, 4
KIND = "stories.news"


@pytest.fixture
def members(house: House, people: Make) -> list[str]:
    """Three members to whom much more is to be said than there is room for, at any hour."""
    with transaction():
        change_settings(by=None, contact_budget=BUDGET, quiet_from=0, quiet_until=0)
        db.session.execute(sa.delete(Touch))
    ids = [people.member().id for _number in range(3)]
    prepare(ids)
    return ids


def prepare(ids: list[str]) -> None:
    with transaction():
        for _number in range(WAITING):
            services.touch(ids, KIND, path="/stories", group=new_id(), expires_in=timedelta(days=5), text="x")


def waiting_touches(share: int) -> list[str]:
    """Everything that waits, in an order of this worker's own."""
    ids = list(db.session.scalars(sa.select(Touch.id).where(Touch.state == TouchState.WAITING)))
    random.Random(share).shuffle(ids)
    db.session.rollback()
    return ids


def release_all(share: int) -> None:
    for touch_id in waiting_touches(share):
        with transaction():
            services.release(touch_id)


def release_all_carelessly(share: int) -> None:
    """With the lock off: look whether there is room, and speak a moment later."""
    for touch_id in waiting_touches(share):
        waiting = db.session.get_one(Touch, touch_id)
        reach, answer = touches._ask(waiting, clock.now())
        db.session.rollback()
        time.sleep(0.002)
        if answer is None and reach is not None:
            with transaction():
                if touches._move(waiting, state=TouchState.MADE, made_at=clock.now()):
                    touches._say(waiting, reach)


def made(ids: list[str]) -> list[int]:
    """How many touches and how many messages each member got."""
    db.session.rollback()
    counts = []
    for member_id in ids:
        touched = sa.select(sa.func.count()).where(
            Touch.member_id == member_id, Touch.state == TouchState.MADE
        )
        messages = sa.select(sa.func.count()).where(
            Notification.member_id == member_id, Notification.kind == KIND
        )
        counts += [db.session.scalar(touched) or 0, db.session.scalar(messages) or 0]
    return counts


def test_two_workers_never_spend_the_same_room(house: House, members: list[str]) -> None:
    at_once(house, release_all, [(share,) for share in range(3)])
    assert made(members) == [BUDGET, BUDGET] * len(members)


def test_nor_do_their_sweeps(house: House, members: list[str]) -> None:
    at_once(house, jobs.release_due, [(), ()])
    assert made(members) == [BUDGET, BUDGET] * len(members)


def test_without_the_lock_they_would(house: House, members: list[str]) -> None:
    """The switch: proves that the test above would notice."""
    for _try in range(TRIES):
        at_once(house, release_all_carelessly, [(share,) for share in range(3)])
        if max(made(members)) > BUDGET:
            return
        with transaction():
            db.session.execute(sa.delete(Touch))
            db.session.execute(sa.delete(Notification).where(Notification.kind == KIND))
        prepare(members)
    pytest.fail("careless workers should have said too much")
