"""Two workers sweep at once: nobody is reminded of a drop twice, or told twice that it moved."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, insert_once, transaction
from portal.core.errors import Conflict
from portal.drops import jobs
from portal.drops.models import Drop, DropReminder
from portal.drops.services import making, reminding
from portal.notifications.models import Notification
from tests.concurrency.crowd import House, at_once
from tests.make import Make

WAITING, TRIES = 30, 4


@pytest.fixture
def drop_id(house: House, people: Make) -> str:
    """A drop that opens in half an hour, and many who wait for it."""
    with transaction():
        db.session.execute(sa.delete(DropReminder))
        db.session.execute(sa.update(Drop).values(starts_at=clock.now() - timedelta(days=99)))
    drop = people.drop(starts_at=clock.now() + timedelta(minutes=30))
    for _number in range(WAITING):
        people.drop_reminder(drop)
    return str(drop.id)


def remind_carelessly() -> None:
    """With the claim off: look who waits, and tell them a moment later."""
    for due in reminding.due_now():
        waiting = reminding.next_to_remind(due, WAITING)
        drop = db.session.get_one(Drop, due.drop_id)
        db.session.rollback()
        time.sleep(0.05)
        for member_id in waiting:
            with transaction():
                reminding._tell(drop, member_id, "reminder", opens_at=drop.starts_at)


def told(kind: str, drop_id: str) -> list[int]:
    """How often each who waits was told: the inbox folds what repeats, and counts it."""
    db.session.rollback()
    waiting = sa.select(DropReminder.member_id).where(DropReminder.drop_id == drop_id)
    found = sa.select(Notification.count).where(
        Notification.member_id.in_(waiting), Notification.kind == f"drops.{kind}"
    )
    return list(db.session.scalars(found))


def test_two_workers_remind_each_once(house: House, drop_id: str) -> None:
    at_once(house, jobs.remind, [(), ()])
    assert told("reminder", drop_id) == [1] * WAITING


def test_two_workers_tell_once_that_it_moved(house: House, drop_id: str) -> None:
    with transaction():
        reminding.owe_news(db.session.get_one(Drop, drop_id), anew=False)
    at_once(house, jobs.tell_news, [(), ()])
    assert told("moved", drop_id) == [1] * WAITING


def test_who_takes_it_back_meanwhile_is_told_at_most_once(house: House, drop_id: str) -> None:
    ids = list(db.session.scalars(sa.select(DropReminder.member_id)))
    db.session.rollback()
    at_once(house, ask_and_forget, [(drop_id, ids), (drop_id, ids)])
    left = sa.select(sa.func.count()).select_from(DropReminder).where(DropReminder.drop_id == drop_id)
    assert db.session.scalar(left) == WAITING


@pytest.mark.parametrize("careless", [False, True])
def test_nobody_waits_for_what_was_cancelled_meanwhile(house: House, people: Make, careless: bool) -> None:
    """Who asks in the moment of the end is refused, or told of it. The switch asks as before: look, and write a moment later."""
    keeper, forgotten = people.staff("manager").id, 0
    for _try in range(TRIES):
        drop_id, member_id = people.drop(slot=2).id, people.member().id
        db.session.commit()
        at_once(
            house, act, [(drop_id, keeper, "cancel"), (drop_id, member_id, "look" if careless else "ask")]
        )
        db.session.rollback()
        row = db.session.get(DropReminder, (drop_id, member_id))
        forgotten += row is not None and row.news_at is None
    assert bool(forgotten) is careless


def act(drop_id: str, member_id: str, deed: str) -> None:
    drop, by = db.session.get_one(Drop, drop_id), viewer_of(member_id)
    if deed == "look":
        if drop.cancelled_at is not None:
            return
        db.session.rollback()
        time.sleep(0.15)
    with transaction():
        if deed == "cancel":
            time.sleep(0.02)
            making.cancel(drop, "", by=by)
            time.sleep(0.05)
        elif deed == "ask":
            time.sleep(0.04)
            with suppress(Conflict):
                reminding.ask(drop, by=by)
        else:
            insert_once(DropReminder, drop_id=drop_id, member_id=member_id, asked_at=clock.now())


def ask_and_forget(drop_id: str, ids: list[str]) -> None:
    """An impatient finger on the button, everybody's at once; in the end all want it."""
    drop = db.session.get_one(Drop, drop_id)
    for on in (False, True, True):
        for member_id in ids:
            with transaction():
                by = viewer_of(member_id)
                (reminding.ask if on else reminding.forget)(drop, by=by)


def test_without_the_claim_they_would(house: House, drop_id: str) -> None:
    """The switch: proves that the tests above would notice."""
    for _try in range(TRIES):
        at_once(house, remind_carelessly, [(), ()])
        if max(told("reminder", drop_id)) > 1:
            return
    pytest.fail("careless workers should have told somebody twice")
