"""Puts the demo's events together, the way staff, members and doors would have done it. Deterministic."""

from __future__ import annotations

from portal.core import clock
from portal.core.db import db
from portal.demo.themes import FESTIVAL_TAG
from portal.events.demo import around, coming, past
from portal.events.demo.building import Cast
from portal.stories.models import Hashtag


def load() -> None:
    """Inside the transaction of ``flask demo load``, after the stories: the festival's hashtag is one of theirs."""
    cast = Cast.gather(clock.now())
    hashtag = db.session.query(Hashtag).filter_by(name=FESTIVAL_TAG).one_or_none()
    cast.hashtag_id = hashtag.id if hashtag else None
    past.load(cast)
    coming.load(cast)
    around.load(cast)
