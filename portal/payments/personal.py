"""What is kept here about a member: shown to them on request. Facts of money stay, without the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.payments.models import Difference, InvoiceRequest, Payment, Refund


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("payments.json", rows=_payments(member_id))
    yield Part("refunds.json", rows=_refunds(member_id))
    yield Part("fapiao.json", rows=_invoices(member_id))


def erase(member_id: str) -> None:
    """Names and addresses on a 发票 go, and nobody issues what was not issued yet; sums and dates stay under the anonymous
    member, as the tax law wants them."""
    theirs = sa.select(Payment.id).where(Payment.payer_id == member_id)
    changed_rows(
        sa.update(InvoiceRequest)
        .where(InvoiceRequest.payment_id.in_(theirs))
        .values(title="", tax_no="", email="")
    )
    changed_rows(sa.update(Refund).where(Refund.by_id == member_id).values(by_id=None))
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset(model.__tablename__ for model in (Payment, Refund, InvoiceRequest, Difference)),
    export=export,
    erase=erase,
)


def _payments(member_id: str) -> Iterator[dict[str, Any]]:
    mine = sa.select(Payment).where(Payment.payer_id == member_id).order_by(Payment.created_at, Payment.id)
    for payment in db.session.scalars(mine).yield_per(100):
        yield {
            "what": payment.description,
            "amount": payment.amount,
            "currency": payment.currency,
            "provider": payment.provider,
            "state": payment.state.value,
            "receipt": payment.receipt_no,
            "asked_at": payment.created_at.isoformat(),
            "paid_at": payment.paid_at.isoformat() if payment.paid_at else None,
        }


def _refunds(member_id: str) -> Iterator[dict[str, Any]]:
    mine = sa.select(Refund).join(Payment, Payment.id == Refund.payment_id)
    mine = mine.where(Payment.payer_id == member_id).order_by(Refund.asked_at, Refund.id)
    for refund in db.session.scalars(mine).yield_per(100):
        yield {
            "amount": refund.amount,
            "reason": refund.reason,
            "state": refund.state.value,
            "asked_at": refund.asked_at.isoformat(),
            "done_at": refund.done_at.isoformat() if refund.done_at else None,
        }


def _invoices(member_id: str) -> Iterator[dict[str, Any]]:
    mine = sa.select(InvoiceRequest).join(Payment, Payment.id == InvoiceRequest.payment_id)
    for asked in db.session.scalars(mine.where(Payment.payer_id == member_id)).yield_per(100):
        yield {
            "title": asked.title,
            "tax_no": asked.tax_no,
            "email": asked.email,
            "number": asked.number,
        }
