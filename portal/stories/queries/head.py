"""The top of the wall: live numbers, themes, the week's prompt, pinned news. Three queries."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.stories.models import Hashtag, Prompt, Story, WallTotals
from portal.stories.queries.tags import TagRow, WeekPrompt
from portal.stories.queries.wall import ON_THE_WALL, CardRow, _select


@dataclass(frozen=True, slots=True)
class WallHead:
    """``stories`` on the wall, and how many people told them (brand news counts as a story, not as a person)."""

    stories: int
    storytellers: int
    themes: list[TagRow]
    prompt: WeekPrompt | None
    pinned_news: CardRow | None


def wall_head(tongue: str | None = None) -> WallHead:
    """Everything above the cards, with labels in ``tongue`` (the visitor's language when None)."""
    totals = db.session.execute(sa.select(WallTotals.stories, WallTotals.storytellers)).first()
    pinned, prompt = themes_and_prompt(tongue or language())
    return WallHead(
        stories=totals.stories if totals else 0,
        storytellers=totals.storytellers if totals else 0,
        themes=pinned,
        prompt=prompt,
        pinned_news=find_pinned_news(),
    )


def themes(tongue: str | None = None) -> list[TagRow]:
    """The hashtags that staff pinned to the wall, in their order."""
    return themes_and_prompt(tongue or language())[0]


def current_prompt(tongue: str | None = None) -> WeekPrompt | None:
    """The prompt of this day (shop time), if one runs."""
    return themes_and_prompt(tongue or language())[1]


def themes_and_prompt(tongue: str) -> tuple[list[TagRow], WeekPrompt | None]:
    """Both in one query: the few themes, and the hashtag of the prompt that runs today."""
    today = brand_queries.shop_day(clock.now())
    running = sa.and_(Prompt.hashtag_id == Hashtag.id, Prompt.starts_on <= today, Prompt.ends_on > today)
    statement = (
        sa.select(Hashtag, Prompt)
        .outerjoin(Prompt, running)
        .where(sa.or_(Hashtag.theme_position.is_not(None), Prompt.id.is_not(None)))
        .order_by(Hashtag.theme_position, Prompt.starts_on)
    )
    pinned: dict[str, TagRow] = {}
    newest: Prompt | None = None
    prompt: WeekPrompt | None = None
    for tag, running_prompt in db.session.execute(statement):
        row = TagRow.of(tag, tongue)
        if row.theme_position is not None:
            pinned[row.id] = row
        if running_prompt is not None and (newest is None or running_prompt.starts_on > newest.starts_on):
            newest, prompt = running_prompt, WeekPrompt.of(running_prompt, row, tongue)
    return list(pinned.values()), prompt


def find_pinned_news() -> CardRow | None:
    """The brand news that stands on top of the wall now."""
    statement = (
        _select()
        .where(ON_THE_WALL, Story.pinned_until.is_not(None), Story.pinned_until > clock.now())
        .order_by(Story.pinned_until.desc(), Story.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return CardRow._make(row) if row else None
