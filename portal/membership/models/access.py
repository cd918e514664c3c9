"""From when to when a member has a paid tier, and by what: bought, given by the house, a gift, a code."""

from __future__ import annotations

from enum import StrEnum

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
    enum_type,
)


class SpanKind(StrEnum):
    PAID = "paid"
    COMPLIMENTARY = "complimentary"
    GIFT = "gift"
    CODE = "code"


class Span(Base):
    """This member has this tier from ``starts_at`` until ``ends_at`` (not included): the truth about access.

    A grant is a row of its own and never computed anew from anything. A paid one that is to be renewed lasts until
    ``grace_until``. One that was taken back before it began ends when it starts. ``planned_end`` differs from
    ``ends_at`` where an upgrade took its place: that is what comes back when the upgrade is refunded.
    """

    __tablename__ = "membership_span"
    __table_args__ = (
        sa.Index("ix_membership_span_member", "member_id", "ends_at"),
        sa.Index("ix_membership_span_source", "source_id"),
        sa.CheckConstraint("ends_at >= starts_at", name="time_goes_forward"),
        sa.CheckConstraint("grace_until IS NULL OR kind = 'paid'", name="grace_for_paid"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    tier_id: Mapped[str] = mapped_column(sa.ForeignKey("tier.id"))
    kind: Mapped[SpanKind] = mapped_column(enum_type(SpanKind))
    #: the charge, gift or code behind it
    source_id: Mapped[OptionalRef]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    planned_end: Mapped[Moment]
    grace_until: Mapped[OptionalMoment]
    reason: Mapped[Str255]
    by_id: Mapped[OptionalRef]
    given_at: Mapped[Moment]


class ShownTier(Base):
    """The tier that stands beside a member's name, kept so that walls need not ask about time; none: nothing stands there.

    ``due_at`` is when time alone changes it: a span begins or ends, or the words of the tier were changed just now.
    """

    __tablename__ = "membership_shown"
    __table_args__ = (sa.Index("ix_membership_shown_due", "due_at"),)

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    tier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("tier.id"))
    due_at: Mapped[OptionalMoment]


class GiftState(StrEnum):
    """pending (not paid yet) → ready → claimed; or dropped, refunded, expired (nobody claimed it in a year)."""

    PENDING = "pending"
    READY = "ready"
    CLAIMED = "claimed"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    DROPPED = "dropped"


class Gift(Base):
    """A membership bought for somebody. Whoever holds the link claims it, once, within 365 days.

    ``buyer`` pays, ``recipient_name`` is whom the buyer thought of, ``redeemer`` the member who claimed it.
    """

    __tablename__ = "membership_gift"
    __table_args__ = (
        sa.UniqueConstraint("payment_id"),
        sa.UniqueConstraint("link_hash"),
        sa.Index("ix_membership_gift_buyer", "buyer_id", "created_at", "id"),
        sa.Index("ix_membership_gift_redeemer", "redeemer_id"),
        sa.CheckConstraint("(state = 'claimed') <= (redeemer_id IS NOT NULL)", name="claimed_by_somebody"),
    )

    id: Mapped[Id]
    buyer_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    plan_id: Mapped[str] = mapped_column(sa.ForeignKey("membership_plan.id"))
    months: Mapped[int] = mapped_column(sa.Integer)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    recipient_name: Mapped[Str64]
    message: Mapped[Str255]
    state: Mapped[GiftState] = mapped_column(enum_type(GiftState), default=GiftState.PENDING)
    payment_id: Mapped[OptionalRef]
    link_hash: Mapped[str | None] = mapped_column(sa.String(64))
    claim_until: Mapped[OptionalMoment]
    redeemer_id: Mapped[str | None] = mapped_column(sa.ForeignKey("member.id"))
    claimed_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]


class RedeemBatch(Base):
    """Codes made together: each gives so many months of one tier. Their file is handed out once."""

    __tablename__ = "redeem_batch"
    __table_args__ = (
        sa.Index("ix_redeem_batch_newest", "made_at", "id"),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name="months_bounded"),
        sa.CheckConstraint("size BETWEEN 1 AND 10000", name="size_bounded"),
        sa.CheckConstraint("redeemed BETWEEN 0 AND size", name="redeemed_within_size"),
    )

    id: Mapped[Id]
    name: Mapped[Str120]
    tier_id: Mapped[str] = mapped_column(sa.ForeignKey("tier.id"))
    months: Mapped[int] = mapped_column(sa.Integer)
    size: Mapped[int] = mapped_column(sa.Integer)
    redeemed: Mapped[int] = mapped_column(sa.Integer, default=0)
    made_by: Mapped[Ref]
    made_at: Mapped[Moment]
    expires_at: Mapped[OptionalMoment]
    closed_at: Mapped[OptionalMoment]


class RedeemCode(Base):
    """One code, of which only the hash is kept; used once."""

    __tablename__ = "redeem_code"
    __table_args__ = (sa.Index("ix_redeem_code_batch", "batch_id"),)

    code_hash: Mapped[Str64] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(sa.ForeignKey("redeem_batch.id"))
    redeemed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("member.id"))
    redeemed_at: Mapped[OptionalMoment]
