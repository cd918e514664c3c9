"""Reminders: an hour before it opens for each, once; and word of what moved or was cancelled, to who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.catalog.services import hide_product
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.drops import jobs
from portal.drops.models import DropReminder
from portal.drops.queries.studio import next_slots
from portal.drops.services import making, reminding
from tests.client import PortalClient
from tests.drops.lives import early_member, told
from tests.make import Make

MINUTE = timedelta(minutes=1)


def run(at: datetime) -> None:
    with clock.travel(at):
        jobs.remind()
        jobs.tell_news()
    db.session.expire_all()


def test_each_is_reminded_an_hour_before_it_opens_for_them_and_once(
    make: Make, outbox: Callable[[], list[Any]]
) -> None:
    drop = make.drop(slot=4)
    late, early = make.member(), early_member(make, 24)
    for member in (late, early):
        make.drop_reminder(drop, member)
    start = drop.starts_at
    run(start - timedelta(hours=25) - MINUTE)
    assert not told(early.id, "reminder")
    run(start - timedelta(hours=25))
    assert len(told(early.id, "reminder")) == 1
    assert not told(late.id, "reminder")
    run(start - timedelta(hours=1) - MINUTE)
    assert not told(late.id, "reminder")
    for moment in (start - timedelta(hours=1), start - timedelta(minutes=30), start):
        run(moment)
    assert len(told(early.id, "reminder")) == 1
    [sentence] = told(late.id, "reminder")
    assert "First snow opens for you on" in sentence
    assert "10:00" in sentence
    assert len(outbox()) == 2


def test_who_gets_early_access_later_is_reminded_earlier(make: Make) -> None:
    """The perk counts as it is when the sweep looks, not as it was when they asked."""
    drop, member = make.drop(slot=4), early_member(make, 48)
    make.drop_reminder(drop, member)
    run(drop.starts_at - timedelta(hours=49))
    [sentence] = told(member.id, "reminder")
    assert "10:00" in sentence


@pytest.mark.parametrize("state", ["draft", "cancelled", "over", "taken back"])
def test_nobody_is_reminded_of_what_does_not_come(make: Make, state: str) -> None:
    drop = make.drop(slot=1)
    row = make.drop_reminder(drop)
    member_id, at = row.member_id, drop.starts_at - timedelta(minutes=30)
    if state == "draft":
        drop.published_at = None
    elif state == "cancelled":
        drop.cancelled_at = clock.now()
    elif state == "over":
        at = drop.starts_at + timedelta(hours=2)
    else:
        with transaction():
            reminding.forget(drop, by=viewer_of(member_id))
    db.session.commit()
    run(at)
    assert not told(member_id, "reminder")


def test_moving_is_told_and_reminds_anew(make: Make) -> None:
    keeper, drop = viewer_of(make.staff("manager").id), make.drop(slot=1)
    row = make.drop_reminder(drop)
    member_id = row.member_id
    run(drop.starts_at - timedelta(minutes=30))
    assert len(told(member_id, "reminder")) == 1
    later = next_slots()[5]
    with transaction():
        assert making.move(drop, later, by=keeper)
        assert not making.move(drop, later, by=keeper)
    run(clock.now())
    run(clock.now())
    assert len(told(member_id, "moved")) == 1
    assert drop.sequence == 1
    run(later - timedelta(minutes=30))
    assert len(told(member_id, "reminder")) == 2


def test_moved_twice_before_the_worker_came_is_told_once_as_it_stands(make: Make) -> None:
    keeper, drop = viewer_of(make.staff("manager").id), make.drop(slot=1)
    member_id = make.drop_reminder(drop).member_id
    for slot in (3, 6):
        with transaction():
            making.move(drop, next_slots()[slot], by=keeper)
    run(clock.now())
    assert len(told(member_id, "moved")) == 1


def test_cancelling_is_told_with_the_reason_to_who_asked_and_nobody_else(make: Make) -> None:
    keeper, drop, other = viewer_of(make.staff("manager").id), make.drop(slot=1), make.member()
    member_id = make.drop_reminder(drop).member_id
    with transaction():
        making.cancel(drop, "The dye did not hold.", by=keeper)
        making.cancel(drop, "Twice.", by=keeper)
    run(clock.now())
    run(drop.starts_at - timedelta(minutes=30))
    assert told(member_id, "cancelled") == ["First snow does not come: The dye did not hold."]
    assert not told(member_id, "reminder")
    assert not told(other.id, "cancelled")


def test_a_draft_that_moves_tells_nobody(make: Make) -> None:
    keeper, drop = viewer_of(make.staff("manager").id), make.drop(published=False)
    row = make.drop_reminder(drop)
    with transaction():
        making.move(drop, next_slots()[2], by=keeper)
    run(clock.now())
    assert db.session.get_one(DropReminder, (drop.id, row.member_id)).news_at is None
    assert not told(row.member_id, "moved")


def test_many_are_told_in_steps(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STEP", 2)
    keeper, drop = viewer_of(make.staff("manager").id), make.drop(slot=1)
    waiting = [make.drop_reminder(drop).member_id for _number in range(5)]
    run(drop.starts_at - timedelta(minutes=30))
    assert [len(told(member_id, "reminder")) for member_id in waiting] == [1] * 5
    with transaction():
        making.move(drop, next_slots()[2], by=keeper)
    run(clock.now())
    assert [len(told(member_id, "moved")) for member_id in waiting] == [1] * 5


@pytest.fixture
def unlucky(make: Make) -> Iterator[str]:
    """A member whom nothing can be told: the database refuses it."""
    member_id = make.member().id
    db.session.commit()
    refuses = (
        "CREATE TRIGGER refuses BEFORE INSERT ON notification "
        f"WHEN NEW.member_id = '{member_id}' BEGIN SELECT RAISE(ABORT, 'unlucky'); END"
    )
    with transaction():
        db.session.execute(sa.text(refuses))
    yield member_id
    with transaction():
        db.session.execute(sa.text("DROP TRIGGER refuses"))


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["reminder", "moved"])
def test_one_who_cannot_be_told_stands_in_nobodys_way(
    make: Make, monkeypatch: pytest.MonkeyPatch, unlucky: str, kind: str
) -> None:
    monkeypatch.setattr(jobs, "STEP", 2)
    keeper, drop = viewer_of(make.staff("manager").id), make.drop(slot=1)
    broken = db.session.get_one(Member, unlucky)
    waiting = [
        make.drop_reminder(drop, member).member_id
        for member in (broken, *(make.member() for _number in range(4)))
    ]
    if kind == "moved":
        with transaction():
            making.move(drop, next_slots()[2], by=keeper)
    run(clock.now() if kind == "moved" else drop.starts_at - timedelta(minutes=30))
    assert [len(told(member_id, kind)) for member_id in waiting] == [0, 1, 1, 1, 1]


def test_who_could_not_be_told_in_time_hears_that_it_is_open(make: Make) -> None:
    drop = make.drop(slot=1)
    member_id = make.drop_reminder(drop).member_id
    run(drop.starts_at + timedelta(minutes=20))
    [sentence] = told(member_id, "reminder")
    assert "First snow is open for you: since" in sentence


# ------------------------------------------------------------------ what was hidden until it opens


def is_shown(product_id: str) -> bool:
    db.session.expire_all()
    return db.session.get_one(Product, product_id).shown


def opened(at: datetime) -> None:
    with clock.travel(at):
        jobs.show_products()


def test_what_was_hidden_is_there_in_the_minute_in_which_it_opens_for_everybody(
    make: Make, client: PortalClient
) -> None:
    drop, hidden, shown = make.drop(), make.product(shown=False), make.product()
    colors = [make.color(hidden).id for _two in range(2)]
    for color_id in colors:
        make.drop_item(drop, hidden, color_id=color_id)
    make.drop_item(drop, shown)
    starts_at, page, product_id = drop.starts_at, f"/products/{hidden.slug}", hidden.id
    opened(starts_at - MINUTE)
    assert client.get(page).status_code == 404
    for moment in (starts_at, starts_at + MINUTE):
        opened(moment)
    assert client.get(page).status_code == 200
    [entry] = entries_of("product", product_id)
    assert (entry.action, entry.by_id) == ("product.shown", None)
    assert entries_of("product", shown.id) == []


def test_what_staff_hide_afterwards_stays_hidden(make: Make) -> None:
    drop, product = make.drop(), make.product(shown=False)
    make.drop_item(drop, product)
    opened(drop.starts_at)
    with transaction():
        hide_product(product, by=viewer_of(make.staff("manager").id))
    opened(drop.starts_at + MINUTE)
    assert not is_shown(product.id)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_does_not_come_shows_nothing(make: Make, state: str) -> None:
    product = make.product(shown=False)
    facts = {"published": False} if state == "draft" else {"cancelled_at": clock.now()}
    drop = make.drop(**facts)
    make.drop_item(drop, product)
    opened(drop.starts_at + MINUTE)
    assert not is_shown(product.id)


def test_without_a_story_it_waits_for_one_and_the_others_do_not(make: Make) -> None:
    drop, mute, other = (
        make.drop(),
        make.product(shown=False, story_zh="", story_en=" "),
        make.product(shown=False),
    )
    for product in (mute, other):
        make.drop_item(drop, product)
    opened(drop.starts_at)
    assert (is_shown(mute.id), is_shown(other.id)) == (False, True)
    mute.story_zh = "名字来自第一场雪。"
    db.session.commit()
    opened(drop.starts_at + MINUTE)
    assert is_shown(mute.id)
