"""Pools, codes and what points buy: each code once, each form once, never more than there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.notifications.models import Notification
from portal.rewards import services
from portal.rewards.models import Coupon, CouponPool, Redemption
from portal.rewards.proofs import PROOFS
from portal.rewards.queries import coupons_of, get_coupon, standing_of
from portal.rewards.rules import codes_in, is_code
from tests.make import Make


def hand(pool: CouponPool, member: Any, name: str = "a") -> Coupon:
    return services.hand_out_coupon(pool.id, member.id, source_kind="test", source_id=name)


def right() -> bool:
    return [row for proof in PROOFS for row in proof.differences()] == []


# ------------------------------------------------------------------ pools


def test_codes_are_read_from_whatever_staff_paste() -> None:
    text = '\ufeffcode,worth\nAB-1,10\n"AB-2",10\n\n AB-3 \nAB-1\nAB-4;x\nAB-5\tx\n'
    assert codes_in(text) == ["AB-1", "AB-2", "AB-3", "AB-4", "AB-5"]
    assert codes_in("券码\n1234\n") == ["1234"]
    assert codes_in('="00123"') == ["00123"]
    assert codes_in("") == []


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_codes_without_doubles(text: str) -> None:
    found = codes_in(text)
    assert len(found) == len(set(found))
    assert all(found)


@pytest.mark.parametrize("code", ["", "a b", "码", "x" * 65, "a\x00", "🎁", "1E+11"])
def test_what_is_no_code(make: Make, code: str) -> None:
    assert not is_code(code)
    pool = make.pool()
    with pytest.raises(Invalid):
        services.add_codes(pool, ["GOOD-1", code], by=None)
    assert pool.total == 0


def test_a_code_is_in_one_pool(make: Make) -> None:
    first, second = make.pool("A-1", "A-2"), make.pool()
    assert services.add_codes(second, ["A-2", "A-3"], by=None) == 1
    assert services.add_codes(second, ["A-3"], by=None) == 0
    assert (first.total, second.total) == (2, 1)
    assert right()


def test_many_codes_at_once(make: Make) -> None:
    pool = make.pool(number=1700)
    assert (pool.total, pool.left) == (1700, 1700)
    with pytest.raises(Invalid, match="At most"):
        services.add_codes(pool, [f"X{number}" for number in range(10_001)], by=None)


def test_each_source_gets_one(make: Make) -> None:
    member, other, pool = make.member(), make.member(), make.pool(number=2)
    first = hand(pool, member)
    assert hand(pool, member).id == first.id
    with pytest.raises(Conflict):
        hand(pool, other, "a")
    hand(pool, other, "b")
    with pytest.raises(Conflict, match="none left"):
        hand(pool, other, "c")
    assert (pool.given, pool.left) == (2, 0)
    told = db.session.scalar(sa.select(sa.func.count()).where(Notification.kind == "rewards.coupon"))
    assert told == 2
    assert right()


def test_closed_and_over_pools_give_nothing(make: Make) -> None:
    member = make.member()
    closed, over = make.pool(number=1), make.pool(number=1, valid_until=clock.now() - timedelta(seconds=1))
    assert services.close_pool(closed, by=None)
    assert not services.close_pool(closed, by=None)
    for pool in (closed, over):
        with pytest.raises(Conflict):
            hand(pool, member)
        assert pool.given == 0
    assert services.open_pool(closed, by=None)
    hand(closed, member)
    with pytest.raises(NotFound):
        services.hand_out_coupon("none", member.id, source_kind="t", source_id="t")


def test_the_database_keeps_the_pool(make: Make) -> None:
    pool = make.pool(number=1)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(CouponPool).where(CouponPool.id == pool.id).values(given=2))


def test_a_coupon_is_its_holders_alone(make: Make) -> None:
    member, other, pool = make.member(), make.member(), make.pool("ONLY-1")
    coupon = hand(pool, member)
    assert get_coupon(coupon.id, member.id).code == "ONLY-1"
    with pytest.raises(NotFound):
        get_coupon(coupon.id, other.id)
    assert [held.code for held in coupons_of(member.id).items] == ["ONLY-1"]


# ------------------------------------------------------------------ what points buy


@pytest.fixture
def member(make: Make) -> Any:
    member = make.member()
    make.points(member, 250)
    return member


def take(reward: Any, member: Any, **facts: Any) -> Redemption:
    return services.redeem(reward.id, by=viewer_of(member.id), **facts)


def test_points_against_a_coupon(member: Any, make: Make) -> None:
    reward, key = make.reward(), new_id()
    taken = take(reward, member, key=key, cost=100)
    assert take(reward, member, key=key, cost=100).id == taken.id
    assert standing_of(member.id).balance == 150
    assert get_coupon(taken.coupon_id, member.id).name == "Free shipping"
    assert right()


def test_too_few_points_leave_everything_as_it_was(member: Any, make: Make) -> None:
    pool = make.pool(number=3)
    dear = make.reward(pool=pool, cost=251)
    with pytest.raises(Conflict, match="not enough"), transaction():
        take(dear, member)
    assert (standing_of(member.id).balance, db.session.get_one(CouponPool, pool.id).given) == (250, 0)


def test_no_code_no_points_taken(member: Any, make: Make) -> None:
    reward = make.reward(pool=make.pool())
    with pytest.raises(Conflict, match="none left"), transaction():
        take(reward, member)
    assert standing_of(member.id).balance == 250
    assert right()


def test_the_price_that_was_seen_is_the_price(member: Any, make: Make) -> None:
    with pytest.raises(Conflict, match="price changed"), transaction():
        take(make.reward(), member, cost=80)
    assert standing_of(member.id).balance == 250


def test_as_often_as_it_is_there(member: Any, make: Make) -> None:
    reward = make.reward(most=1, cost=10)
    take(reward, member)
    with pytest.raises(Conflict, match="once for everyone"):
        take(reward, member)


def test_hidden_ones_and_keys_of_others(member: Any, make: Make) -> None:
    other, reward, key = make.member(), make.reward(), new_id()
    make.points(other, 500)
    take(reward, member, key=key)
    with pytest.raises(Conflict, match="page is old"):
        take(reward, other, key=key)
    hidden = make.reward(shown=False)
    for reward_id in (hidden.id, "none"):
        with pytest.raises(NotFound):
            services.redeem(reward_id, by=viewer_of(member.id))


# ------------------------------------------------------------------ by hand


def test_by_hand_with_a_reason(member: Any, make: Make) -> None:
    owner, key = viewer_of(make.staff("owner").id), new_id()
    act = services.move_by_hand(member, 30, reason=" 谢谢 ", by=owner, key=key)
    assert services.move_by_hand(member, 30, reason="谢谢", by=owner, key=key).id == act.id
    services.move_by_hand(member, -80, reason="Twice", by=owner)
    assert standing_of(member.id).balance == 200
    for amount, reason in ((0, "x"), (5001, "x"), (-201, "x"), (5, "  ")):
        with pytest.raises(Invalid):
            services.move_by_hand(member, amount, reason=reason, by=owner)
    with pytest.raises(Conflict):
        services.move_by_hand(member, 31, reason="谢谢", by=owner, key=key)
    told = sa.select(sa.func.count()).where(Notification.kind == "rewards.points")
    assert db.session.scalar(told) == 2
    assert right()
