"""Many at once at codes, gifts and payments: one gets it, one membership runs, money that is of no use goes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.membership.models import (
    Charge,
    ChargeState,
    Gift,
    Happened,
    MembershipEvent,
    RedeemBatch,
    RedeemCode,
    Span,
    Subscription,
)
from portal.membership.models.paid import LIVE
from portal.membership.proofs import all_differences
from portal.membership.services import codes, gifts, settling
from portal.payments import services as payments
from portal.payments.models import Payment
from portal.payments.providers import Standing, Truth
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

PROCESSES, TIMES = 4, 125
FEW = 6
assert PROCESSES * TIMES == 500


def in_one(deed: Callable[[], Any]) -> Any:
    """In a transaction of its own: what it returned, or the name of the refusal."""

    def tried() -> Any:
        with transaction():
            return deed()

    return outcome(tried)


def crowd_of(people: Make, number: int) -> list[str]:
    with transaction():
        return [people.member().id for _ in range(number)]


def spans_of(source_id: str) -> int:
    db.session.rollback()
    counted = sa.select(sa.func.count()).select_from(Span).where(Span.source_id == source_id)
    return db.session.scalar(counted) or 0


# ------------------------------------------------------------------ one code


def redeem(code: str, member_ids: list[str]) -> list[str]:
    """Each of them types the code."""
    return [
        in_one(lambda member_id=member_id: codes.redeem(code, by=viewer_of(member_id)).kind.value)
        for member_id in member_ids
    ]


def redeem_carelessly(code: str, member_ids: list[str]) -> list[str]:
    """With the guard off: nobody looks how many rows the conditional update found."""
    guard = codes.changed_rows
    codes.changed_rows = lambda statement: guard(statement) or 1  # type: ignore[assignment]
    try:
        return redeem(code, member_ids)
    finally:
        codes.changed_rows = guard


def test_of_500_who_redeem_one_code_one_gets_it(house: House, people: Make) -> None:
    code = people.code()
    batch_id = db.session.get_one(RedeemCode, codes.hash_of(code)).batch_id
    member_ids = crowd_of(people, TIMES)
    answers = at_once(house, redeem, [(code, member_ids)] * PROCESSES)
    said = Counter(answer for some in answers for answer in some)
    assert said == {"code": 1, "Invalid": 499}
    assert spans_of(batch_id) == 1
    assert db.session.get_one(RedeemBatch, batch_id, populate_existing=True).redeemed == 1
    assert not list(all_differences())


def test_without_the_guard_many_do(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    code = people.code(size=2)
    batch_id = db.session.get_one(RedeemCode, codes.hash_of(code)).batch_id
    member_ids = crowd_of(people, FEW)
    at_once(house, redeem_carelessly, [(code, member_ids)] * 2)
    assert spans_of(batch_id) > 1
    with transaction():
        db.session.execute(sa.update(RedeemBatch).where(RedeemBatch.id == batch_id).values(redeemed=1))


# ------------------------------------------------------------------ one gift


def unwrap(gift_id: str, member_id: str) -> str:
    return str(
        in_one(lambda: gifts.claim(db.session.get_one(Gift, gift_id), by=viewer_of(member_id)).kind.value)
    )


def unwrap_carelessly(gift_id: str, member_id: str) -> str:
    guard = gifts.changed_rows
    gifts.changed_rows = lambda statement: guard(statement) or 1  # type: ignore[assignment]
    try:
        return unwrap(gift_id, member_id)
    finally:
        gifts.changed_rows = guard


def test_a_gift_is_unwrapped_once(house: House, people: Make) -> None:
    gift = people.gift(people.member())
    shares = [(gift.id, member_id) for member_id in crowd_of(people, FEW)]
    assert Counter(at_once(house, unwrap, shares)) == {"gift": 1, "Conflict": FEW - 1}
    assert spans_of(gift.id) == 1


def test_without_the_guard_it_is_many_gifts(house: House, people: Make) -> None:
    gift = people.gift(people.member())
    at_once(house, unwrap_carelessly, [(gift.id, member_id) for member_id in crowd_of(people, FEW)])
    assert spans_of(gift.id) > 1


def claim_or_refund(gift_id: str, member_id: str) -> str:
    if member_id:
        return unwrap(gift_id, member_id)
    in_one(lambda: gifts.take_back(db.session.get_one(Gift, gift_id)))
    return "taken back"


def test_a_gift_paid_back_while_it_is_unwrapped_gives_nothing(house: House, people: Make) -> None:
    for _turn in range(3):
        gift, member = people.gift(people.member()), people.member()
        at_once(house, claim_or_refund, [(gift.id, member.id), (gift.id, "")])
        db.session.rollback()
        lasting = sa.select(Span.id).where(Span.source_id == gift.id, Span.ends_at > Span.planned_end)
        left = sa.select(Span).where(Span.source_id == gift.id)
        from portal.core import clock

        assert all(span.ends_at <= clock.now() for span in db.session.scalars(left))
        assert db.session.scalars(lasting).all() == []


# ------------------------------------------------------------------ money for one membership


def paid(payment_id: str) -> str:
    def hear() -> str:
        payment = db.session.get_one(Payment, payment_id)
        return payments.apply_truth(payment_id, Truth(Standing.PAID, payment.amount, payment.currency)).value

    return str(in_one(hear))


def live_of(member_id: str) -> int:
    db.session.rollback()
    live = sa.select(sa.func.count()).where(Subscription.member_id == member_id, Subscription.state.in_(LIVE))
    return db.session.scalar(live) or 0


def test_two_payments_make_one_membership(house: House, people: Make) -> None:
    """Two checkouts of one member are paid at once: one gives a period, the other goes back."""
    member, plan = people.member(), people.plan()
    with transaction():
        ids = [people.open_purchase(member, plan) for _ in range(2)]
    assert set(at_once(house, paid, [(ids[0],), (ids[1],), (ids[0],)])) == {"paid"}
    assert live_of(member.id) == 1
    mine = sa.select(Payment.amount - Payment.refunded).where(Payment.id.in_(ids))
    assert sorted(db.session.scalars(mine)) == [0, plan.price]
    joined = sa.select(sa.func.count()).where(
        MembershipEvent.member_id == member.id, MembershipEvent.what == Happened.JOINED
    )
    assert db.session.scalar(joined) == 1
    assert not list(all_differences())


def paid_blindly(payment_id: str) -> str:
    """As if nobody asked whether the money is of use any more."""
    settling._is_wanted = lambda charge, subscription: True
    return paid_or_broken(payment_id)


def paid_or_broken(payment_id: str) -> str:
    try:
        return paid(payment_id)
    except sa.exc.IntegrityError:
        return "refused by the database"


def test_without_the_question_only_the_database_stands_in_the_way(house: House, people: Make) -> None:
    member, plan = people.member(), people.plan()
    with transaction():
        ids = [people.open_purchase(member, plan) for _ in range(2)]
    answers = at_once(house, paid_blindly, [(payment_id,) for payment_id in ids])
    assert sorted(answers) == ["paid", "refused by the database"]
    assert live_of(member.id) == 1


def test_one_notice_heard_by_many_gives_one_period(house: House, people: Make) -> None:
    member, plan = people.member(), people.plan()
    with transaction():
        payment_id = people.open_purchase(member, plan)
    at_once(house, paid, [(payment_id,)] * FEW)
    charge = db.session.scalars(sa.select(Charge).where(Charge.payment_id == payment_id)).one()
    db.session.refresh(charge)
    assert charge.state is ChargeState.PAID
    assert spans_of(charge.id) == 1
