"""Some authors of the demo let the brand use photos of theirs."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from portal.core.db import db
from portal.core.media import rights
from portal.core.media.models import Photo, PhotoState, PhotoUse
from portal.core.media.rights import Wish
from portal.stories.models import Story, StoryState

#: uses, and for how many days (None: until taken back); given in turn to every sixth photo on the wall
_KINDS = (
    (frozenset({PhotoUse.REPOST, PhotoUse.SHOP}), None),
    (frozenset({PhotoUse.SHOP}), 20),
    (frozenset({PhotoUse.REPOST}), 300),
    (frozenset(PhotoUse), 90),
)
_EVERY = 6


def allow_some(today: date) -> None:
    """Each author decides about their own photos only."""
    rows = db.session.execute(
        sa.select(Photo.id, Story.author_id)
        .join(Story, sa.and_(Photo.owner_kind == "story", Story.id == Photo.owner_id))
        .where(
            Story.state == StoryState.PUBLISHED,
            ~Story.as_brand,
            Photo.state == PhotoState.READY,
            Photo.published,
        )
        .order_by(Story.published_at, Story.id, Photo.position)
    ).all()
    for place, (photo_id, author_id) in enumerate(rows[::_EVERY]):
        uses, days = _KINDS[place % len(_KINDS)]
        wish = Wish(uses, today + timedelta(days=days) if days else None)
        rights.settle({photo_id: wish}, by=author_id, on=today)
