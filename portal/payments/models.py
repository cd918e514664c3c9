"""Money that members give us and get back: what was asked, what came, what was returned, and what does not agree."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    Moment,
    OptionalMoment,
    OptionalRef,
    Ref,
    Str64,
    Str120,
    Str255,
    append_only,
    enum_type,
)
from portal.core.money import Money


class PaymentState(StrEnum):
    """created → open → paid | failed | expired | cancelled; what comes late turns an ended one into a paid one.

    ``wrong``: money came that is not what was asked for. It is held for staff and never counts as paid.
    """

    CREATED = "created"
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WRONG = "wrong"


#: the payer may still pay
RUNNING = (PaymentState.CREATED, PaymentState.OPEN)
#: money came
RECEIVED = (PaymentState.PAID, PaymentState.WRONG)
#: one purpose has one of these for each payer
STILL_RUNNING = "state IN ('created', 'open')"
ENDED = (PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED)


class Payment(Base):
    """One thing to be paid once. Its id is the number that the provider knows it by.

    ``received`` is what the provider really took, in its own currency; ``refunded`` is what of it was asked to go back
    (waiting refunds count, failed ones do not). ``next_ask_at``: when the provider is asked again; none when nothing more
    can come. ``checkout`` is the way to pay once it was begun. ``late``: the money came after the payment had ended.
    """

    __tablename__ = "payment"
    __table_args__ = (
        sa.UniqueConstraint("provider", "provider_ref"),
        sa.UniqueConstraint("receipt_no"),
        sa.Index("ix_payment_purpose", "purpose_kind", "purpose_id"),
        sa.Index(
            "uq_payment_running",
            "purpose_kind",
            "purpose_id",
            "payer_id",
            unique=True,
            sqlite_where=sa.text(STILL_RUNNING),
            postgresql_where=sa.text(STILL_RUNNING),
        ),
        sa.Index("ix_payment_payer", "payer_id", "created_at", "id"),
        sa.Index("ix_payment_newest", "created_at", "id"),
        sa.Index("ix_payment_state", "state", "created_at", "id"),
        sa.Index(
            "ix_payment_ask",
            "next_ask_at",
            sqlite_where=sa.text("next_ask_at IS NOT NULL"),
            postgresql_where=sa.text("next_ask_at IS NOT NULL"),
        ),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= received", name="refunded_within_received"),
        sa.CheckConstraint("(state IN ('paid', 'wrong')) = (received > 0)", name="received_when_money_came"),
        sa.CheckConstraint(
            "state <> 'paid' OR (received = amount AND received_currency = currency"
            " AND paid_at IS NOT NULL AND receipt_no IS NOT NULL)",
            name="paid_is_exact",
        ),
    )

    id: Mapped[Id]
    purpose_kind: Mapped[Str64]
    purpose_id: Mapped[Ref]
    payer_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    provider: Mapped[str] = mapped_column(sa.String(16))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[PaymentState] = mapped_column(enum_type(PaymentState), default=PaymentState.CREATED)
    description: Mapped[Str255]
    return_path: Mapped[Str255]
    provider_ref: Mapped[str | None] = mapped_column(sa.String(128))
    checkout: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    received: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    received_currency: Mapped[str | None] = mapped_column(sa.String(3))
    refunded: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    receipt_no: Mapped[str | None] = mapped_column(sa.String(20))
    late: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[Moment]
    started_at: Mapped[OptionalMoment]
    expires_at: Mapped[Moment]
    paid_at: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    next_ask_at: Mapped[OptionalMoment]
    asks: Mapped[int] = mapped_column(sa.Integer, default=0)

    @property
    def price(self) -> Money:
        """What was asked for."""
        return Money(self.amount, self.currency)

    @property
    def money(self) -> Money:
        """What came; nothing, in the currency asked for, as long as nothing came."""
        return Money(self.received, self.received_currency or self.currency)

    def money_of(self, amount: int) -> Money:
        """So much in the currency that came."""
        return Money(amount, self.received_currency or self.currency)

    @property
    def left(self) -> Money:
        """What of it can still go back."""
        return Money(self.received - self.refunded, self.received_currency or self.currency)


class RefundState(StrEnum):
    """asked → sent (the provider took it, or staff pay it by hand) → done, or failed for good."""

    ASKED = "asked"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (RefundState.ASKED, RefundState.SENT)


class Refund(Base):
    """Money on its way back. Its id is the key by which the provider knows a repeated request for the same one."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.Index("ix_refund_payment", "payment_id", "asked_at"),
        sa.Index(
            "ix_refund_due",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_when"),
    )

    id: Mapped[Id]
    payment_id: Mapped[str] = mapped_column(sa.ForeignKey("payment.id"))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[Str255]
    state: Mapped[RefundState] = mapped_column(enum_type(RefundState), default=RefundState.ASKED)
    provider_ref: Mapped[str | None] = mapped_column(sa.String(128))
    problem: Mapped[Str255] = mapped_column(sa.String(255), default="")
    by_id: Mapped[OptionalRef]
    asked_at: Mapped[Moment]
    done_at: Mapped[OptionalMoment]
    due_at: Mapped[OptionalMoment]
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)


@append_only
class PaymentNotice(Base):
    """A notification that was acted upon; stored together with what it caused, so each one works once."""

    __tablename__ = "payment_notice"
    __table_args__ = (
        sa.UniqueConstraint("provider", "event_id"),
        sa.Index("ix_payment_notice_payment", "payment_id"),
    )

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(sa.String(16))
    event_id: Mapped[Str120]
    payment_id: Mapped[OptionalRef]
    at: Mapped[Moment]


class ReceiptBook(Base):
    """The last number of a year's receipts. One number is given once; a payment that is not stored takes none."""

    __tablename__ = "receipt_book"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(sa.Integer)


class InvoiceRequest(Base):
    """What a payer wants to stand on their 发票, and what became of it."""

    __tablename__ = "invoice_request"
    __table_args__ = (
        sa.Index("ix_invoice_request_waiting", "issued_at", "payment_id"),
        sa.CheckConstraint("(issued_at IS NULL) = (number IS NULL)", name="issued_with_number"),
    )

    payment_id: Mapped[str] = mapped_column(sa.ForeignKey("payment.id"), primary_key=True)
    title: Mapped[Str120]
    tax_no: Mapped[str] = mapped_column(sa.String(32), default="")
    email: Mapped[Str255]
    asked_at: Mapped[Moment]
    issued_at: Mapped[OptionalMoment]
    number: Mapped[str | None] = mapped_column(sa.String(64))


class Reconciliation(Base):
    """The books of one provider for one day of its own calendar were compared with ours."""

    __tablename__ = "payment_reconciliation"

    provider: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    lines: Mapped[int] = mapped_column(sa.Integer)
    at: Mapped[Moment]


class DifferenceKind(StrEnum):
    """What the provider's books and ours say differently.

    ``unknown``: they list what we do not know, or do not hold for paid. ``missing``: we hold for paid (or returned) what
    they do not list. ``amount``: another amount or currency.
    """

    UNKNOWN = "unknown"
    MISSING = "missing"
    AMOUNT = "amount"


class Difference(Base):
    """One thing that provider and we disagree on. Found again it stays one row; staff close it with a note."""

    __tablename__ = "payment_difference"
    __table_args__ = (
        sa.UniqueConstraint("provider", "day", "kind", "ref"),
        sa.Index("ix_payment_difference_open", "closed_at", "found_at", "id"),
        sa.CheckConstraint("(closed_at IS NULL) = (note IS NULL)", name="closed_with_note"),
    )

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(sa.String(16))
    day: Mapped[date] = mapped_column(sa.Date)
    kind: Mapped[DifferenceKind] = mapped_column(enum_type(DifferenceKind))
    ref: Mapped[Str120]
    payment_id: Mapped[OptionalRef]
    refund: Mapped[bool] = mapped_column(sa.Boolean)
    theirs: Mapped[int] = mapped_column(sa.BigInteger)
    ours: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    found_at: Mapped[Moment]
    closed_at: Mapped[OptionalMoment]
    closed_by_id: Mapped[OptionalRef]
    note: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def their_money(self) -> Money:
        return Money(self.theirs, self.currency)

    @property
    def our_money(self) -> Money:
        return Money(self.ours, self.currency)
