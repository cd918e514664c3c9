"""The one place where a story enters the wall or leaves it, with everything that follows: tags, counters, photos, search.

Each move is one conditional UPDATE. Who changed the row does the rest; who came second does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from portal.core import clock, search
from portal.core.db import changed_rows, db, insert_once
from portal.core.media import services as media
from portal.rewards import services as rewards
from portal.stories import notices, ways
from portal.stories.models import Story, StoryState, Storyteller, WallTotals
from portal.stories.services.indexing import KIND, index_story
from portal.stories.services.photos import refresh_photos
from portal.stories.services.tags import hide_tags, show_tags
from portal.stories.services.taking_part import take_part
from portal.stories.signals import StoryPublished, StoryWithdrawn, story_published, story_withdrawn

#: what a member did whose story stands on the wall, whatever it says
DEED = "story_approved"


def move_story(story: Story, came_from: Iterable[StoryState], to: StoryState, **values: Any) -> bool:
    """Bring the story from one of some states to another, with what the wall owes to the move.

    False when it was in none of them (any more): somebody else was faster, and nothing happened.
    """
    before = db.session.scalar(sa.select(Story.state).where(Story.id == story.id))
    if before not in set(came_from) or before is to:
        return False
    statement = sa.update(Story).where(Story.id == story.id, Story.state == before)
    if not changed_rows(statement.values(state=to, version=Story.version + 1, **values)):
        return False
    db.session.refresh(story)
    if before is StoryState.PUBLISHED:
        _leave_wall(story)
    if to is StoryState.PUBLISHED:
        _enter_wall(story)
    return True


def put_on_wall(story: Story, came_from: Iterable[StoryState]) -> bool:
    """Publish: now, or at its old place when it stood on the wall before."""
    moment = story.published_at or clock.now()
    return move_story(story, came_from, StoryState.PUBLISHED, published_at=moment, rejected_reason="")


def hold_places(member_id: str) -> None:
    """Whoever is about to hold this member holds the stories first that tell where they come from."""
    telling = sa.select(Story.id).where(Story.author_id == member_id, Story.region != "")
    db.session.execute(telling.order_by(Story.id).with_for_update(key_share=True))


def forget_places(member_id: str) -> None:
    """No story of this member tells any more where it comes from, on the wall or on its way there."""
    telling = sa.update(Story).where(Story.author_id == member_id, Story.region != "")
    if changed_rows(telling.values(region="", version=Story.version + 1)):
        ways.changed()


# ------------------------------------------------------------------ inside


def _enter_wall(story: Story) -> None:
    assert story.published_at is not None
    if not story.members_only:
        media.publish_photos(KIND, story.id)
    refresh_photos(story)
    show_tags(story.id, story.published_at)
    index_story(story)
    _count(story, 1)
    if not story.as_brand:
        rewards.record_deed(
            story.author_id, DEED, source_kind=KIND, source_id=story.id, at=story.published_at
        )
    take_part(story)
    story_published.send(StoryPublished(story.id, story.author_id, story.published_at))


def _leave_wall(story: Story) -> None:
    media.withdraw_photos(KIND, story.id)
    hide_tags(story.id)
    search.remove_entry(KIND, story.id)
    if story.as_brand:
        notices.retract_news(story)
    _count(story, -1)
    rewards.take_back_deed(DEED, KIND, story.id)
    take_part(story)
    ways.changed()
    story_withdrawn.send(StoryWithdrawn(story.id, story.author_id))


def _count(story: Story, step: int) -> None:
    """Move the live numbers of the wall. Brand news is a story of the wall, but its writer no storyteller by it."""
    people = 0 if story.as_brand else _count_for(story.author_id, step)
    insert_once(WallTotals, id=1, stories=0, storytellers=0)
    changed_rows(
        sa.update(WallTotals)
        .where(WallTotals.id == 1)
        .values(stories=WallTotals.stories + step, storytellers=WallTotals.storytellers + people)
    )


def _count_for(member_id: str, step: int) -> int:
    """Move the member's own number; tell by how much the number of storytellers changes (1, 0 or -1)."""
    insert_once(Storyteller, member_id=member_id, stories=0)
    mine = sa.update(Storyteller).where(Storyteller.member_id == member_id)
    changed_rows(mine.values(stories=Storyteller.stories + step))
    left = db.session.scalar(sa.select(Storyteller.stories).where(Storyteller.member_id == member_id))
    if step > 0:
        return 1 if left == 1 else 0
    return -1 if left == 0 else 0
