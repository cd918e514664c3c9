"""One payment at one provider, and what a test may do with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.payments import desk, jobs, queries, services, signals
from portal.payments.models import Payment, PaymentNotice, Refund
from portal.payments.providers import Checkout, Payer, ProviderDown
from tests.client import PortalClient
from tests.make import Make

HOLDS = timedelta(hours=2)
ASKED = 16800


class Case:
    """A member who is to pay ¥168.00 through ``peer``. ``heard`` are the events that features above would hear."""

    def __init__(self, app: Flask, peer: Any, make: Make) -> None:
        self.app, self.peer, self.make = app, peer, make
        self.payer = make.member()
        self.id = self._open()
        self.heard: list[Any] = []
        for signal in (signals.payment_paid, signals.payment_ended, signals.payment_refunded):
            signal.connect(self._hear)

    def _hear(self, event: Any) -> None:
        if event.payment_id == self.id:
            self.heard.append(event)

    def _open(self) -> str:
        with transaction():
            return services.open_payment(
                purpose_kind="test",
                purpose_id=new_id(),
                amount=ASKED,
                currency="CNY",
                description="会员 一年",
                payer=self.payer,
                provider=self.peer.name,
                holds=HOLDS,
                return_path="/me",
            ).id

    # -------------------------------------------------------------- reading

    @property
    def payment(self) -> Payment:
        db.session.expire_all()
        return queries.get_payment(self.id)

    @property
    def state(self) -> str:
        return self.payment.state.value

    @property
    def refunds(self) -> list[Refund]:
        db.session.expire_all()
        return queries.refunds_of(self.id)

    @property
    def kinds_heard(self) -> list[str]:
        return [type(event).__name__ for event in self.heard]

    @property
    def notices(self) -> int:
        rows = sa.select(sa.func.count()).select_from(PaymentNotice)
        return db.session.scalar(rows.where(PaymentNotice.payment_id == self.id)) or 0

    # -------------------------------------------------------------- deeds

    def begin(self, *, on_phone: bool = False) -> Checkout:
        checkout = desk.start_checkout(self.id, Payer(on_phone, address="192.0.2.7"))
        self.peer.visit(checkout.value)
        return checkout

    def notify(self, event_id: str | None = None, *, forged: bool = False) -> int:
        """The provider posts to us; the status that we answer with."""
        headers, body = self.peer.notification(self.id, event_id or new_id(), forged=forged)
        return self.post(headers, body)

    def post(self, headers: dict[str, str], body: bytes) -> int:
        kind = "application/x-www-form-urlencoded" if self.peer.name == "alipay" else "application/json"
        client = PortalClient(self.app)
        path = f"/hooks/payments/{self.peer.name}"
        return client.post(path, data=body, headers=headers, content_type=kind).status_code

    def ask(self) -> None:
        with suppress(ProviderDown):
            desk.ask_provider(self.id)

    def sweep(self) -> None:
        """What the worker does each minute."""
        db.session.rollback()
        jobs.ask_due_payments()
        jobs.send_due_refunds()

    def refund(self, amount: int) -> str:
        with transaction():
            return services.ask_refund(self.id, amount, reason="装不下", by=None).id

    def paid(self) -> Case:
        self.begin()
        self.peer.pay(self.id)
        assert self.notify() in (200, 204)
        assert self.state == "paid"
        return self


def later(**span: float) -> Any:
    """As if so much time had passed."""
    return clock.travel(clock.now() + timedelta(**span))
