"""Stories that only members with the perk read whole: who they are."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.i18n import lazy as _l
from portal.membership.models import Perk
from portal.membership.queries.access import perks_of
from portal.stories import rules
from portal.stories.models import Story, StoryState

FOR_MEMBERS = _l("This story is for members with the perk. Membership opens it to you.")


def may_read(viewer: Viewer | None, story: Story) -> bool:
    """Whether this viewer reads all of the story. One query for what is kept for members, none for the others."""
    return rules.may_read_whole(viewer, story, has_perk=story.members_only and _has_perk(viewer))


def may_see_photos(viewer: Viewer, story_id: str) -> bool:
    """Whether photos that are not for everyone are for this viewer, because the story is theirs to read."""
    here = Story.id == story_id, Story.state == StoryState.PUBLISHED, Story.members_only
    story = db.session.scalar(sa.select(Story).where(*here))
    return story is not None and may_read(viewer, story)


def _has_perk(viewer: Viewer | None) -> bool:
    return viewer is not None and not viewer.is_staff and perks_of(viewer.id)[Perk.MEMBERS_CONTENT] > 0
