"""Badges: stitched patches for deeds, never for spending alone."""

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
    Str64,
    Str120,
    Str255,
    enum_type,
)
from portal.core.words import spoken
from portal.rewards.models.deeds import names_a_deed

_OPEN = sa.text("revoked_at IS NULL")


class BadgeRule(StrEnum):
    """``hand``: staff decide. ``deeds``: so many deeds of a kind. ``years``: so many years a member."""

    HAND = "hand"
    DEEDS = "deeds"
    YEARS = "years"


class Badge(Base):
    """A patch. Neither buying nor praise can ever be the rule: the database refuses it."""

    __tablename__ = "badge"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("hue >= 0 AND hue < 360", name="hue_in_circle"),
        sa.CheckConstraint("rule = 'hand' OR rule_value > 0", name="rule_has_value"),
        sa.CheckConstraint("(rule = 'deeds') = (rule_deed <> '')", name="rule_has_deed"),
        sa.CheckConstraint("rule_deed <> 'order'", name="never_for_spending"),
        sa.CheckConstraint(f"rule_deed = '' OR {names_a_deed('rule_deed')}", name="never_for_praise"),
        sa.Index("ix_badge_place", "position", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    text_zh: Mapped[Str120]
    text_en: Mapped[Str120]
    icon: Mapped[Str64]
    hue: Mapped[int] = mapped_column(sa.Integer)
    rule: Mapped[BadgeRule] = mapped_column(enum_type(BadgeRule), default=BadgeRule.HAND)
    rule_deed: Mapped[Str64] = mapped_column(sa.String(64), default="")
    rule_value: Mapped[int] = mapped_column(sa.Integer, default=0)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def text(self) -> str:
        return spoken(self.text_zh, self.text_en)


class BadgeAward(Base):
    """A member holds a badge, until ``revoked_at``. ``by_id`` empty: the rule gave it, or took it."""

    __tablename__ = "badge_award"
    __table_args__ = (
        sa.Index(
            "uq_badge_award_open",
            "badge_id",
            "member_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_badge_award_member", "member_id", "awarded_at", "id"),
        sa.Index("ix_badge_award_badge", "badge_id", "awarded_at", "id"),
    )

    id: Mapped[Id]
    badge_id: Mapped[str] = mapped_column(sa.ForeignKey("badge.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    why: Mapped[Str255] = mapped_column(sa.String(255), default="")
    by_id: Mapped[OptionalRef]
    awarded_at: Mapped[Moment]
    revoked_at: Mapped[OptionalMoment]
    revoked_by: Mapped[OptionalRef]
    revoked_why: Mapped[Str255] = mapped_column(sa.String(255), default="")
