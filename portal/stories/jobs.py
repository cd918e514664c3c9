"""The worker's part of the story wall: new names for search; sweeps for lost hints, greetings, news, pins past their
time, what campaigns owe.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.jobs import periodic, task
from portal.stories import services
from portal.stories.models import Story
from portal.stories.queries.campaigns import weeks_to_settle
from portal.stories.services.taking_part import give_owed

BATCH = 50
#: batches of members in one sweep, so that nothing else waits long
MOST_BATCHES = 10


@task
def index_renamed(source_id: str) -> None:
    """The next stories of a renamed product or theme; as long as there are more, it asks for itself again.

    Each story in a transaction of its own: nobody waits long, and no two wait for each other's stories.
    """
    step = services.next_step(source_id)
    if step is None:
        return
    for story_id in step.story_ids:
        with transaction():
            services.index_again(story_id)
    with transaction():
        services.end_step(step)


@periodic(minutes=1)
def index_overdue() -> None:
    """Renamed products and themes whose hint got lost."""
    for source_id in services.overdue_renamings():
        index_renamed(source_id)


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


@periodic(minutes=1)
def announce() -> None:
    """News, and the question of the week, for members who have not been thought of yet."""
    for _batch in range(MOST_BATCHES):
        with transaction():
            told = services.announce()
        if not told:
            return


@periodic(minutes=5)
def unpin() -> None:
    """News that was pinned long enough."""
    with transaction():
        services.expire_pins()


@periodic(minutes=1)
def settle_campaigns() -> None:
    """Coupons that campaigns owe, the longest first, as far as there are any."""
    for week_id in weeks_to_settle(BATCH):
        with transaction():
            give_owed(week_id)
