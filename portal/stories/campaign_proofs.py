"""What campaigns gave, compared with what was told, with the ledger of points, and with the coupons that left."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Proof
from portal.rewards.models import Coupon, PointLot
from portal.stories.campaign_models import Campaign, CampaignStory, CampaignWeek, Gives
from portal.stories.campaign_rules import KIND
from portal.stories.models import Story, StoryHashtag, StoryState

Differences = Iterator[tuple[str, int, int]]


def shown() -> Differences:
    """The stories that stand for each campaign: published, and with its hashtag."""
    worn = sa.exists().where(
        StoryHashtag.story_id == CampaignStory.story_id, StoryHashtag.hashtag_id == Campaign.hashtag_id
    )
    rows = db.session.execute(
        sa.select(CampaignStory.story_id, CampaignStory.published_at, Story.published_at, Story.state, worn)
        .join(Campaign, Campaign.id == CampaignStory.campaign_id)
        .join(Story, Story.id == CampaignStory.story_id)
    )
    for story_id, kept, published_at, state, wears in rows:
        true = published_at if state is StoryState.PUBLISHED and wears else None
        if kept != true:
            yield f"story {story_id}", int(kept is not None), int(true is not None)


def weeks() -> Differences:
    """Each member's week with a story that earns has exactly one of them that it is given for; others have none."""
    gives = sa.select(Campaign.id).where(Campaign.gives != Gives.NOTHING)
    standing = (
        sa.select(CampaignStory.campaign_id, CampaignStory.member_id, CampaignStory.week)
        .where(
            CampaignStory.published_at.is_not(None), CampaignStory.earns, CampaignStory.campaign_id.in_(gives)
        )
        .distinct()
    )
    held = (
        sa.select(CampaignWeek.campaign_id, CampaignWeek.member_id, CampaignWeek.week)
        .join(
            CampaignStory,
            sa.and_(
                CampaignStory.campaign_id == CampaignWeek.campaign_id,
                CampaignStory.story_id == CampaignWeek.story_id,
                CampaignStory.week == CampaignWeek.week,
                CampaignStory.published_at.is_not(None),
                CampaignStory.earns,
            ),
        )
        .where(CampaignWeek.story_id.is_not(None))
    )
    kept = {tuple(row) for row in db.session.execute(held)}
    true = {tuple(row) for row in db.session.execute(standing)}
    for key in sorted(kept ^ true, key=str):
        yield f"week {key}", int(key in kept), int(key in true)
    lonely = sa.select(sa.func.count()).select_from(CampaignWeek).where(CampaignWeek.story_id.is_not(None))
    number = db.session.scalar(lonely) or 0
    if number != len(kept):
        yield "weeks with a story", number, len(kept)


def points() -> Differences:
    """What was given in points, week by week, against the lots that came from campaigns and were not taken back."""
    rows = sa.select(CampaignWeek.lot_source, CampaignWeek.member_id, Campaign.points).join(
        Campaign, Campaign.id == CampaignWeek.campaign_id
    )
    given: dict[str | None, tuple[str, int]] = {
        source: (member_id, amount)
        for source, member_id, amount in db.session.execute(rows.where(CampaignWeek.lot_source.is_not(None)))
    }
    lots = sa.select(PointLot).where(PointLot.source_kind == KIND)
    found: dict[str | None, tuple[str, int]] = {
        lot.source_id: (lot.member_id, lot.amount)
        for lot in db.session.scalars(lots)
        if lot.source_id in given or lot.taken_back + lot.expired < lot.amount
    }
    for source in sorted(given.keys() | found.keys(), key=str):
        if given.get(source) != found.get(source):
            yield f"points {source}", given.get(source, ("", 0))[1], found.get(source, ("", 0))[1]


def coupons() -> Differences:
    """What was given in coupons against the codes that left their pools for campaigns."""
    given: dict[str | None, tuple[str | None, str | None]] = {
        row.coupon_id: (row.member_id, row.id)
        for row in db.session.scalars(sa.select(CampaignWeek).where(CampaignWeek.coupon_id.is_not(None)))
    }
    left: dict[str | None, tuple[str | None, str | None]] = {
        coupon.id: (coupon.member_id, coupon.source_id)
        for coupon in db.session.scalars(sa.select(Coupon).where(Coupon.source_kind == KIND))
    }
    for coupon_id in sorted(given.keys() | left.keys(), key=str):
        if given.get(coupon_id) != left.get(coupon_id):
            yield f"coupon {coupon_id}", int(coupon_id in given), int(coupon_id in left)


PROOFS = (
    Proof("campaigns: stories", shown),
    Proof("campaigns: weeks", weeks),
    Proof("campaigns: points", points),
    Proof("campaigns: coupons", coupons),
)
