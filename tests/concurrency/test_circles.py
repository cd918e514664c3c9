"""Whoever writes about the same members at once waits in one order: nobody waits for somebody who waits for them.

Each meeting is played twice: as the portal does it, and in the order that would get stuck on PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from blinker import Signal
from sqlalchemy.exc import OperationalError

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import contacts, erasing, profiles
from portal.accounts.showing import Audience
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, insert_once, lock_row, transaction
from portal.membership.models import Greeting
from portal.membership.services import leaving
from portal.notifications.models import Touch
from portal.notifications.services import touches
from portal.orders import services as orders
from portal.orders.models import OrderStatus
from portal.orders.services import saving, telling
from portal.rewards import services as rewards
from portal.rewards.services import deeds
from portal.stories.models import Story, StoryState
from portal.stories.services.standing import move_story
from tests.concurrency.crowd import House, at_once
from tests.factories.orders import told
from tests.make import Make

Share = tuple[Any, ...]
PAUSE = 0.5
#: so often two without a guard may miss each other on a busy machine
ATTEMPTS = 4


def do(deed: str, *facts: Any) -> str:
    """One deed, in a process of its own: ``done``, or ``stuck``."""
    return str(_DEEDS[deed](*facts))


def _unless_stuck(deed: Callable[[], object]) -> str:
    try:
        with transaction():
            deed()
    except OperationalError as error:
        return "stuck" if "deadlock" in str(error) else str(error)
    return "done"


def slowly(place: object, name: str, *, before: float = 0.0, after: float = 0.0) -> Any:
    """Somebody takes a moment before or after this."""
    really = getattr(place, name)

    def slow(*given: Any, **named: Any) -> Any:
        time.sleep(before)
        answer = really(*given, **named)
        time.sleep(after)
        return answer

    return patch.object(place, name, slow)


def said(house: House, *shares: Share) -> set[str]:
    answers = set(at_once(house, do, shares))
    db.session.rollback()
    return answers


def expect(house: House, answers: set[str], *, guarded: bool) -> None:
    """SQLite has one writer at a time, whatever we do."""
    assert ("stuck" in answers) == (house.kind == "postgresql" and not guarded), answers


# ------------------------------------------------------------------ a deed, and who changes how they are reached


def note_deed(member_id: str) -> str:
    """The line points at the member, then the member is held: their tier may be another one now."""
    noted = partial(
        rewards.record_deed, member_id, "story_approved", source_kind="circle", source_id=member_id
    )
    with slowly(deeds, "check_badges", before=PAUSE):
        return _unless_stuck(noted)


def change_number(member_id: str, phone: str, guarded: bool) -> str:
    time.sleep(PAUSE / 3)
    with patch.object(contacts, "lock_row", partial(lock_row, whole=guarded)):
        return _unless_stuck(partial(_change_number, member_id, phone))


def _change_number(member_id: str, phone: str) -> None:
    member = contacts._held(member_id)
    time.sleep(PAUSE)
    contacts._reach_at(member, {"phone": phone})


def close_door(member_id: str, guarded: bool) -> str:
    time.sleep(PAUSE / 3)

    def hold(model: Any, row_id: str, *, whole: bool) -> None:
        lock_row(model, row_id, whole=whole and guarded)
        time.sleep(PAUSE)

    with patch.object(erasing, "lock_row", hold):
        return _unless_stuck(partial(erasing.close_door, member_id))


@pytest.mark.parametrize("guarded", [True, False])
def test_a_deed_and_a_new_number(house: House, people: Make, guarded: bool) -> None:
    member_id, phone = people.member().id, f"+8617{time.time_ns() % 10**9:09}"
    meet = said(house, ("deed", member_id), ("number", member_id, phone, guarded))
    expect(house, meet, guarded=guarded)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_deed_and_a_door_that_closes(house: House, people: Make, guarded: bool) -> None:
    with transaction():
        member = people.member(erase_after=clock.now() - timedelta(minutes=1))
    expect(house, said(house, ("deed", member.id), ("door", member.id, guarded)), guarded=guarded)


# ------------------------------------------------------------------ a story, and who hides where it comes from


def approve(story_id: str) -> str:
    return _unless_stuck(partial(_approve, story_id))


def _approve(story_id: str) -> None:
    lock_row(Story, story_id)
    time.sleep(PAUSE)
    move_story(
        db.session.get_one(Story, story_id), [StoryState.HELD], StoryState.PUBLISHED, published_at=clock.now()
    )


def hide_region(member_id: str, guarded: bool) -> str:
    begun = profiles.change_begun if guarded else Signal()
    with patch.object(profiles, "change_begun", begun), slowly(profiles, "_take", before=PAUSE):
        return _unless_stuck(partial(_hide_region, member_id))


def _hide_region(member_id: str) -> None:
    member = db.session.get_one(Member, member_id)
    hidden = {"region": Audience.MEMBERS}
    profiles.update_profile(member, by=viewer_of(member_id), visibility=hidden)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_story_and_its_place(house: House, people: Make, guarded: bool) -> None:
    with transaction():
        author = people.member(region="Melbourne", visibility={"region": "everyone"})
        story = people.story(author=author, state="held")
        story.region = "Melbourne"
    expect(house, said(house, ("approve", story.id), ("hide", author.id, guarded)), guarded=guarded)
    if guarded:
        assert db.session.scalar(sa.select(Story.region).where(Story.id == story.id)) == ""


# ------------------------------------------------------------------ orders, and who is erased


def cancel(*numbers: str) -> str:
    """What a shop tells later about orders that it told before."""
    gone = [told(order_no=number, status=OrderStatus.CANCELLED) for number in numbers]
    with slowly(saving.Known, "flush", before=PAUSE):
        return _unless_stuck(partial(orders.save_orders, "generic", gone))


def erase(member_id: str, guarded: bool) -> str:
    with transaction():
        erasing.close_door(member_id)
    answers = []
    with slowly(leaving, "end_all", after=PAUSE):
        if guarded:
            with transaction():
                erasing.forget_some(member_id)
        answers.append(_unless_stuck(partial(erasing.finish, member_id)))
    return max(answers)


@pytest.mark.parametrize("guarded", [True, False])
def test_an_import_and_who_is_erased(house: House, people: Make, guarded: bool) -> None:
    answers: set[str] = set()
    for _attempt in range(1 if guarded else ATTEMPTS):
        number = f"ERASED-{time.time_ns()}"
        with transaction():
            member = people.member(erase_after=clock.now() - timedelta(minutes=1))
            orders.save_orders("generic", [told(order_no=number, email=member.email)])
        answers |= said(house, ("cancel", number), ("erase", member.id, guarded))
        if "stuck" in answers:
            break
    expect(house, answers, guarded=guarded)


# ------------------------------------------------------------------ orders, and who gives to several


def bring(first: str, then: str, email: str, guarded: bool) -> str:
    """One order goes, another comes: what goes is noted first, whosever it is."""
    told_now = [told(order_no=first, status=OrderStatus.CANCELLED), told(order_no=then, email=email)]
    everyone = rewards.hold_everyone if guarded else lambda _ids: None
    with (
        patch.object(rewards, "hold_everyone", everyone),
        slowly(telling, "_note_deed", after=PAUSE),
    ):
        return _unless_stuck(partial(orders.save_orders, "generic", told_now))


def give_points(member_ids: list[str]) -> str:
    """As the worker greets: some in one transaction, by their ids."""
    return _unless_stuck(partial(_each, _give, member_ids))


def hold_members(member_ids: list[str]) -> str:
    """As the worker lets messages go: each under a lock of its member, by their ids."""
    return _unless_stuck(partial(_each, partial(lock_row, Member, whole=False), member_ids))


def _give(member_id: str) -> None:
    rewards.earn_points(member_id, 5, source_kind="circle", source_id=f"{time.time_ns()}")


def _each(deed: Callable[[str], object], member_ids: list[str]) -> None:
    time.sleep(PAUSE / 3)
    for member_id in member_ids:
        deed(member_id)
        time.sleep(PAUSE)


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("other", ["points", "members"])
def test_an_import_and_several_members(house: House, people: Make, guarded: bool, other: str) -> None:
    with transaction():
        first, last = sorted((people.member() for _ in range(2)), key=lambda member: member.id)
        gone, new = (f"{name}-{time.time_ns()}" for name in ("GONE", "NEW"))
        orders.save_orders("generic", [told(order_no=gone, email=last.email)])
    shares = [("bring", gone, new, first.email, guarded), (other, [first.id, last.id])]
    expect(house, said(house, *shares), guarded=guarded)


# ------------------------------------------------------------------ messages that are taken back, and who sends them


def take_back(number: str, guarded: bool) -> str:
    """What was bought a year ago is given back: what is said of it today goes, and so does the deed."""
    gone = [told(order_no=number, status=OrderStatus.CANCELLED)]
    tell = telling.tell_ownership

    def at_the_beginning(member_ids: Any, signal: Any) -> None:
        if guarded:
            tell(member_ids, signal)
        elif signal is telling.ownership_changed:
            tell(member_ids, signal, telling.ownership_settled)

    with (
        patch.object(telling, "tell_ownership", at_the_beginning),
        slowly(telling, "_note_deed", before=PAUSE),
    ):
        return _unless_stuck(partial(orders.save_orders, "generic", gone))


def let_go(touch_id: str) -> str:
    time.sleep(PAUSE / 3)
    with slowly(touches, "lock_row", after=PAUSE):
        return _unless_stuck(partial(touches.release, touch_id))


@pytest.mark.parametrize("guarded", [True, False])
def test_a_message_taken_back_while_it_leaves(house: House, people: Make, guarded: bool) -> None:
    number, today = f"YEAR-{time.time_ns()}", brand.shop_day(clock.now())
    bought = clock.wall_time(
        today.replace(year=today.year - 1, day=min(today.day, 28)), 12 * 60, "Asia/Shanghai"
    )
    turn = int(f"{today:%Y%m%d}")
    with transaction():
        member = people.member()
        orders.save_orders("generic", [told(order_no=number, email=member.email, ordered_at=bought)])
        insert_once(
            Greeting,
            member_id=member.id,
            ritual_id="product_day",
            turn=turn,
            facts={"products": ["given back"]},
            points=0,
            missed=False,
            at=clock.now(),
        )
        group = f"membership:product_day:{turn}:{member.id}"
        facts = {"years": 1, "name_zh": "包", "name_en": "Bag", "more": 0}
        touches.touch(
            [member.id], "membership.product_day", path="/", group=group, expires_in=clock.days(1), **facts
        )
    touch_id = db.session.scalars(sa.select(Touch.id).where(Touch.group_key == group)).one()
    meet = said(house, ("take back", number, guarded), ("let go", touch_id))
    expect(house, meet, guarded=guarded)


_DEEDS: dict[str, Callable[..., str]] = {
    "deed": note_deed,
    "number": change_number,
    "door": close_door,
    "approve": approve,
    "hide": hide_region,
    "cancel": cancel,
    "erase": erase,
    "bring": bring,
    "points": give_points,
    "members": hold_members,
    "take back": take_back,
    "let go": let_go,
}
