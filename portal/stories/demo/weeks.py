"""The demo's stories of the weeks: every Monday morning the best-liked story of the days before."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.stories import services
from portal.stories.models import Story
from portal.stories.queries import this_week
from portal.stories.queries.wall import NOT_NEWS, ON_THE_WALL

#: so many weeks, the present one among them
WEEKS = 14
#: the shop opens at nine; ten minutes later they have decided
DECIDED = timedelta(hours=9, minutes=10)
#: stories of so many days may be chosen
LOOKED_BACK = timedelta(days=9)


def mornings(now: datetime) -> list[datetime]:
    """When staff chose, latest first: none in the future."""
    zone = brand_queries.current().time_zone
    mondays = (this_week() - timedelta(weeks=ago) for ago in range(WEEKS))
    return [moment for monday in mondays if (moment := clock.day_start(monday, zone) + DECIDED) < now]


def choose(moment: datetime, *, by: Viewer) -> Story | None:
    """The choice of one Monday; None when nobody told anything with a photo in the days before."""
    best = (
        sa.select(Story)
        .where(ON_THE_WALL, NOT_NEWS, Story.chosen_week.is_(None), Story.cover.is_not(None))
        .where(Story.published_at.between(moment - LOOKED_BACK, moment), Story.author_id != by.id)
        .order_by(Story.reaction_count.desc(), Story.id)
        .limit(1)
    )
    story = db.session.scalar(best)
    if story is not None:
        with clock.travel(moment):
            services.choose_story_of_week(story, by=by)
    return story
