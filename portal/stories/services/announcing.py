"""The brand's own word: news and the week's question, told to those whom they may concern, a few hundred at a time.

Which members were thought of already stands in their touches, so a batch begins where the last one ended, in whatever
process. Whether and when each of them hears it is decided where touches are released.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.db import db
from portal.core.links import path_to
from portal.notifications import queries as notifications
from portal.stories import notices
from portal.stories.models import Hashtag, Prompt, Story, Storyteller

#: members thought of in one transaction
BATCH = 500
#: older news is no news
NEWS_HOLDS = timedelta(days=3)
#: a question that began so many days ago is not new any more
PROMPT_HOLDS = timedelta(days=2)


def announce() -> int:
    """Bring what is new to the next members who have not been thought of. Returns how many; 0 when all have been."""
    now = clock.now()
    told = sum(_announce_news(story, now) for story in _fresh_news(now))
    return told + sum(_announce_prompt(prompt, tag, now) for prompt, tag in _fresh_prompts(now))


def _announce_news(story: Story, now: datetime) -> int:
    assert story.published_at is not None
    after = notifications.last_touched(notices.news_group(story))
    everybody = sa.select(Member.id).where(
        Member.id > after,
        Member.id != story.author_id,
        Member.state == MemberState.ACTIVE,
        Member.joined_at <= story.published_at,
    )
    ids = _next(everybody)
    notices.tell_news(story, ids, expires_in=story.published_at + NEWS_HOLDS - now)
    return len(ids)


def _announce_prompt(prompt: Prompt, tag: str, now: datetime) -> int:
    after = notifications.last_touched(notices.prompt_group(prompt.id))
    storytellers = sa.select(Storyteller.member_id).where(Storyteller.stories > 0)
    asked = notifications.who_asked_for("stories.prompt")
    some = sa.select(Member.id).where(
        Member.id > after,
        Member.state == MemberState.ACTIVE,
        sa.or_(Member.id.in_(storytellers), Member.id.in_(asked)),
    )
    ids, begins = _next(some), clock.day_start(prompt.starts_on, brand_queries.current().time_zone)
    notices.tell_prompt(
        prompt, ids, path=path_to("stories.tag", tag=tag), expires_in=begins + PROMPT_HOLDS - now
    )
    return len(ids)


def _next(members: sa.Select[str]) -> Sequence[str]:
    return db.session.scalars(members.order_by(Member.id).limit(BATCH)).all()


def _fresh_news(now: datetime) -> Sequence[Story]:
    fresh = sa.select(Story).where(
        sa.text("story.state = 'published'"), Story.published_at > now - NEWS_HOLDS, Story.as_brand
    )
    return db.session.scalars(fresh.order_by(Story.published_at, Story.id)).all()


def _fresh_prompts(now: datetime) -> list[tuple[Prompt, str]]:
    """Prompts that began, not long ago, with the names of their hashtags."""
    zone = brand_queries.current().time_zone
    today, first = clock.in_zone(now, zone).date(), clock.in_zone(now - PROMPT_HOLDS, zone).date()
    fresh = sa.select(Prompt, Hashtag.name).join(Hashtag, Hashtag.id == Prompt.hashtag_id)
    running = fresh.where(Prompt.starts_on <= today, Prompt.starts_on > first, Prompt.ends_on > today)
    return [(prompt, name) for prompt, name in db.session.execute(running)]
