"""Beginning to pay, and giving up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.access import Viewer
from portal.core.characters import plain
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.payments import queries, rules
from portal.payments.models import RECEIVED, RUNNING, Payment, PaymentState
from portal.payments.providers import Checkout, CheckoutKind, Order, Payer
from portal.payments.services.telling import ended

LONGEST_DESCRIPTION = 120


def open_payment(
    *,
    purpose_kind: str,
    purpose_id: str,
    amount: int,
    currency: str,
    description: str,
    payer: Viewer | Member,
    provider: str,
    holds: timedelta,
    return_path: str,
) -> Payment:
    """A payment that can be paid within ``holds``; nothing has left the house yet. ``amount`` in minor units.

    One payer has one running payment for one purpose: the same question again (a double click) is answered with it,
    another price or way to pay takes its place. Hold your own thing only after this call: payments are held first.
    ``return_path`` is where the payer goes on afterwards. Raises Invalid for a way to pay that is not offered, or that does
    not take this currency.
    """
    if amount <= 0 or not timedelta() < holds <= rules.LONGEST_HOLD:
        raise ValueError("a payment asks for some money, within some time")
    chosen = next((choice for choice in queries.providers_on(currency) if choice.name == provider), None)
    if chosen is None:
        raise Invalid(_("Please choose one of the ways to pay."), field="provider")
    purpose = (purpose_kind, purpose_id, payer.id)
    asked = (amount, currency, provider)
    if (running := _running(*purpose)) is not None:
        if _asks(running) == asked and not rules.is_over(running, clock.now()):
            return running
        _make_room(running.id)
    now = clock.now()
    inserted = insert_once(
        Payment,
        purpose_kind=purpose_kind,
        purpose_id=purpose_id,
        payer_id=payer.id,
        provider=provider,
        amount=amount,
        currency=currency,
        description=plain(description)[:LONGEST_DESCRIPTION],
        return_path=return_path,
        created_at=now,
        expires_at=now + holds,
        next_ask_at=now + holds,
    )
    opened = _running(*purpose)
    if opened is None or (not inserted and _asks(opened) != asked):
        raise Conflict(_("Something changed meanwhile. Please look again and choose once more."))
    return opened


def begin_checkout(payment_id: str, payer: Payer) -> tuple[Order, Payer, Checkout | None]:
    """The payment is open from now on, whatever becomes of this attempt. Answers with what was begun before, if it was and
    can still be used.

    Who began it on a phone goes on as on a phone: providers refuse the same order in other words, so the first device is
    kept before anybody is asked. Raises Conflict when it cannot be paid any more.
    """
    payment = queries.held_payment(payment_id)
    now = clock.now()
    if not rules.may_pay(payment, now):
        raise Conflict(_("This payment cannot be paid any more. Nothing was taken."))
    if payment.state is PaymentState.CREATED:
        payment.state, payment.started_at = PaymentState.OPEN, now
        payment.checkout = {"on_phone": payer.on_phone}
    payment.next_ask_at = rules.next_ask(payment, now)
    db.session.flush()
    payer = replace(payer, on_phone=began_on_phone(payment))
    return queries.order_of(payment), payer, checkout_of(payment)


def keep_checkout(payment_id: str, checkout: Checkout) -> Checkout | None:
    """The way to pay that the provider gave; None when the payment has ended meanwhile: it is closed there soon.

    A fresh one takes the place of the one before: at some providers that one dies with it. Only where the two are known by
    different names the first counts for both, because by its name the provider is asked.
    """
    payment = queries.held_payment(payment_id)
    kept = checkout_of(payment)
    if kept is not None and kept.provider_ref != checkout.provider_ref:
        return kept
    until = clock.now() + checkout.lasts if checkout.lasts else None
    payment.provider_ref = checkout.provider_ref
    payment.checkout = {
        "on_phone": began_on_phone(payment),
        "kind": checkout.kind.value,
        "value": checkout.value,
        "until": until.isoformat() if until else None,
    }
    db.session.flush()
    return checkout if payment.state in RUNNING else None


def checkout_of(payment: Payment) -> Checkout | None:
    """The way to pay that was begun, if it was and can still be used."""
    kept = payment.checkout or {}
    until = kept.get("until")
    if "kind" not in kept or (until and datetime.fromisoformat(until) <= clock.now()):
        return None
    return Checkout(CheckoutKind(kept["kind"]), str(kept["value"]), payment.provider_ref)


def began_on_phone(payment: Payment) -> bool:
    """Which words its provider was told first: those for phones?"""
    return bool((payment.checkout or {}).get("on_phone"))


def cancel(payment_id: str) -> None:
    """Nobody wants it any more. The provider is told soon; money that comes anyhow counts as late.

    Raises Conflict when money came already; cancelling what has ended changes nothing.
    """
    payment = queries.held_payment(payment_id)
    if payment.state in RUNNING:
        end(payment, PaymentState.CANCELLED)
    elif payment.received:
        raise Conflict(_("This was paid already."))


def let_expire(payment_id: str) -> None:
    """Its time is over at once. Changes nothing when it has ended already."""
    payment = queries.held_payment(payment_id)
    if payment.state in RUNNING:
        payment.expires_at = min(payment.expires_at, clock.now())
        end(payment, PaymentState.EXPIRED)


def end(payment: Payment, state: PaymentState) -> None:
    """The held payment is over without money; whoever owns its purpose hears of it. The provider is asked once more at
    once: it has to close what it began."""
    now = clock.now()
    payment.state, payment.ended_at = state, now
    payment.next_ask_at = now if payment.started_at else None
    db.session.flush()
    ended(payment)


def due_asks(limit: int = 100) -> list[tuple[str, str]]:
    """Payments whose provider is to be asked now, with its name, those that wait longest first."""
    due = sa.select(Payment.id, Payment.provider).where(Payment.next_ask_at <= clock.now())
    return [
        (row.id, row.provider) for row in db.session.execute(due.order_by(Payment.next_ask_at).limit(limit))
    ]


def claim_ask(payment_id: str) -> bool:
    """Whether this payment is due, and ours to ask for during the lease."""
    now = clock.now()
    due = sa.update(Payment).where(Payment.id == payment_id, Payment.next_ask_at <= now)
    return changed_rows(due.values(next_ask_at=now + rules.LEASE, asks=Payment.asks + 1)) == 1


def ask_soon(payment_id: str) -> None:
    """Somebody knows something: the next sweep asks the provider, unless the money is here already."""
    this_one = sa.update(Payment).where(Payment.id == payment_id, Payment.state.not_in(RECEIVED))
    changed_rows(this_one.values(next_ask_at=clock.now()))
    db.session.expire_all()


def _running(purpose_kind: str, purpose_id: str, payer_id: str) -> Payment | None:
    return db.session.scalar(
        sa.select(Payment)
        .where(
            Payment.purpose_kind == purpose_kind,
            Payment.purpose_id == purpose_id,
            Payment.payer_id == payer_id,
            Payment.state.in_(RUNNING),
        )
        .execution_options(populate_existing=True)
    )


def _asks(payment: Payment) -> tuple[int, str, str]:
    return payment.amount, payment.currency, payment.provider


def _make_room(payment_id: str) -> None:
    """Another price, another way to pay, or too late: the payment that runs makes room for the next one."""
    payment = queries.held_payment(payment_id)
    if payment.state in RUNNING:
        over = rules.is_over(payment, clock.now())
        end(payment, PaymentState.EXPIRED if over else PaymentState.CANCELLED)
