"""The sweeps of the story wall: what a lost signal left waiting, greetings, pins that had their time."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.jobs import periodic
from portal.stories import services
from portal.stories.models import Story

BATCH = 50


@periodic(minutes=1)
def complete_stories() -> None:
    """Stories that wait for photos which are all finished."""
    waiting = sa.select(Story.id).where(
        sa.text("story.state = 'preparing'"),
        Story.submitted_at < clock.now() - timedelta(seconds=20),
    )
    for story_id in db.session.scalars(waiting.order_by(Story.submitted_at).limit(BATCH)).all():
        with transaction():
            services.complete_story(story_id)


@periodic(minutes=1)
def greet() -> None:
    """Two members are asked to greet where staff are late."""
    with transaction():
        services.ask_greeters()


@periodic(minutes=5)
def unpin() -> None:
    """News that was pinned long enough."""
    with transaction():
        services.expire_pins()
