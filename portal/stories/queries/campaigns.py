"""Campaigns: those that run, come and are over; their stories; what a member has of them; what staff read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.queries.distance import leave_out
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _, language
from portal.core.media.models import Photo
from portal.core.paging import Page, keyset_page
from portal.rewards.models import CouponPool
from portal.stories import tagging
from portal.stories.campaign_models import Campaign, CampaignStory, CampaignWeek
from portal.stories.campaign_rules import CampaignState, state_of
from portal.stories.models import Hashtag
from portal.stories.queries.tags import TagRow

#: the first moment at which a story takes part no more
OVER_AT = sa.func.coalesce(Campaign.closed_at, Campaign.ends_at)
ANNOUNCED = Campaign.announced_at.is_not(None)
#: what a member is to get and has not got; as text, so that both databases use their partial index
OWED = sa.text("campaign_week.given_at IS NULL AND campaign_week.story_id IS NOT NULL")
#: more than run or come at one time
MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign as people see it; ``stories`` stand on the wall for it."""

    campaign: Campaign
    tag: TagRow
    pool: CouponPool | None
    stories: int
    state: CampaignState


class Above(NamedTuple):
    """A campaign that runs, as the top of the wall names it, in one language."""

    slug: str
    name: str
    last_moment: datetime

    @classmethod
    def of(cls, campaign: Campaign, tongue: str) -> Above:
        ours, other = campaign.name_zh, campaign.name_en
        if tongue != "zh_CN":
            ours, other = other, ours
        return cls(campaign.slug, ours or other, campaign.last_moment)


class Part(NamedTuple):
    """What a story of a member has to do with a campaign; ``week`` is what its week brings, if it has it."""

    campaign: Campaign
    story: CampaignStory
    week: CampaignWeek | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What staff read of a campaign, altogether or of one week (its Monday)."""

    stories: int
    members: int
    given: int
    owed: int
    week: date | None = None


def running_at(now: datetime) -> sa.ColumnElement[bool]:
    """Stories that are handed in at this moment take part."""
    return sa.and_(ANNOUNCED, Campaign.starts_at <= now, now < OVER_AT)


def get_campaign(slug: str, viewer: Viewer | None) -> CampaignRow:
    """The campaign that was announced with this address, or NotFound. One query."""
    return _one(_rows(viewer).where(Campaign.slug == slug, ANNOUNCED))


def get_campaign_by_id(campaign_id: str) -> CampaignRow:
    """For staff: drafts as well. One query."""
    return _one(_rows().where(Campaign.id == campaign_id))


def find_tag_and_campaign(name: str) -> tuple[TagRow | None, Campaign | None]:
    """The hashtag that a visitor means, and the campaign that has it now, or will have it, or had it last. One query."""
    with_campaigns = sa.select(Hashtag, Campaign).outerjoin(
        Campaign, sa.and_(ANNOUNCED, Campaign.hashtag_id == Hashtag.id)
    )
    named = with_campaigns.where(Hashtag.name == tagging.normal(name))
    rows = db.session.execute(named.order_by(Campaign.starts_at.desc()).limit(MOST_AT_ONCE)).all()
    found, now = [row.Campaign for row in rows if row.Campaign], clock.now()
    running = (campaign for campaign in found if state_of(campaign, now) is CampaignState.RUNNING)
    tag = TagRow.of(rows[0].Hashtag, language()) if rows else None
    return tag, next(running, found[0] if found else None)


def running_campaigns() -> list[CampaignRow]:
    """Those in which a story takes part that is handed in now, the first to end first. One query."""
    statement = _rows().where(running_at(clock.now())).order_by(OVER_AT, Campaign.id).limit(MOST_AT_ONCE)
    return _told(db.session.execute(statement))


def present_campaigns(viewer: Viewer | None) -> list[CampaignRow]:
    """Those that run, the first to end first, and then those that come, the first to begin first. One query."""
    now = clock.now()
    statement = _rows(viewer).where(ANNOUNCED, now < OVER_AT).limit(2 * MOST_AT_ONCE)
    found = _told(db.session.execute(statement.order_by(Campaign.starts_at, Campaign.id)))
    running = [row for row in found if row.state is CampaignState.RUNNING]
    coming = [row for row in found if row.state is CampaignState.COMING]
    return sorted(running, key=lambda row: (row.campaign.over_at, row.campaign.id)) + coming


def past_campaigns(viewer: Viewer | None, cursor: str | None = None) -> Page[CampaignRow]:
    """Those that are over, the last begun first. One query."""
    return _page(_rows(viewer).where(ANNOUNCED, clock.now() >= OVER_AT), cursor)


def all_campaigns(cursor: str | None = None) -> Page[CampaignRow]:
    """For staff: every one, the last to begin first. One query."""
    return _page(_rows(), cursor)


def parts_of(story_id: str) -> list[Part]:
    """The campaigns a story takes part in, for its author. One query."""
    has = sa.and_(
        CampaignWeek.campaign_id == CampaignStory.campaign_id, CampaignWeek.story_id == CampaignStory.story_id
    )
    statement = (
        sa.select(Campaign, CampaignStory, CampaignWeek)
        .join(CampaignStory, CampaignStory.campaign_id == Campaign.id)
        .outerjoin(CampaignWeek, has)
        .where(CampaignStory.story_id == story_id)
        .order_by(Campaign.starts_at, Campaign.id)
    )
    return [Part(*row) for row in db.session.execute(statement)]


def find_campaign_picture(campaign: Campaign) -> Photo | None:
    """The picture that visitors see, if there is one. One query."""
    photo = db.session.get(Photo, campaign.picture) if campaign.picture else None
    return photo if photo is not None and photo.is_ready else None


# ------------------------------------------------------------------ what staff read


def figures(campaign_id: str) -> tuple[Figures, list[Figures]]:
    """Altogether, and week by week, the latest first. Three queries."""
    mine = CampaignStory.campaign_id == campaign_id
    stands = sa.and_(mine, CampaignStory.published_at.is_not(None))
    members = db.session.scalar(sa.select(sa.func.count(CampaignStory.member_id.distinct())).where(stands))
    told = sa.select(
        CampaignStory.week, sa.func.count(), sa.func.count(CampaignStory.member_id.distinct())
    ).where(stands)
    stories = {week: numbers for week, *numbers in db.session.execute(told.group_by(CampaignStory.week))}
    given = {week: numbers for week, *numbers in db.session.execute(_given_by_week(campaign_id))}
    weeks = [
        Figures(*(*stories.get(week, (0, 0)), *given.get(week, (0, 0)), week))
        for week in sorted(stories.keys() | given.keys(), reverse=True)
    ]
    total = Figures(
        stories=sum(row.stories for row in weeks),
        members=members or 0,
        given=sum(row.given for row in weeks),
        owed=sum(row.owed for row in weeks),
    )
    return total, weeks


def owed_altogether() -> int:
    """How many weeks wait for a coupon; for the front of the studio. One query."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(CampaignWeek).where(OWED)) or 0


def weeks_to_settle(limit: int) -> Sequence[str]:
    """What is owed by pools that have something, the longest first. However much is owed, nothing of it is read while
    all pools are empty."""
    in_time = sa.or_(CouponPool.valid_until.is_(None), CouponPool.valid_until > clock.now())
    stocked = (
        sa.select(Campaign.id)
        .join(CouponPool, CouponPool.id == Campaign.pool_id)
        .where(CouponPool.given < CouponPool.total, CouponPool.closed_at.is_(None), in_time)
    )
    ids = db.session.scalars(stocked).all()
    if not ids:
        return []
    owed = sa.select(CampaignWeek.id).where(OWED, CampaignWeek.campaign_id.in_(ids))
    return db.session.scalars(owed.order_by(CampaignWeek.since, CampaignWeek.id).limit(limit)).all()


# ------------------------------------------------------------------ inside


def _given_by_week(campaign_id: str) -> sa.Select[*tuple[Any, ...]]:
    given = sa.case((CampaignWeek.given_at.is_not(None), 1), else_=0)
    owed = sa.case((OWED, 1), else_=0)
    return (
        sa.select(CampaignWeek.week, sa.func.sum(given), sa.func.sum(owed))
        .where(CampaignWeek.campaign_id == campaign_id)
        .group_by(CampaignWeek.week)
    )


def _rows(viewer: Viewer | None = None) -> sa.Select[*tuple[Any, ...]]:
    """Counted are the stories that this viewer finds."""
    stands = sa.select(sa.func.count()).where(
        CampaignStory.campaign_id == Campaign.id, CampaignStory.published_at.is_not(None)
    )
    stories = leave_out(stands, viewer, CampaignStory.member_id).correlate(Campaign).scalar_subquery()
    return (
        sa.select(Campaign, Hashtag, CouponPool, stories)
        .join(Hashtag, Hashtag.id == Campaign.hashtag_id)
        .outerjoin(CouponPool, CouponPool.id == Campaign.pool_id)
    )


def _told(rows: Any) -> list[CampaignRow]:
    tongue, now = language(), clock.now()
    return [
        CampaignRow(campaign, TagRow.of(tag, tongue), pool, stories, state_of(campaign, now))
        for campaign, tag, pool, stories in rows
    ]


def _one(statement: sa.Select[*tuple[Any, ...]]) -> CampaignRow:
    found = _told(db.session.execute(statement))
    if not found:
        raise NotFound(_("There is no such campaign."))
    return found[0]


def _page(statement: sa.Select[*tuple[Any, ...]], cursor: str | None) -> Page[CampaignRow]:
    key = (Campaign.starts_at, Campaign.id)
    page = keyset_page(statement.add_columns(*key), key, cursor=cursor, scalars=False)
    return Page(_told(row[:4] for row in page.items), page.next_cursor)
