"""Photos of a story. Each verb holds the story, so that limits, cover and counts stay true.

A photo added to a published story stays private until the edit is saved (a newcomer's is looked at first).
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo, PhotoState
from portal.core.media.services import Staged
from portal.stories import rules
from portal.stories.models import Story, StoryState
from portal.stories.services.drafts import hold_story
from portal.stories.services.indexing import KIND


def add_photo(story: Story, staged: Staged, *, by: Viewer, alt: str = "") -> Photo:
    """Attach a staged upload behind the others. Raises Conflict at the ninth photo."""
    hold_story(story, by)
    photo = media.attach(
        staged, owner_kind=KIND, owner_id=story.id, by=by, limit=rules.MOST_PHOTOS, published=False, alt=alt
    )
    refresh_photos(story)
    return photo


def remove_photo(story: Story, photo: Photo, *, by: Viewer) -> None:
    """Delete a photo, also from a published story; its address answers 404 from the commit on.

    Raises Conflict when a story that others have would be left with nothing at all.
    """
    hold_story(story, by)
    alone = not story.body and len(_states(story.id)) <= 1
    if alone and story.state in rules.HANDED_IN:
        raise Conflict(_("A story needs words or a photo. Write something first, or delete the whole story."))
    media.remove_photo(photo)
    refresh_photos(story)


def move_photo_by(story: Story, photo: Photo, *, by: Viewer, steps: int) -> None:
    """Move the photo some places forward (-1) or back (1)."""
    hold_story(story, by)
    media.move_photo_by(photo, steps=steps)
    refresh_photos(story)


def describe_photo(story: Story, photo: Photo, *, by: Viewer, alt: str) -> None:
    """Say what the photo shows."""
    hold_story(story, by)
    media.describe_photo(photo, alt=alt)
    refresh_photos(story)


def retry_photo(story: Story, photo: Photo, *, by: Viewer) -> None:
    """Let the house try once more to prepare the photo."""
    hold_story(story, by)
    media.retry_photo(photo)


def refresh_photos(story: Story) -> None:
    """After a change of photos: copy cover and number into the story, so that the wall needs no second table.

    Counts what readers would see: ready photos, and of a published story only the published ones (of one that is kept
    for members all: none of them is published). The story's version
    grows also when its cover stays: its page shows them all.
    """
    statement = sa.select(Photo.id, Photo.width, Photo.height, Photo.color, Photo.alt).where(
        Photo.owner_kind == KIND, Photo.owner_id == story.id, Photo.state == PhotoState.READY
    )
    if story.state is StoryState.PUBLISHED and not story.members_only:
        statement = statement.where(Photo.published)
    shown = db.session.execute(statement.order_by(Photo.position, Photo.id)).all()
    first = shown[0] if shown else None
    values = {
        "cover": first.id if first else None,
        "cover_width": (first.width or 0) if first else 0,
        "cover_height": (first.height or 0) if first else 0,
        "cover_color": (first.color or "") if first else "",
        "cover_alt": first.alt if first else "",
        "photo_count": len(shown),
    }
    changed_rows(sa.update(Story).where(Story.id == story.id).values(version=Story.version + 1, **values))
    db.session.refresh(story)


def _states(story_id: str) -> list[PhotoState]:
    statement = sa.select(Photo.state).where(Photo.owner_kind == KIND, Photo.owner_id == story_id)
    return list(db.session.scalars(statement))
