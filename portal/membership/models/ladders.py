"""Two ladders: tiers that are earned by deeds, and tiers that are paid for; and what each of them gives."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, Str64, Str255, enum_type
from portal.core.words import spoken


class TierKind(StrEnum):
    EARNED = "earned"
    PAID = "paid"


class Tier(Base):
    """A rung of one ladder. Earned tiers ask for so many ``stitches`` in twelve months; the lowest asks for none."""

    __tablename__ = "tier"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.UniqueConstraint("kind", "position"),
        sa.CheckConstraint("stitches >= 0", name="stitches_not_negative"),
        sa.CheckConstraint("kind = 'earned' OR stitches = 0", name="paid_asks_for_no_deeds"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    kind: Mapped[TierKind] = mapped_column(enum_type(TierKind))
    position: Mapped[int] = mapped_column(sa.Integer)
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    text_zh: Mapped[Str255]
    text_en: Mapped[Str255]
    #: the colour of the thread on the card: a name of the style sheet
    thread: Mapped[str] = mapped_column(sa.String(24))
    stitches: Mapped[int] = mapped_column(sa.Integer, default=0)
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)

    @property
    def text(self) -> str:
        """Who it is for, in a sentence in the visitor's language."""
        return spoken(self.text_zh, self.text_en)


class Perk(StrEnum):
    """What a tier may give. Values are whole numbers: hours, seats, applications a year, percent, or 1 for yes."""

    EARLY_ACCESS_HOURS = "early_access_hours"
    RESERVED_SEATS = "reserved_seats"
    TRIAL_APPLICATIONS = "trial_applications"
    TICKET_DISCOUNT = "ticket_discount"
    BIRTHDAY_GIFT = "birthday_gift"
    MEMBERS_CONTENT = "members_content"
    REPLY_PRIORITY = "reply_priority"


class TierPerk(Base):
    """One perk of one tier."""

    __tablename__ = "tier_perk"
    __table_args__ = (
        sa.CheckConstraint("value > 0", name="value_positive"),
        sa.CheckConstraint("kind <> 'ticket_discount' OR value <= 100", name="discount_in_percent"),
    )

    tier_id: Mapped[str] = mapped_column(sa.ForeignKey("tier.id"), primary_key=True)
    kind: Mapped[Perk] = mapped_column(enum_type(Perk), primary_key=True)
    value: Mapped[int] = mapped_column(sa.Integer)


class Standing(Base):
    """The earned tier of one member, held until ``valid_until``, and fourteen days longer when ``grace_until`` is set.

    ``stitches`` are those that were counted when it was last looked at: the evidence. A member without a row stands on
    the lowest tier.
    """

    __tablename__ = "membership_standing"
    __table_args__ = (sa.Index("ix_membership_standing_due", "due_at"),)

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    tier_id: Mapped[str] = mapped_column(sa.ForeignKey("tier.id"))
    since: Mapped[Moment]
    valid_until: Mapped[Moment]
    grace_until: Mapped[OptionalMoment]
    noticed_at: Mapped[OptionalMoment]
    stitches: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: when it is to be looked at again
    due_at: Mapped[Moment]
