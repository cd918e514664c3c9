"""A member's road with the house: what happened to their membership."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, Moment, append_only, enum_type


class Happened(StrEnum):
    """What a line of the timeline says."""

    TIER_REACHED = "tier_reached"
    TIER_KEPT = "tier_kept"
    TIER_NOTICE = "tier_notice"
    TIER_GRACE = "tier_grace"
    TIER_LEFT = "tier_left"
    JOINED = "joined"
    RENEWED = "renewed"
    UPGRADED = "upgraded"
    DOWNGRADE_CHOSEN = "downgrade_chosen"
    DOWNGRADED = "downgraded"
    CANCELLED = "cancelled"
    KEPT_ON = "kept_on"
    PAUSED = "paused"
    RESUMED = "resumed"
    GRACE_BEGAN = "grace_began"
    LAPSED = "lapsed"
    RETURNED = "returned"
    REFUNDED = "refunded"
    GRANTED = "granted"
    GRANT_ENDED = "grant_ended"
    GIFT_GIVEN = "gift_given"
    GIFT_CLAIMED = "gift_claimed"
    GIFT_TAKEN_BACK = "gift_taken_back"
    CODE_REDEEMED = "code_redeemed"


@append_only
class MembershipEvent(Base):
    """One line of a member's timeline. ``facts`` are plain values for its sentence, and name nobody."""

    __tablename__ = "membership_event"
    __table_args__ = (sa.Index("ix_membership_event_member", "member_id", "at", "id"),)

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    what: Mapped[Happened] = mapped_column(enum_type(Happened))
    facts: Mapped[Facts]
    at: Mapped[Moment]
