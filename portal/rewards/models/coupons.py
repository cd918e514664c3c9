"""Coupons: codes of the brand's shop in pools, each given to one member."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str64, Str120
from portal.core.words import spoken


class CouponPool(Base):
    """Codes that are worth the same. ``total`` codes are in it, ``given`` of them have left it.

    ``valid_until`` is the first moment at which its codes are worth nothing any more.
    """

    __tablename__ = "coupon_pool"
    __table_args__ = (
        sa.CheckConstraint("given >= 0 AND given <= total", name="given_within_total"),
        sa.Index("ix_coupon_pool_newest", "created_at", "id"),
    )

    id: Mapped[Id]
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    worth_zh: Mapped[Str120]
    worth_en: Mapped[Str120]
    terms_zh: Mapped[LongText]
    terms_en: Mapped[LongText]
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    given: Mapped[int] = mapped_column(sa.Integer, default=0)
    valid_until: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    closed_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def worth(self) -> str:
        return spoken(self.worth_zh, self.worth_en)

    @property
    def terms(self) -> str:
        return spoken(self.terms_zh, self.terms_en)

    @property
    def last_moment(self) -> datetime | None:
        """The last day on which its codes are good has this moment."""
        return self.valid_until - timedelta(seconds=1) if self.valid_until is not None else None

    @property
    def left(self) -> int:
        return self.total - self.given


class Coupon(Base):
    """One code. No code is in two pools, and each source gets at most one of a pool."""

    __tablename__ = "coupon"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("pool_id", "source_kind", "source_id"),
        sa.CheckConstraint(
            "(member_id IS NULL) = (given_at IS NULL) AND (member_id IS NULL) = (source_id IS NULL) "
            "AND (member_id IS NULL) = (source_kind IS NULL)",
            name="given_wholly",
        ),
        sa.Index(
            "ix_coupon_free",
            "pool_id",
            "id",
            sqlite_where=sa.text("member_id IS NULL"),
            postgresql_where=sa.text("member_id IS NULL"),
        ),
        sa.Index("ix_coupon_member", "member_id", "given_at", "id"),
    )

    id: Mapped[Id]
    pool_id: Mapped[str] = mapped_column(sa.ForeignKey("coupon_pool.id"))
    code: Mapped[Str64]
    member_id: Mapped[str | None] = mapped_column(sa.ForeignKey("member.id"))
    given_at: Mapped[OptionalMoment]
    source_kind: Mapped[str | None] = mapped_column(sa.String(64))
    source_id: Mapped[OptionalRef]
