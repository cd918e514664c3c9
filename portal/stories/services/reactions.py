"""Likes: set or cleared, never toggled."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.services.distance import meet
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.stories import notices
from portal.stories.models import Reaction, Story, StoryState
from portal.stories.services.members_only import must_read


def set_reaction(story: Story, *, by: Viewer, on: bool) -> None:
    """Like the story, or like it no more. Setting twice is setting once, however many try at the same moment.

    The counter moves by exactly the rows that were added or deleted. Raises Conflict when the story left the wall,
    NotFound when its author is hidden from ``by``, NotAllowed when it is for members and they are none.
    """
    lock_row(
        Story, story.id
    )  # before the reaction's row: two that lock in different order would wait for each other
    db.session.refresh(story)
    must_read(story, by)
    if not story.as_brand:
        meet(by, {story.author_id: _("This story is not on the wall. Its author may have taken it down.")})
    if on:
        _like(story, by)
    else:
        _unlike(story, by)


def _like(story: Story, by: Viewer) -> None:
    if not insert_once(Reaction, story_id=story.id, member_id=by.id, created_at=clock.now()):
        return
    counted = sa.update(Story).where(Story.id == story.id, Story.state == StoryState.PUBLISHED)
    if not changed_rows(counted.values(reaction_count=Story.reaction_count + 1, version=Story.version + 1)):
        raise Conflict(_("This story is not on the wall any more."))
    db.session.refresh(story)
    notices.tell_liked(story, by)


def _unlike(story: Story, by: Viewer) -> None:
    mine = sa.delete(Reaction).where(Reaction.story_id == story.id, Reaction.member_id == by.id)
    if not changed_rows(mine):
        return
    counted = sa.update(Story).where(Story.id == story.id)
    changed_rows(counted.values(reaction_count=Story.reaction_count - 1, version=Story.version + 1))
    db.session.refresh(story)
    notices.retract_liked(story, by)
