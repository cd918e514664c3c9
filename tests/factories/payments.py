"""Payments, begun and paid in the sandbox like real ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.core.db import db, new_id, scoped_write, transaction
from portal.payments import services
from portal.payments.models import Difference, DifferenceKind, Payment, Refund
from portal.payments.providers import Payer
from portal.payments.providers.known import find_provider
from portal.payments.queries import get_payment, get_refund


def payment(payer: Any = None, *, paid: bool = False, begun: bool = False, **facts: Any) -> Payment:
    """A payment of ¥168.00 for two hours. ``begun`` at its provider; ``paid`` in the sandbox."""
    values: dict[str, Any] = {
        "purpose_kind": "test",
        "purpose_id": new_id(),
        "amount": 16800,
        "currency": "CNY",
        "description": "会员 一年",
        "payer": payer,
        "provider": "sandbox",
        "holds": timedelta(hours=2),
        "return_path": "/me",
    }
    if scoped_write():
        return _made(values | facts, paid, begun)
    with transaction():
        payment_id = _made(values | facts, paid, begun).id
    return get_payment(payment_id)


def refund(of: Payment, amount: int = 100) -> Refund:
    """Asked for, not sent."""
    if scoped_write():
        return services.ask_refund(of.id, amount, reason="test", by=None)
    with transaction():
        refund_id = services.ask_refund(of.id, amount, reason="test", by=None).id
    return get_refund(refund_id)


def difference(of: Payment) -> Difference:
    """Their books say another sum."""
    made = Difference(
        provider=of.provider,
        day=clock.now().date(),
        kind=DifferenceKind.AMOUNT,
        ref=of.id,
        payment_id=of.id,
        refund=False,
        theirs=1,
        ours=of.received,
        currency=of.currency,
        found_at=clock.now(),
    )
    db.session.add(made)
    return made


def _made(values: dict[str, Any], paid: bool, begun: bool) -> Payment:
    from tests.factories.accounts import member as make_member

    made = services.open_payment(**values | {"payer": values["payer"] or make_member()})
    if paid or begun:
        order, payer, _before = services.begin_checkout(made.id, Payer())
        provider: Any = find_provider(made.provider)
        services.keep_checkout(made.id, provider.start(order, payer))
        if paid:
            provider.till.pay(made.id, clock.now())
            services.apply_truth(made.id, provider.ask(order))
    return made
