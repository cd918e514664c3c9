"""The top of the wall: live numbers, themes, prompt, pinned news, story of the week, campaign. Three queries."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.stories.campaign_models import Campaign
from portal.stories.models import Hashtag, Prompt, Story, WallTotals
from portal.stories.queries.campaigns import Above, running_at
from portal.stories.queries.tags import TagRow, WeekPrompt
from portal.stories.queries.wall import ON_THE_WALL, CardRow, _select
from portal.stories.queries.weeks import WeekStory, oldest_shown


@dataclass(frozen=True, slots=True)
class WallHead:
    """``stories`` on the wall, and how many people told them (brand news counts as a story, not as a person)."""

    stories: int
    storytellers: int
    themes: list[TagRow]
    prompt: WeekPrompt | None
    pinned_news: CardRow | None
    week_story: WeekStory | None
    campaign: Above | None


def wall_head(tongue: str | None = None) -> WallHead:
    """Everything above the cards, with labels in ``tongue`` (the visitor's language when None)."""
    totals = db.session.execute(sa.select(WallTotals.stories, WallTotals.storytellers)).first()
    pinned, prompt, campaign = by_hashtag(tongue or language())
    news, week_story = find_put_forward()
    return WallHead(
        stories=totals.stories if totals else 0,
        storytellers=totals.storytellers if totals else 0,
        themes=pinned,
        prompt=prompt,
        pinned_news=news,
        week_story=week_story,
        campaign=campaign,
    )


def themes(tongue: str | None = None) -> list[TagRow]:
    """The hashtags that staff pinned to the wall, in their order."""
    return by_hashtag(tongue or language())[0]


def current_prompt(tongue: str | None = None) -> WeekPrompt | None:
    """The prompt of this day (shop time), if one runs."""
    return by_hashtag(tongue or language())[1]


def by_hashtag(tongue: str) -> tuple[list[TagRow], WeekPrompt | None, Above | None]:
    """In one query: the few themes, the prompt that runs today, and of the campaigns that run the first to end."""
    today = brand_queries.shop_day(clock.now())
    running = sa.and_(Prompt.hashtag_id == Hashtag.id, Prompt.starts_on <= today, Prompt.ends_on > today)
    statement = (
        sa.select(Hashtag, Prompt, Campaign)
        .outerjoin(Prompt, running)
        .outerjoin(Campaign, sa.and_(Campaign.hashtag_id == Hashtag.id, running_at(clock.now())))
        .where(sa.or_(Hashtag.theme_position.is_not(None), Prompt.id.is_not(None), Campaign.id.is_not(None)))
        .order_by(Hashtag.theme_position, Prompt.starts_on)
    )
    pinned: dict[str, TagRow] = {}
    newest: Prompt | None = None
    prompt: WeekPrompt | None = None
    campaigns: list[Campaign] = []
    for tag, running_prompt, campaign in db.session.execute(statement):
        row = TagRow.of(tag, tongue)
        if row.theme_position is not None:
            pinned[row.id] = row
        if running_prompt is not None and (newest is None or running_prompt.starts_on > newest.starts_on):
            newest, prompt = running_prompt, WeekPrompt.of(running_prompt, row, tongue)
        if campaign is not None:
            campaigns.append(campaign)
    first = min(campaigns, key=lambda campaign: (campaign.over_at, campaign.id), default=None)
    return list(pinned.values()), prompt, Above.of(first, tongue) if first else None


def find_put_forward() -> tuple[CardRow | None, WeekStory | None]:
    """The brand news that stands on top of the wall now, and the story of the week. Both in one query."""
    pinned = (
        sa.select(Story.id)
        .where(ON_THE_WALL, Story.pinned_until.is_not(None), Story.pinned_until > clock.now())
        .order_by(Story.pinned_until.desc(), Story.id.desc())
        .limit(1)
    )
    since = oldest_shown(brand_queries.shop_day(clock.now()))
    chosen = (
        sa.select(Story.id)
        .where(ON_THE_WALL, Story.chosen_week >= since)
        .order_by(Story.chosen_week.desc())
        .limit(1)
    )
    either = Story.id.in_([pinned.scalar_subquery(), chosen.scalar_subquery()])
    rows = [CardRow._make(row) for row in db.session.execute(_select().where(either))]
    news = next((row for row in rows if row.as_brand), None)
    chosen_row = next((row for row in rows if not row.as_brand), None)
    return news, WeekStory.of(chosen_row) if chosen_row else None
