"""Who leaves for good with a membership that runs: nothing of it lives on, and money that comes later goes back."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import jobs as accounts
from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.models import Charge, ChargeState, Gift, GiftState, State, Subscription
from portal.membership.proofs import all_differences
from portal.membership.queries.access import perks_of, tiers_of
from portal.membership.services import checkout, gifts, settling, subscriptions
from portal.notifications.models import Notification
from portal.payments import services as payments
from portal.payments.models import Payment, PaymentState
from portal.payments.providers import Standing, Truth
from tests.make import Make


def after() -> datetime:
    """The day after they were erased."""
    return clock.now() + clock.days(9)


def leave(member_id: str) -> None:
    """As the worker does it, after the seven days."""
    with transaction():
        member = db.session.get_one(Member, member_id)
        erasing.ask_to_be_erased(member, by=viewer_of(member_id))
    with clock.travel(clock.now() + clock.days(8)):
        accounts.erase_member(member_id)
    db.session.rollback()


@pytest.mark.parametrize("state", ["active", "ending", "paused", "grace", "lapsed"])
def test_nothing_of_it_lives_on(app: Flask, make: Make, state: str) -> None:
    member = make.member()
    ago = {"grace": 366, "lapsed": 400}.get(state, 350)
    with clock.travel(clock.now() - clock.days(ago)), transaction():
        subscription = make.subscription(member)
    with transaction():
        gifts.claim(make.gift(make.member()), by=viewer_of(member.id))
        if state == "ending":
            subscriptions.cancel(subscription, by=viewer_of(member.id), reason="too far")
        if state == "paused":
            subscriptions.pause(subscription, by=viewer_of(member.id))
    jobs.move_subscriptions()
    db.session.expire_all()
    assert subscription.state.value == state
    leave(member.id)
    assert not tiers_of([member.id], after())
    told = db.session.scalar(sa.select(sa.func.count()).select_from(Notification))
    found = db.session.get_one(Subscription, subscription.id)
    assert (found.state, found.due_at, found.reason, found.seconds_left) == (State.LAPSED, None, "", None)
    for days in (9, 10, 40, 100, 400):
        with clock.travel(clock.now() + clock.days(days)):
            jobs.move_subscriptions()
            assert not perks_of(member.id).values.keys() - perks_of(make.member().id).values.keys()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == told
    assert not [what for what, _kept, _true in all_differences() if "subscription" in what]


@pytest.mark.parametrize("what", ["join", "renew", "gift"])
def test_an_open_checkout_is_called_off_and_late_money_goes_back(app: Flask, make: Make, what: str) -> None:
    member, plan = make.member(), make.plan()
    by = viewer_of(member.id)
    with transaction():
        if what == "gift":
            gift = make.gift(member, plan, ready=False)
            payment_id = checkout.pay_gift(gift, provider="sandbox", by=by, return_path="/")
        elif what == "join":
            payment_id = make.open_purchase(member, plan)
        else:
            charge = subscriptions.renew(make.subscription(member, plan), by=by)
            payment_id = str(checkout.pay_charge(charge, provider="sandbox", by=by, return_path="/"))
    leave(member.id)
    payment = db.session.get_one(Payment, payment_id)
    assert payment.state is PaymentState.CANCELLED
    for _twice in range(2):
        with transaction():
            payments.apply_truth(payment_id, Truth(Standing.PAID, payment.amount, payment.currency))
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    assert (payment.state, payment.refunded) == (PaymentState.PAID, payment.amount)
    if what == "gift":
        assert db.session.scalars(sa.select(Gift.state)).all() == [GiftState.DROPPED]
    assert not tiers_of([member.id], after())


def test_a_refund_after_it_brings_nothing_back(app: Flask, make: Make) -> None:
    """Of two periods that were paid, the later is paid back: the one before does not go on for somebody who left."""
    member, small = make.member(), make.plan(price=16800)
    large = make.plan(price=36800)
    with transaction():
        subscription = make.subscription(member, small)
        assert settling.settle(subscriptions.upgrade(subscription, large, by=viewer_of(member.id)))
    leave(member.id)
    upgrade = db.session.scalars(sa.select(Charge).where(Charge.plan_id == large.id)).one()
    with transaction():
        settling.take_back(upgrade, returned=upgrade.amount)
    assert db.session.get_one(Charge, upgrade.id).state is ChargeState.RETURNED
    assert not tiers_of([member.id], after())
    assert db.session.get_one(Subscription, subscription.id).state is not State.ACTIVE


def test_what_they_gave_stays_good(app: Flask, make: Make) -> None:
    giver, friend = make.member(), make.member()
    with transaction():
        gift = make.gift(giver)
    leave(giver.id)
    with transaction():
        gifts.claim(db.session.get_one(Gift, gift.id), by=viewer_of(friend.id))
    assert tiers_of([friend.id])
