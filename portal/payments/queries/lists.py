"""Lists of payments: a member's own, the studio's with its filters, and what waits there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.access import Permission
from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.links import path_to
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.payments.models import (
    Difference,
    InvoiceRequest,
    Payment,
    PaymentState,
    Reconciliation,
    Refund,
    RefundState,
)

_TO_PAY_BACK = (
    sa.select(Refund.payment_id)
    .where(Refund.state == RefundState.SENT, Refund.due_at.is_(None))
    .scalar_subquery()
)
_FAILED_REFUNDS = sa.select(Refund.payment_id).where(Refund.state == RefundState.FAILED).scalar_subquery()
_REFUNDS = sa.select(Refund.payment_id).scalar_subquery()
_FAPIAO = sa.select(InvoiceRequest.payment_id).where(InvoiceRequest.issued_at.is_(None)).scalar_subquery()

#: the studio's filters: what each of them shows
SHOWS: Mapping[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "paid": Payment.state == PaymentState.PAID,
    "open": Payment.state.in_((PaymentState.CREATED, PaymentState.OPEN)),
    "transfer": sa.and_(
        Payment.provider == "offline", Payment.state.in_((PaymentState.CREATED, PaymentState.OPEN))
    ),
    "held": sa.and_(Payment.state == PaymentState.WRONG, Payment.refunded < Payment.received),
    "refunds": Payment.id.in_(_REFUNDS),
    "pay_back": sa.or_(Payment.id.in_(_TO_PAY_BACK), Payment.id.in_(_FAILED_REFUNDS)),
    "fapiao": Payment.id.in_(_FAPIAO),
}
#: of these somebody has to do something
WAITING = ("transfer", "held", "pay_back", "fapiao")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in the studio's list, with who pays."""

    payment: Payment
    payer_name: str


def own_payments(member_id: str, after: str | None) -> Page[Payment]:
    """What a member paid or was to pay, the newest first."""
    return keyset_page(
        sa.select(Payment).where(Payment.payer_id == member_id),
        (Payment.created_at, Payment.id),
        cursor=after,
    )


def all_payments(show: str, after: str | None, *, limit: int = PAGE_SIZE) -> Page[PaymentRow]:
    """The studio's list. One query."""
    key_columns = (Payment.created_at, Payment.id)
    statement = (
        sa.select(Payment, Member.display_name, *key_columns)
        .join(Member, Member.id == Payment.payer_id)
        .where(SHOWS.get(show, SHOWS["all"]))
    )
    page = keyset_page(statement, key_columns, cursor=after, limit=limit, scalars=False)
    rows = [PaymentRow(row.Payment, row.display_name) for row in page.items]
    return Page(rows, page.next_cursor)


def counts() -> dict[str, int]:
    """How many payments wait for somebody, by filter; and under ``differences`` how many of these are open."""
    columns: list[Any] = [
        sa.select(sa.func.count()).select_from(Payment).where(SHOWS[name]).scalar_subquery().label(name)
        for name in WAITING
    ]
    differences = sa.select(sa.func.count()).select_from(Difference).where(Difference.closed_at.is_(None))
    row = db.session.execute(sa.select(*columns, differences.scalar_subquery().label("differences"))).one()
    return dict(row._mapping)


def waiting_count() -> int:
    """How much of all this waits for staff."""
    return sum(counts().values())


def differences(after: str | None, *, closed: bool = False) -> Page[Difference]:
    """What provider and we disagree on, the newest first."""
    wanted = Difference.closed_at.is_not(None) if closed else Difference.closed_at.is_(None)
    return keyset_page(
        sa.select(Difference).where(wanted), (Difference.found_at, Difference.id), cursor=after
    )


def latest_reconciliations(limit: int = 8) -> list[Reconciliation]:
    """Which books were compared last."""
    newest = sa.select(Reconciliation).order_by(Reconciliation.day.desc(), Reconciliation.provider)
    return list(db.session.scalars(newest.limit(limit)))


def timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """What somebody paid and got back, as staff read it in their life."""
    from portal.payments.words import timeline_text

    moment = sa.func.coalesce(Payment.paid_at, Payment.created_at)
    statement = sa.select(Payment).where(Payment.payer_id == member_id)
    if before is not None:
        statement = statement.where(moment < before)
    payments = db.session.scalars(statement.order_by(moment.desc(), Payment.id.desc()).limit(limit))
    return [
        TimelineEntry(
            payment.paid_at or payment.created_at,
            "banknote",
            timeline_text(payment),
            path_to("payments_console.payment", payment_id=payment.id),
            Permission.MANAGE_PAYMENTS,
        )
        for payment in payments
    ]
