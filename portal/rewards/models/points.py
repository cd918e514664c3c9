"""Points: an account that is locked, lots that grow old, and a ledger in which lines are only added."""

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
    Str255,
    append_only,
    enum_type,
)


class EntryKind(StrEnum):
    EARNED = "earned"
    SPENT = "spent"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"


class PointAccount(Base):
    """A member's points at this moment. ``debt`` is what was taken back after it had been spent: paid by what comes next.

    The sum of a member's entries is balance + pending − debt. Whoever moves points holds this row first.
    """

    __tablename__ = "point_account"
    __table_args__ = (
        sa.CheckConstraint("balance >= 0", name="balance_not_negative"),
        sa.CheckConstraint("pending >= 0", name="pending_not_negative"),
        sa.CheckConstraint("debt >= 0", name="debt_not_negative"),
        sa.CheckConstraint("balance = 0 OR debt = 0", name="debt_is_paid_first"),
    )

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(sa.Integer, default=0)
    pending: Mapped[int] = mapped_column(sa.Integer, default=0)
    debt: Mapped[int] = mapped_column(sa.Integer, default=0)


class PointLot(Base):
    """Points that came together and expire together. What is neither remaining, taken back nor expired was spent.

    Until ``released_at`` they are pending. ``available_at`` says when they may be released.
    """

    __tablename__ = "point_lot"
    __table_args__ = (
        sa.UniqueConstraint("source_kind", "source_id"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("remaining >= 0 AND taken_back >= 0 AND expired >= 0", name="parts_not_negative"),
        sa.CheckConstraint("remaining + taken_back + expired <= amount", name="parts_within_amount"),
        sa.CheckConstraint("released_at IS NOT NULL OR expired = 0", name="pending_never_expires"),
        sa.Index("ix_point_lot_member", "member_id", "expires_at", "id"),
        sa.Index(
            "ix_point_lot_pending",
            "available_at",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
        sa.Index(
            "ix_point_lot_expiring",
            "expires_at",
            sqlite_where=sa.text("remaining > 0"),
            postgresql_where=sa.text("remaining > 0"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    amount: Mapped[int] = mapped_column(sa.Integer)
    remaining: Mapped[int] = mapped_column(sa.Integer)
    taken_back: Mapped[int] = mapped_column(sa.Integer, default=0)
    expired: Mapped[int] = mapped_column(sa.Integer, default=0)
    source_kind: Mapped[Str64]
    source_id: Mapped[Ref]
    earned_at: Mapped[Moment]
    available_at: Mapped[Moment]
    released_at: Mapped[OptionalMoment]
    expires_at: Mapped[Moment]


@append_only
class PointEntry(Base):
    """One line of the ledger: ``amount`` is added to what the member has (negative: taken from it)."""

    __tablename__ = "point_entry"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'earned' AND amount > 0) OR (kind <> 'earned' AND amount < 0)", name="sign"
        ),
        sa.Index("ix_point_entry_member", "member_id", "at", "id"),
        sa.Index(
            "uq_point_entry_source",
            "kind",
            "source_kind",
            "source_id",
            unique=True,
            sqlite_where=sa.text("kind IN ('earned', 'spent')"),
            postgresql_where=sa.text("kind IN ('earned', 'spent')"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    amount: Mapped[int] = mapped_column(sa.Integer)
    source_kind: Mapped[Str64]
    source_id: Mapped[Ref]
    at: Mapped[Moment]


class PointAct(Base):
    """Staff gave points by hand, or took some (negative), and said why. The words stand here, not in the ledger."""

    __tablename__ = "point_act"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.Index("ix_point_act_newest", "at", "id"),
        sa.Index("ix_point_act_member", "member_id", "at"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    amount: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[Str255]
    by_id: Mapped[OptionalRef]
    at: Mapped[Moment]
