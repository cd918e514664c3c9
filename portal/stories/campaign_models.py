"""Campaigns: hashtags with a period, the stories that take part, and what each week of a member brought."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str64, enum_type
from portal.core.words import spoken


class Gives(StrEnum):
    """What each story of a campaign brings its author: the same for all, whatever it says."""

    NOTHING = "nothing"
    POINTS = "points"
    COUPON = "coupon"


class Campaign(Base):
    """A hashtag with a period: stories handed in with it from ``starts_at`` until before ``ends_at`` take part.

    Members know of it from ``announced_at`` on; ``closed_at`` ended it early.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("starts_at < ends_at", name="days_in_order"),
        sa.CheckConstraint("(gives = 'points') = (points > 0)", name="points_when_given"),
        sa.CheckConstraint("(gives = 'coupon') = (pool_id IS NOT NULL)", name="pool_when_given"),
        sa.CheckConstraint("closed_at IS NULL OR announced_at IS NOT NULL", name="closed_when_announced"),
        sa.Index("ix_campaign_newest", "starts_at", "id"),
        sa.Index("ix_campaign_hashtag", "hashtag_id", "starts_at"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    hashtag_id: Mapped[str] = mapped_column(sa.ForeignKey("hashtag.id"))
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    text_zh: Mapped[LongText]
    text_en: Mapped[LongText]
    picture: Mapped[OptionalRef]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    gives: Mapped[Gives] = mapped_column(enum_type(Gives))
    points: Mapped[int] = mapped_column(sa.Integer, default=0)
    pool_id: Mapped[str | None] = mapped_column(sa.ForeignKey("coupon_pool.id"))
    announced_at: Mapped[OptionalMoment]
    closed_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def over_at(self) -> datetime:
        """The first moment at which a story takes part no more."""
        return self.closed_at or self.ends_at

    @property
    def last_moment(self) -> datetime:
        """The last day on which a story takes part has this moment."""
        return self.over_at - timedelta(seconds=1)


class CampaignStory(Base):
    """A story takes part. ``handed_in_at`` and ``week`` (its Monday, shop time) stay once it was on the wall.

    ``published_at`` while it stands there with the hashtag: copied, so that the campaign's wall is one index.
    ``earns``: its author is no member of staff. ``counted_at`` is when it first stood there.
    """

    __tablename__ = "campaign_story"
    __table_args__ = (
        sa.Index("ix_campaign_story_newest", "campaign_id", "published_at", "story_id"),
        sa.Index("ix_campaign_story_week", "campaign_id", "member_id", "week"),
        sa.Index("ix_campaign_story_story", "story_id"),
        sa.CheckConstraint("published_at IS NULL OR counted_at IS NOT NULL", name="counted_when_shown"),
    )

    campaign_id: Mapped[str] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    story_id: Mapped[str] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    handed_in_at: Mapped[Moment]
    week: Mapped[date] = mapped_column(sa.Date)
    earns: Mapped[bool] = mapped_column(sa.Boolean)
    counted_at: Mapped[OptionalMoment]
    published_at: Mapped[OptionalMoment]


class CampaignWeek(Base):
    """What a campaign gives a member for one week: at most once, however many stories they tell in it.

    ``story_id`` is the story it is given for, none while no story of that week stands (no foreign key: checking it
    would wait for a story that somebody else holds, who waits for the member's account). ``since`` is when it was first
    owed. Given are points (``lot_source`` is what their lot names as its source) or a coupon, which nobody takes back.
    """

    __tablename__ = "campaign_week"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "member_id", "week"),
        sa.CheckConstraint(
            "(given_at IS NULL) = (lot_source IS NULL AND coupon_id IS NULL)", name="given_is_something"
        ),
        sa.CheckConstraint("lot_source IS NULL OR story_id IS NOT NULL", name="points_for_a_story"),
        sa.Index(
            "ix_campaign_week_owed",
            "since",
            "id",
            sqlite_where=sa.text("given_at IS NULL AND story_id IS NOT NULL"),
            postgresql_where=sa.text("given_at IS NULL AND story_id IS NOT NULL"),
        ),
        sa.Index("ix_campaign_week_member", "member_id"),
    )

    id: Mapped[Id]
    campaign_id: Mapped[str] = mapped_column(sa.ForeignKey("campaign.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    week: Mapped[date] = mapped_column(sa.Date)
    story_id: Mapped[OptionalRef]
    since: Mapped[Moment]
    given_at: Mapped[OptionalMoment]
    lot_source: Mapped[OptionalRef]
    coupon_id: Mapped[str | None] = mapped_column(sa.ForeignKey("coupon.id"))
