"""Single payments and their refunds, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.links import absolute, path_to
from portal.payments.models import InvoiceRequest, Payment, PaymentState, Refund
from portal.payments.providers import Order
from portal.payments.providers.known import find_provider, known_providers


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """A way to pay, as a payer chooses it."""

    name: str
    label: Any


def providers_on(currency: str) -> list[ProviderChoice]:
    """The ways to pay that this portal offers for this currency, the usual ones first."""
    return [
        ProviderChoice(provider.name, provider.label)
        for provider in known_providers()
        if provider.currencies is None or currency in provider.currencies
    ]


def provider_label(name: str) -> Any:
    """What people call it; its own name when it is switched off by now."""
    provider = find_provider(name)
    return provider.label if provider else name


def is_by_hand(name: str) -> bool:
    """Whether staff say what came: nobody else can, also not a provider that is switched off."""
    provider = find_provider(name)
    return provider is not None and provider.by_hand


def get_payment(payment_id: str) -> Payment:
    payment = db.session.get(Payment, payment_id)
    if payment is None:
        raise NotFound(_("There is no such payment."))
    return payment


def get_own_payment(me: Viewer, payment_id: str) -> Payment:
    """Only for who pays it."""
    payment = get_payment(payment_id)
    if payment.payer_id != me.id:
        raise NotFound(_("There is no such payment."))
    return payment


def held_payment(payment_id: str) -> Payment:
    """The payment as it is now, held until the transaction ends."""
    lock_row(Payment, payment_id)
    payment = db.session.get(Payment, payment_id, populate_existing=True)
    if payment is None:
        raise NotFound(_("There is no such payment."))
    return payment


def payments_of(purpose_kind: str, purpose_id: str) -> list[Payment]:
    """Everything that was asked for one purpose, the newest first."""
    statement = sa.select(Payment).where(
        Payment.purpose_kind == purpose_kind, Payment.purpose_id == purpose_id
    )
    return list(db.session.scalars(statement.order_by(Payment.created_at.desc(), Payment.id.desc())))


def is_paid(purpose_kind: str, purpose_id: str) -> bool:
    """Whether exactly what was asked for came."""
    return any(payment.state is PaymentState.PAID for payment in payments_of(purpose_kind, purpose_id))


def payment_path(payment_id: str) -> str:
    """Where its payer pays it, and sees how it stands."""
    return path_to("payments.payment", payment_id=payment_id)


def get_refund(refund_id: str) -> Refund:
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is None:
        raise NotFound(_("There is no such refund."))
    return refund


def refunds_of(payment_id: str) -> list[Refund]:
    """Everything that goes or went back, the oldest first."""
    statement = sa.select(Refund).where(Refund.payment_id == payment_id)
    return list(db.session.scalars(statement.order_by(Refund.asked_at, Refund.id)))


def invoice_of(payment_id: str) -> InvoiceRequest | None:
    return db.session.get(InvoiceRequest, payment_id)


def order_of(payment: Payment) -> Order:
    """The payment as its provider is told of it."""
    return Order(
        id=payment.id,
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        provider_ref=payment.provider_ref,
        started_at=payment.started_at or payment.created_at,
        expires_at=payment.expires_at,
        received=payment.received,
        received_currency=payment.received_currency or payment.currency,
        return_url=absolute(path_to("payments.come_back", payment_id=payment.id)),
        notify_url=absolute(path_to("payments.hook", provider=payment.provider)),
    )


def find_payment(payment_id: str | None, provider: str) -> Payment | None:
    """The payment of this provider, if there is one."""
    payment = db.session.get(Payment, payment_id) if payment_id else None
    return payment if payment is not None and payment.provider == provider else None
