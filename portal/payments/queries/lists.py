"""Lists of payments: a member's own, the studio's with its filters, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.payments.models import (
    RUNNING,
    UNFINISHED,
    Difference,
    InvoiceRequest,
    Payment,
    PaymentState,
    Reconciliation,
    Refund,
    RefundState,
)

#: who asks for money back hears of it within days; what takes longer is looked at by staff
TAKES_LONG = timedelta(days=3)
#: a refund that failed waits for staff so long, or until another one was asked for
FAILED_WAITS = timedelta(days=30)
#: the studio's filters
SHOWS = ("all", "paid", "open", "transfer", "held", "refunds", "pay_back", "fapiao")
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
        .where(_shown_by(show))
    )
    page = keyset_page(statement, key_columns, cursor=after, limit=limit, scalars=False)
    rows = [PaymentRow(row.Payment, row.display_name) for row in page.items]
    return Page(rows, page.next_cursor)


def _shown_by(show: str) -> sa.ColumnElement[bool]:
    """What a filter shows."""
    match show:
        case "paid":
            return Payment.state == PaymentState.PAID
        case "open":
            return Payment.state.in_(RUNNING)
        case "transfer":
            return sa.and_(Payment.provider == "offline", Payment.state.in_(RUNNING))
        case "held":
            return sa.and_(Payment.state == PaymentState.WRONG, Payment.refunded < Payment.received)
        case "refunds":
            return Payment.id.in_(sa.select(Refund.payment_id))
        case "pay_back":
            return Payment.id.in_(sa.select(Refund.payment_id).where(_needs_somebody()))
        case "fapiao":
            asked = (
                InvoiceRequest.issued_at.is_(None),
                InvoiceRequest.title != "",
            )  # empty: its member has left
            return Payment.id.in_(sa.select(InvoiceRequest.payment_id).where(*asked))
    return sa.true()


def _needs_somebody() -> sa.ColumnElement[bool]:
    """Refunds that staff pay by hand, that take too long, or that failed and were not asked for anew."""
    now, later = clock.now(), aliased(Refund)
    anew = sa.exists().where(later.payment_id == Refund.payment_id, later.asked_at > Refund.asked_at)
    return sa.or_(
        sa.and_(Refund.state == RefundState.SENT, Refund.due_at.is_(None)),
        sa.and_(Refund.state.in_(UNFINISHED), Refund.asked_at < now - TAKES_LONG),
        sa.and_(Refund.state == RefundState.FAILED, Refund.asked_at > now - FAILED_WAITS, ~anew),
    )


def counts() -> dict[str, int]:
    """How many payments wait for somebody, by filter; and under ``differences`` how many of these are open. One query."""
    row = db.session.execute(sa.select(*(number.label(name) for name, number in _numbers().items()))).one()
    return dict(row._mapping)


def waiting_count() -> sa.Select[int]:
    """How much of all this waits for staff."""
    total: sa.ColumnElement[int] = sum(_numbers().values(), start=sa.literal(0))
    return sa.select(total)


def _numbers() -> dict[str, sa.ScalarSelect[int]]:
    found = {
        name: sa.select(sa.func.count()).select_from(Payment).where(_shown_by(name)).scalar_subquery()
        for name in WAITING
    }
    differences = sa.select(sa.func.count()).select_from(Difference).where(Difference.closed_at.is_(None))
    return found | {"differences": differences.scalar_subquery()}


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
