"""What can be recomputed about money."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Proof
from portal.payments.models import Payment, ReceiptBook, Refund, RefundState


def wrong_refund_sums() -> Iterator[tuple[str, int, int]]:
    """Payments whose kept sum of refunds differs from the refunds there are (failed ones left out)."""
    true = (
        sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id, Refund.state != RefundState.FAILED)
        .scalar_subquery()
    )
    wrong = sa.select(Payment.id, Payment.refunded, true).where(Payment.refunded != true)
    for payment_id, kept, sum_of_refunds in db.session.execute(wrong):
        yield payment_id, int(kept), int(sum_of_refunds)


def wrong_receipt_books() -> Iterator[tuple[str, int, int]]:
    """Years whose last receipt number differs from the number of receipts: numbers have no gaps."""
    year = sa.cast(ReceiptBook.year, sa.String)
    true = (
        sa.select(sa.func.count())
        .where(sa.func.substr(Payment.receipt_no, 1, 4) == year)
        .correlate(ReceiptBook)
        .scalar_subquery()
    )
    wrong = sa.select(year, ReceiptBook.last, true).where(ReceiptBook.last != true)
    yield from (tuple(row) for row in db.session.execute(wrong))


PROOFS = (
    Proof("refunds of a payment", wrong_refund_sums),
    Proof("receipt numbers", wrong_receipt_books),
)
