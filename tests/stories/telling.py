"""What the tests of telling a story do and ask again and again."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.media.models import Photo
from portal.moderation.models import Case, CaseState
from portal.notifications.models import Notification
from portal.stories import queries, services
from portal.stories.models import Story
from tests.make import Make


def draft_of(by: Viewer) -> Story:
    with transaction():
        return services.draft_of(by)


def photo_of(make: Make, story: Story, *, ready: bool = True) -> Photo:
    return make.photo("story", story.id, by=story.author_id, ready=ready)  # type: ignore[no-any-return]


def tag_names(story: Story) -> list[str]:
    return [tag.name for tag in queries.tags_of(story.id)]


def kinds_for(member: Viewer) -> list[str]:
    statement = sa.select(Notification.kind).where(Notification.member_id == member.id)
    return list(db.session.scalars(statement.order_by(Notification.created_at)))


def open_cases() -> int:
    waiting = sa.select(sa.func.count()).select_from(Case).where(Case.state == CaseState.OPEN)
    return db.session.scalar(waiting) or 0
