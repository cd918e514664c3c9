"""Whatever happens in whatever order: our money is what the provider's is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict
from portal.payments import desk, services
from portal.payments.models import RECEIVED, PaymentState
from portal.payments.providers import ProviderDown, Standing, Truth
from portal.payments.providers.known import find_provider
from portal.payments.rules import state_after
from tests.make import Make
from tests.payments.cases import ASKED, Case
from tests.payments.peers import PlayPeer

STEPS = st.sampled_from(
    (
        "begin",
        "pay",
        "pay wrong",
        "fail",
        "notify",
        "repeat",
        "forge",
        "ask",
        "sweep",
        "wait",
        "expire",
        "cancel",
        "refund",
        "refund all",
        "down",
        "deaf",
        "up",
    )
)


class Life:
    """One payment through a row of steps; time only goes on."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.case = Case(app, PlayPeer(), make)
        self.now: datetime = clock.now()
        self.events = [new_id()]

    def step(self, name: str) -> None:
        with clock.travel(self.now), suppress(Conflict, ProviderDown):
            getattr(self, "_" + name.replace(" ", "_"))()
        db.session.rollback()
        self.now += timedelta(seconds=20)

    def _begin(self) -> None:
        self.case.begin()

    def _pay(self) -> None:
        self.case.peer.pay(self.case.id)

    def _pay_wrong(self) -> None:
        self.case.peer.pay(self.case.id, amount=ASKED - 1)

    def _fail(self) -> None:
        self.case.peer.fail(self.case.id)

    def _notify(self) -> None:
        self.events.append(new_id())
        self._repeat()

    def _repeat(self) -> None:
        desk.notice("sandbox", *self.case.peer.notification(self.case.id, self.events[-1]))

    def _forge(self) -> None:
        assert self.case.notify(forged=True) == 403

    def _ask(self) -> None:
        desk.ask_provider(self.case.id)

    def _sweep(self) -> None:
        self.case.sweep()

    def _wait(self) -> None:
        self.now += timedelta(minutes=50)

    def _expire(self) -> None:
        with transaction():
            services.let_expire(self.case.id)

    def _cancel(self) -> None:
        with transaction():
            services.cancel(self.case.id)

    def _refund(self) -> None:
        self.case.refund(5000)

    def _refund_all(self) -> None:
        left = self.case.payment.left.amount
        if left:
            self.case.refund(left)

    def _down(self) -> None:
        self.case.peer.down = True

    def _deaf(self) -> None:
        self.case.peer.deaf = True

    def _up(self) -> None:
        self.case.peer.down = self.case.peer.deaf = False

    def settle(self) -> None:
        """Everything is up again, and the worker has some days."""
        self._up()
        for _hours in range(12):
            self.now += timedelta(hours=7)
            with clock.travel(self.now):
                self.case.sweep()


@pytest.mark.one_database
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=16))
def test_our_money_is_what_the_provider_says(
    app: Flask, make: Make, offer: Callable[..., None], steps: list[str]
) -> None:
    offer()
    life = Life(app, make)
    provider: Any = find_provider("sandbox")
    life.case.peer.trouble(provider)
    for step in steps:
        life.step(step)
    life.settle()
    agree(life, provider)


def agree(life: Life, provider: Any) -> None:
    payment, charge = life.case.payment, provider.till.find(life.case.id)
    came = charge.paid if charge and charge.state == "paid" else 0
    back = life.case.peer.given(payment.id)
    assert payment.received == came
    assert payment.state not in (PaymentState.CREATED, PaymentState.OPEN)
    assert (payment.state is PaymentState.PAID) == (came == ASKED)
    assert payment.refunded == sum(back.values()) <= payment.received
    assert {refund.id: refund.amount for refund in life.case.refunds if refund.done_at} == back
    heard = life.case.kinds_heard
    assert heard.count("PaymentPaid") == (payment.state is PaymentState.PAID)
    assert heard.count("PaymentRefunded") == len(back)
    assert payment.next_ask_at is None


TRUTHS = st.builds(
    Truth,
    st.sampled_from(list(Standing)),
    st.sampled_from((0, ASKED, ASKED - 1)),
    st.sampled_from(("CNY", "USD")),
)


@given(
    truths=st.lists(TRUTHS, max_size=6),
    over=st.booleans(),
    start=st.sampled_from(list(PaymentState)),
)
def test_money_is_never_undone(truths: list[Truth], over: bool, start: PaymentState) -> None:
    state = start
    for truth in truths:
        after = state_after(state, truth, amount=ASKED, currency="CNY", over=over)
        if state in RECEIVED:
            assert after is state
        if after is PaymentState.PAID and state is not PaymentState.PAID:
            assert (truth.standing, truth.amount, truth.currency) == (Standing.PAID, ASKED, "CNY")
        state = after
