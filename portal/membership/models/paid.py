"""Paid membership: what can be bought, what a member has running, and what was to be paid for it."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, enum_type


class Plan(Base):
    """A paid tier for so many months at a price in minor units."""

    __tablename__ = "membership_plan"
    __table_args__ = (
        sa.Index("ix_membership_plan_tier", "tier_id"),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name="months_bounded"),
        sa.CheckConstraint("price > 0", name="price_positive"),
    )

    id: Mapped[Id]
    tier_id: Mapped[str] = mapped_column(sa.ForeignKey("tier.id"))
    months: Mapped[int] = mapped_column(sa.Integer)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[Moment]


class State(StrEnum):
    """pending → active → ending → lapsed; active → grace → lapsed; paused; refunded. ``dropped``: never paid."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDING = "ending"
    GRACE = "grace"
    PAUSED = "paused"
    LAPSED = "lapsed"
    REFUNDED = "refunded"
    DROPPED = "dropped"


LIVE = (State.ACTIVE, State.ENDING, State.GRACE, State.PAUSED)
_LIVE = "state IN ('active', 'ending', 'grace', 'paused')"


class Subscription(Base):
    """A member's run of paid membership: at most one is live. What it gives stands in spans, not here.

    ``next_plan_id`` is the plan of the next period when that is another one. While paused, ``seconds_left`` are kept.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        sa.Index(
            "uq_subscription_live",
            "member_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
        sa.Index("ix_subscription_member", "member_id", "created_at", "id"),
        sa.Index("ix_subscription_due", "due_at"),
        sa.CheckConstraint("(state = 'paused') = (seconds_left IS NOT NULL)", name="paused_keeps_its_rest"),
        sa.CheckConstraint("state IN ('pending', 'dropped') OR period_end IS NOT NULL", name="begun_has_end"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    plan_id: Mapped[str] = mapped_column(sa.ForeignKey("membership_plan.id"))
    state: Mapped[State] = mapped_column(enum_type(State), default=State.PENDING)
    period_start: Mapped[OptionalMoment]
    period_end: Mapped[OptionalMoment]
    next_plan_id: Mapped[str | None] = mapped_column(sa.ForeignKey("membership_plan.id"))
    paused_at: Mapped[OptionalMoment]
    seconds_left: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(255), default="")
    created_at: Mapped[Moment]
    #: when its state may change by itself
    due_at: Mapped[OptionalMoment]
    #: how many days before the end the last reminder was sent (30, 7, 1), for the period that ends then
    reminded: Mapped[int | None] = mapped_column(sa.Integer)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ChargeKind(StrEnum):
    """What a charge pays for."""

    JOIN = "join"
    RENEW = "renew"
    UPGRADE = "upgrade"


class ChargeState(StrEnum):
    """open → paid → returned (refunded wholly); or dropped: never paid, or paid when it was of no use any more."""

    OPEN = "open"
    PAID = "paid"
    RETURNED = "returned"
    DROPPED = "dropped"


class Charge(Base):
    """One period that was offered at ``price``; ``credit`` is what an upgrade takes off for the unused rest before it.

    The terms are kept as they were shown: whatever happens to the plan meanwhile, this is what was agreed. Once paid,
    ``seconds`` is how long the period is, and ``returned`` what was paid back of the amount.
    """

    __tablename__ = "membership_charge"
    __table_args__ = (
        sa.UniqueConstraint("payment_id"),
        sa.Index("ix_membership_charge_subscription", "subscription_id", "created_at", "id"),
        sa.CheckConstraint("price > 0 AND credit >= 0", name="money_not_negative"),
        sa.CheckConstraint(
            "amount = CASE WHEN credit > price THEN 0 ELSE price - credit END", name="amount_is_the_rest"
        ),
        sa.CheckConstraint("returned BETWEEN 0 AND amount", name="returned_within_amount"),
        sa.CheckConstraint("state <> 'paid' OR seconds > 0", name="paid_has_length"),
    )

    id: Mapped[Id]
    subscription_id: Mapped[str] = mapped_column(sa.ForeignKey("subscription.id"))
    kind: Mapped[ChargeKind] = mapped_column(enum_type(ChargeKind))
    plan_id: Mapped[str] = mapped_column(sa.ForeignKey("membership_plan.id"))
    months: Mapped[int] = mapped_column(sa.Integer)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    credit: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    returned: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[ChargeState] = mapped_column(enum_type(ChargeState), default=ChargeState.OPEN)
    payment_id: Mapped[OptionalRef]
    seconds: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]

    @property
    def worth(self) -> int:
        """What the whole period was worth to who paid for it, in minor units."""
        return self.amount + self.credit - self.returned
