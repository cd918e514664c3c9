"""Many at once at points and coupons: each code is given once, each form counts once, no point is spent twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.rewards import services
from portal.rewards.models import (
    BadgeAward,
    Coupon,
    CouponPool,
    Deed,
    EntryKind,
    PointEntry,
    PointLot,
    Redemption,
)
from portal.rewards.proofs import PROOFS
from portal.rewards.queries import Standing, standing_of, stitches_between
from portal.rewards.services import coupons, points
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

PROCESSES, TIMES = 4, 125
#: enough where one more would only wait longer
FEW = 3
assert PROCESSES * TIMES == 500


def differences() -> list[tuple[str, int, int]]:
    db.session.rollback()
    return [row for proof in PROOFS for row in proof.differences()]


def now(member_id: str) -> Standing:
    """What the others left in the account."""
    db.session.rollback()
    return standing_of(member_id)


def in_one(deed: Callable[[], Any]) -> Any:
    """In a transaction of its own: what it returned, or the name of the refusal."""

    def tried() -> Any:
        with transaction():
            return deed()

    return outcome(tried)


# ------------------------------------------------------------------ the last coupon


def want_coupon(pool_id: str, member_ids: list[str]) -> list[str]:
    """Each of them asks for a coupon. Returns the codes, or the names of the refusals."""

    def ask(member_id: str) -> str:
        coupon = services.hand_out_coupon(
            pool_id, member_id, source_kind="race", source_id=new_id(), tell=False
        )
        return coupon.code

    return [in_one(lambda member_id=member_id: ask(member_id)) for member_id in member_ids]


def want_coupon_carelessly(pool_id: str, member_ids: list[str]) -> list[str]:
    """The same with the guards off: look which code is free, then take it, whatever happened in between."""
    guard, take = coupons.changed_rows, coupons._take_one
    free = outcome(lambda: coupons.free_code(pool_id))
    db.session.rollback()
    time.sleep(0.2)

    def blind(statement: Any) -> int:
        """As if nobody looked how many rows a conditional update found."""
        return guard(_without_conditions(statement)) or 1

    coupons._take_one = lambda pool: free
    coupons.changed_rows = blind
    try:
        return want_coupon(pool_id, member_ids[:1])
    finally:
        coupons.changed_rows, coupons._take_one = guard, take


def _without_conditions(statement: Any) -> Any:
    """Only the id decides; who was there first is overwritten."""
    first = statement._where_criteria[0]
    statement._where_criteria = (first,)
    return statement


def crowd_of(people: Make, number: int) -> list[str]:
    with transaction():
        return [people.member().id for _ in range(number)]


def test_of_500_who_want_the_last_coupon_one_gets_it(house: House, people: Make) -> None:
    pool_id, member_ids = people.pool(number=1).id, crowd_of(people, TIMES)
    answers = at_once(house, want_coupon, [(pool_id, member_ids)] * PROCESSES)
    said = Counter(
        answer if answer == "Conflict" else "a code" for answers_ in answers for answer in answers_
    )
    assert said == {"a code": 1, "Conflict": 499}
    assert differences() == []
    assert db.session.get_one(CouponPool, pool_id).given == 1


def test_every_coupon_of_a_pool_goes_to_one(house: House, people: Make) -> None:
    pool_id, member_ids = people.pool(number=50).id, crowd_of(people, 20)
    answers = at_once(house, want_coupon, [(pool_id, member_ids)] * FEW)
    codes = [answer for share in answers for answer in share if answer != "Conflict"]
    assert (len(codes), len(set(codes))) == (50, 50)
    assert differences() == []


def test_without_the_guards_a_code_is_given_twice(house: House, people: Make) -> None:
    """The switch: proves that the tests above would notice."""
    pool_id, member_ids = people.pool(number=1).id, crowd_of(people, PROCESSES)
    shares = [(pool_id, [member_id]) for member_id in member_ids]
    answers = at_once(house, want_coupon_carelessly, shares)
    codes = [answer for share in answers for answer in share if answer != "Conflict"]
    assert len(codes) > 1
    assert len(set(codes)) == 1
    with transaction():
        db.session.execute(sa.delete(Coupon).where(Coupon.pool_id == pool_id))
        db.session.execute(sa.delete(CouponPool).where(CouponPool.id == pool_id))


# ------------------------------------------------------------------ points


def spend(member_id: str, names: list[str], amount: int) -> list[Any]:
    return [
        in_one(lambda name=name: services.spend_points(member_id, amount, source_kind="race", source_id=name))
        for name in names
    ]


def spend_carelessly(member_id: str, names: list[str], amount: int) -> list[Any]:
    """The same, without holding the account: everyone uses up the lots that they saw."""
    settle, oldest = points.settle, points._use_oldest
    lots = [
        (lot.id, lot.remaining)
        for lot in db.session.scalars(sa.select(PointLot).where(PointLot.member_id == member_id))
    ]
    account = standing_of(member_id)
    db.session.rollback()
    time.sleep(0.2)

    def use(_member_id: str, wanted: int) -> int:
        lot_id, remaining = lots[0]
        db.session.execute(
            sa.update(PointLot).where(PointLot.id == lot_id).values(remaining=remaining - wanted)
        )
        return wanted

    points.settle, points._use_oldest = (lambda _member_id: account), use
    try:
        return spend(member_id, names[:1], amount)
    finally:
        points.settle, points._use_oldest = settle, oldest


def names(number: int) -> list[str]:
    return [new_id() for _ in range(number)]


def test_nobody_spends_more_than_they_have(house: House, people: Make) -> None:
    member = people.member()
    for _ in range(10):
        people.points(member, 10)
    answers = at_once(house, spend, [(member.id, names(20), 7) for _ in range(FEW)])
    said = Counter(answer for share in answers for answer in share)
    assert said == {True: 14, "Conflict": 46}
    assert differences() == []
    assert now(member.id) == Standing(balance=2)


def test_without_holding_the_account_points_are_spent_twice(house: House, people: Make) -> None:
    member = people.member()
    people.points(member, 100)
    at_once(house, spend_carelessly, [(member.id, names(1), 10) for _ in range(FEW)])
    wrong = differences()
    with transaction():  # set right, for the tests behind this one
        left = sa.select(sa.func.sum(PointEntry.amount)).where(PointEntry.member_id == member.id)
        mine = sa.update(PointLot).where(PointLot.member_id == member.id)
        db.session.execute(mine.values(remaining=left.scalar_subquery()))
    assert wrong
    assert differences() == []


def redeem(reward_id: str, member_id: str, keys: list[str]) -> list[Any]:
    by = viewer_of(member_id)
    return [in_one(lambda key=key: services.redeem(reward_id, by=by, key=key).coupon_id) for key in keys]


def test_the_same_form_sent_many_times_is_one_redemption(house: House, people: Make) -> None:
    member, reward = people.member(), people.reward(cost=10)
    people.points(member, 100)
    reward_id, keys = reward.id, names(5)
    answers = at_once(house, redeem, [(reward_id, member.id, keys)] * FEW)
    assert len({tuple(share) for share in answers}) == 1
    assert "Conflict" not in answers[0]
    assert now(member.id) == Standing(balance=50)
    taken = sa.select(sa.func.count()).where(Redemption.reward_id == reward_id)
    assert db.session.scalar(taken) == 5
    assert differences() == []


def test_once_for_each_member_is_once(house: House, people: Make) -> None:
    member, reward = people.member(), people.reward(cost=10, most=1)
    people.points(member, 100)
    reward_id = reward.id
    answers = at_once(house, redeem, [(reward_id, member.id, names(4)) for _ in range(FEW)])
    said = Counter(answer == "Conflict" for share in answers for answer in share)
    assert said == {False: 1, True: 11}
    assert differences() == []


def settle(member_ids: list[str], ahead: int) -> int:
    """Release (or expire) as if it were ``ahead`` days later."""
    with clock.travel(clock.now() + clock.days(ahead)):
        for member_id in member_ids:
            with transaction():
                services.settle(member_id)
    return len(member_ids)


def test_a_lot_is_released_once_and_expires_once(house: House, people: Make) -> None:
    member_ids = crowd_of(people, 8)
    with transaction():
        for member_id in member_ids:
            services.earn_points(
                member_id,
                30,
                source_kind="race",
                source_id=new_id(),
                pending_until=clock.now() + clock.days(14),
            )
    at_once(house, settle, [(member_ids, 20)] * FEW)
    assert {now(member_id) for member_id in member_ids} == {Standing(balance=30)}
    assert differences() == []
    at_once(house, settle, [(member_ids, 800)] * FEW)
    assert {now(member_id) for member_id in member_ids} == {Standing()}
    expired = sa.select(sa.func.count()).where(
        PointEntry.kind == EntryKind.EXPIRED, PointEntry.member_id.in_(member_ids)
    )
    assert db.session.scalar(expired) == len(member_ids)
    assert differences() == []


def spend_or_take(member_id: str, sources: list[str], taking: bool) -> list[Any]:
    if not taking:
        return spend(member_id, names(len(sources)), 5)
    return [in_one(lambda source=source: services.take_back_points("race", source)) for source in sources]


def test_taking_back_while_they_are_spent(house: House, people: Make) -> None:
    member_id, sources = crowd_of(people, 1)[0], names(12)
    with transaction():
        for source in sources:
            services.earn_points(member_id, 10, source_kind="race", source_id=source)
    answers = at_once(house, spend_or_take, [(member_id, sources, place % 2 == 0) for place in range(4)])
    spent = 5 * sum(answer is True for share in answers[1::2] for answer in share)
    taken = sum(answer for share in answers[::2] for answer in share)
    assert taken == 120
    assert now(member_id) == Standing(debt=spent)
    assert differences() == []


# ------------------------------------------------------------------ deeds, in threads of one process


def test_a_deed_is_noted_once_by_many_threads(shared: Flask, house: House, people: Make) -> None:
    badge_id = people.badge(deeds=("check_in", 1)).id
    member_id, sources = crowd_of(people, 1)[0], names(10)

    def note(source: str) -> Any:
        with shared.app_context():
            try:
                return in_one(
                    lambda: services.record_deed(member_id, "check_in", source_kind="race", source_id=source)
                )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(note, sources * 8))
    assert answers == {True: 10, False: 70}
    moment = clock.now()
    assert stitches_between(member_id, moment - clock.days(1), moment + clock.days(1)) == 20
    held = sa.select(sa.func.count()).where(BadgeAward.badge_id == badge_id, BadgeAward.revoked_at.is_(None))
    assert db.session.scalar(held) == 1
    lines = sa.select(sa.func.count()).where(Deed.member_id == member_id)
    assert db.session.scalar(lines) == 10


@pytest.fixture(autouse=True)
def _quiet(house: House) -> None:
    """Each test begins with an open portal and no open transaction."""
    db.session.rollback()
