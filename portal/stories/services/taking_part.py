"""Stories take part in campaigns, and a week of a member brings what the campaign promised, once.

Each story that was handed in with the hashtag while the campaign ran has a row, which says while it stands on the wall.
Of the stories of one member and week the first that stands has what is given; when it leaves, the next one has it, and
points go when none is left. A coupon stays with the member, whose code was seen, and is all that this week brings.
Whoever changes this holds the member's account, so two stories of one member never meet.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict
from portal.rewards import services as rewards
from portal.rewards.rules import week_of
from portal.rewards.services.account import hold_account
from portal.stories import campaign_words as words
from portal.stories.campaign_models import Campaign, CampaignStory, CampaignWeek, Gives
from portal.stories.campaign_rules import KIND
from portal.stories.models import Story, StoryHashtag, StoryState
from portal.stories.queries.campaigns import OWED, running_at


def take_part(story: Story, *, handed_in: bool = False) -> None:
    """Bring the story's part in campaigns to what is true now; repeatable. The story is held.

    To be said whenever it is handed in (``handed_in``), changed, enters the wall or leaves it. The hand-in that counts
    is the last one before it first stood on the wall.
    """
    if story.as_brand:
        return
    if handed_in:
        _forget_uncounted(story)
    found = _campaigns_of(story)
    if not found:
        return
    hold_account(story.author_id)
    worn = set(db.session.scalars(_tags_of(story)))
    for campaign, part in found:
        part = part or _begin(campaign, story)
        stands = story.state is StoryState.PUBLISHED and campaign.hashtag_id in worn
        if stands and part.published_at is None:
            _stand(campaign, part, story)
        elif not stands and part.published_at is not None:
            _fall(campaign, part)


def give_owed(week_id: str) -> bool:
    """Hand out what a week is owed, if there is something by now. False when not, or when nothing is owed any more."""
    owner = db.session.scalar(sa.select(CampaignWeek.member_id).where(CampaignWeek.id == week_id))
    if owner is None:
        return False
    hold_account(owner)
    week = db.session.scalar(sa.select(CampaignWeek).where(CampaignWeek.id == week_id, OWED))
    if week is None:
        return False
    campaign = db.session.get_one(Campaign, week.campaign_id)
    if not _hand_out(campaign, week):
        return False
    words.tell_took_part(week, campaign)
    return True


# ------------------------------------------------------------------ inside; the member's account is held


def _forget_uncounted(story: Story) -> None:
    parts = sa.delete(CampaignStory).where(
        CampaignStory.story_id == story.id, CampaignStory.counted_at.is_(None)
    )
    changed_rows(parts)


def _campaigns_of(story: Story) -> list[tuple[Campaign, CampaignStory | None]]:
    """Those the story takes part in, and those it may take part in from now on. One query.

    A story that stood on the wall before a campaign began was not told for it, whatever hashtag it gets later.
    """
    begun = min((at for at in (story.submitted_at, story.published_at) if at is not None), default=None)
    mine = sa.and_(CampaignStory.campaign_id == Campaign.id, CampaignStory.story_id == story.id)
    wanted: sa.ColumnElement[bool] = CampaignStory.story_id.is_not(None)
    if begun is not None and story.state is not StoryState.DELETED:
        fits = sa.and_(
            running_at(clock.now()), Campaign.starts_at <= begun, Campaign.hashtag_id.in_(_tags_of(story))
        )
        wanted = sa.or_(wanted, fits)
    statement = sa.select(Campaign, CampaignStory).outerjoin(CampaignStory, mine).where(wanted)
    rows = db.session.execute(statement.order_by(Campaign.id).execution_options(populate_existing=True))
    return [(campaign, part) for campaign, part in rows]


def _tags_of(story: Story) -> sa.Select[str]:
    return sa.select(StoryHashtag.hashtag_id).where(StoryHashtag.story_id == story.id)


def _begin(campaign: Campaign, story: Story) -> CampaignStory:
    handed_in_at = story.submitted_at or clock.now()
    part = CampaignStory(
        campaign_id=campaign.id,
        story_id=story.id,
        member_id=story.author_id,
        handed_in_at=handed_in_at,
        week=week_of(handed_in_at, brand.current().time_zone),
        earns=not viewer_of(story.author_id).is_staff,
    )
    db.session.add(part)
    db.session.flush()
    return part


def _stand(campaign: Campaign, part: CampaignStory, story: Story) -> None:
    """On the wall with the hashtag: it has what its week brings, unless an earlier one has it."""
    part.published_at = story.published_at
    part.counted_at = part.counted_at or clock.now()
    db.session.flush()
    if not part.earns or campaign.gives is Gives.NOTHING:
        return
    week = _claim(part)
    if week is not None and week.given_at is None:
        _hand_out(campaign, week, in_line=True)
        words.tell_took_part(week, campaign)


def _claim(part: CampaignStory) -> CampaignWeek | None:
    """The week's row if no other story has it: then it is this one's."""
    key = {"campaign_id": part.campaign_id, "member_id": part.member_id, "week": part.week}
    now = clock.now()
    insert_once(CampaignWeek, id=new_id(), **key, story_id=None, since=now)
    mine = sa.and_(*(getattr(CampaignWeek, name) == value for name, value in key.items()))
    free = sa.update(CampaignWeek).where(mine, CampaignWeek.story_id.is_(None))
    if not changed_rows(free.values(story_id=part.story_id, since=now)):
        return None
    return db.session.scalar(sa.select(CampaignWeek).where(mine).execution_options(populate_existing=True))


def _fall(campaign: Campaign, part: CampaignStory) -> None:
    """It left the wall, or lost the hashtag: the earliest other one of its week has what is given."""
    part.published_at = None
    db.session.flush()
    has = sa.select(CampaignWeek).where(
        CampaignWeek.campaign_id == part.campaign_id,
        CampaignWeek.member_id == part.member_id,
        CampaignWeek.week == part.week,
        CampaignWeek.story_id == part.story_id,
    )
    week = db.session.scalar(has.execution_options(populate_existing=True))
    if week is None:
        return
    heir = _next_of(part)
    if heir is None:
        _take_back(week)
    week.story_id = heir
    db.session.flush()


def _next_of(part: CampaignStory) -> str | None:
    others = sa.select(CampaignStory.story_id).where(
        CampaignStory.campaign_id == part.campaign_id,
        CampaignStory.member_id == part.member_id,
        CampaignStory.week == part.week,
        CampaignStory.earns,
        CampaignStory.published_at.is_not(None),
    )
    return db.session.scalar(others.order_by(CampaignStory.handed_in_at, CampaignStory.story_id).limit(1))


def _take_back(week: CampaignWeek) -> None:
    """No story of the week is left: points go, and what was owed is owed no more. A coupon stays."""
    if week.coupon_id is not None:
        return
    if week.lot_source is not None:
        rewards.take_back_points(KIND, week.lot_source)
        week.lot_source = week.given_at = week.story_id = None
        db.session.flush()
    words.retract_took_part(week.id)


def _hand_out(campaign: Campaign, week: CampaignWeek, *, in_line: bool = False) -> bool:
    """Give what the campaign promised; False while the pool has nothing. ``in_line``: who is owed longer goes first."""
    if campaign.gives is Gives.POINTS:
        source = new_id()
        rewards.earn_points(week.member_id, campaign.points, source_kind=KIND, source_id=source)
        week.lot_source = source
    elif in_line and _others_wait(campaign, week):
        return False
    else:
        try:
            assert campaign.pool_id is not None
            coupon = rewards.hand_out_coupon(
                campaign.pool_id, week.member_id, source_kind=KIND, source_id=week.id, tell=False
            )
        except Conflict:
            return False
        week.coupon_id = coupon.id
    week.given_at = clock.now()
    db.session.flush()
    return True


def _others_wait(campaign: Campaign, week: CampaignWeek) -> bool:
    longer = (
        sa.select(CampaignWeek.id)
        .join(Campaign, Campaign.id == CampaignWeek.campaign_id)
        .where(OWED, Campaign.pool_id == campaign.pool_id, CampaignWeek.id != week.id)
    )
    return db.session.scalar(longer.limit(1)) is not None
