"""When staff are late, two members who like to greet are asked to write first."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts import queries as accounts
from portal.brand import queries as brand_queries
from portal.brand import rules as brand_rules
from portal.core import clock
from portal.core.db import changed_rows, db
from portal.stories import notices
from portal.stories.models import Story
from portal.stories.queries.clock import UNANSWERED, open_minutes

GREETERS = 2
#: a greeting is for somebody who has just arrived
FRESH = timedelta(days=2)
BATCH = 50


def ask_greeters() -> int:
    """Ask two opted-in members to greet each story that waits longer than the target, within opening hours.

    Each story is asked for once, whatever runs at the same time. Returns for how many stories somebody was asked.
    """
    brand, moment = brand_queries.current(), clock.now()
    if not brand_rules.is_open(brand, moment):
        return 0
    target = brand.reply_target_minutes
    late = (
        sa.select(Story)
        .where(
            UNANSWERED,
            Story.greeters_asked_at.is_(None),
            Story.published_at <= moment - timedelta(minutes=target),
            Story.published_at > moment - FRESH,
        )
        .order_by(Story.published_at, Story.id)
        .limit(BATCH)
    )
    return sum(_ask(story, target) for story in db.session.scalars(late).all())


def _ask(story: Story, target: int) -> bool:
    assert story.published_at is not None
    if open_minutes(story.published_at, clock.now()) <= target:
        return False
    once = sa.update(Story).where(Story.id == story.id, Story.greeters_asked_at.is_(None))
    if not changed_rows(once.values(greeters_asked_at=clock.now())):
        return False
    greeters = accounts.greeters(story.author_id, limit=GREETERS)
    if greeters:
        notices.tell_greeters(story, greeters)
    return bool(greeters)
