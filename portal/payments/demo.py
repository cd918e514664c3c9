"""Some payments of the demo's members, made as real ones are: begun, paid in the sandbox, given back in part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, new_id
from portal.payments import services
from portal.payments.providers import Payer, RefundStanding
from portal.payments.providers.known import find_provider
from portal.payments.providers.sandbox import SandboxProvider


@dataclass(frozen=True, slots=True)
class Sale:
    """What somebody paid so many days ago, in fen. ``fate``: paid, partly (some went back), expired, waiting."""

    email: str
    what: str
    amount: int
    days_ago: float
    fate: str = "paid"


SALES = (
    Sale("xiaoman@demo.example", "皮面护理 · 麦浪托特", 8800, 210),
    Sale("xiaoman@demo.example", "换一副肩带", 16800, 96, "partly"),
    Sale("xiaoman@demo.example", "刻字：小满", 3600, 21, "expired"),
    Sale("xiaoman@demo.example", "刻字：小满", 3600, 20.9),
    Sale("coco@demo.example", "内衬修补", 12000, 150),
    Sale("coco@demo.example", "皮面护理", 8800, 34),
    Sale("mira@demo.example", "刻字：Mira", 3600, 64),
    Sale("mira@demo.example", "拉链更换", 9800, 12, "partly"),
    Sale("coco@demo.example", "换一副肩带", 16800, 0.02, "waiting"),
)
HELD_FOR = timedelta(hours=2)


def load() -> None:
    """Nothing without the sandbox: no demo moves real money."""
    provider = find_provider("sandbox")
    if not isinstance(provider, SandboxProvider):
        return
    now = clock.now()
    for sale in sorted(SALES, key=lambda sale: -sale.days_ago):
        payer = db.session.scalar(sa.select(Member).where(Member.email == sale.email))
        if payer is not None:
            with clock.travel(now - timedelta(days=sale.days_ago)):
                _sell(provider, sale, payer)


def _sell(provider: SandboxProvider, sale: Sale, payer: Member) -> None:
    payment_id = services.open_payment(
        purpose_kind="care",
        purpose_id=new_id(),
        amount=sale.amount,
        currency="CNY",
        description=sale.what,
        payer=payer,
        provider=provider.name,
        holds=HELD_FOR,
        return_path="/me/payments",
    ).id
    if sale.fate in ("paid", "partly"):
        services.pay_with_play_money(payment_id)
        if sale.fate == "partly":
            _give_some_back(provider, payment_id, sale.amount // 4)
        return
    order, before_screen, _begun = services.begin_checkout(payment_id, Payer())
    services.keep_checkout(payment_id, provider.start(order, before_screen))
    if sale.fate == "expired":
        provider.close(order)
        services.let_expire(payment_id)


def _give_some_back(provider: SandboxProvider, payment_id: str, amount: int) -> None:
    refund = services.ask_refund(payment_id, amount, reason="肩带短了一寸，补给您", by=None)
    _name, order, repayment, _known = services.words_of(refund.id)
    truth = provider.refund(order, repayment)
    assert truth.standing is RefundStanding.DONE
    services.apply_refund_truth(refund.id, truth)
