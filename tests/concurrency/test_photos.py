"""An author puts photos in order while the worker finishes them: neither waits for the other for ever."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import changed_rows, db, transaction
from portal.core.media.images import WIDTHS, Rendered
from portal.core.media.models import Photo, PhotoState
from portal.core.media.preparation import Claim, Outcome, settle_photo
from portal.core.media.queries import photos_of
from portal.core.media.signals import work_begun
from portal.stories import services
from portal.stories.models import Story
from tests.concurrency.crowd import House, at_once
from tests.make import Make

TIMES, PHOTOS = 8, 3
DONE = Outcome(rendered=Rendered(dict.fromkeys(WIDTHS, b"webp"), 120, 90, "#c86450"))

Acts = list[tuple[str, str, str]]


def act(role: str, author_id: str, story_id: str) -> bool:
    """Finish or move every photo again and again. False when the database had to break a circle of waiting."""
    deed = settle if role == "worker" else arrange
    try:
        for _time in range(TIMES):
            deed(author_id, story_id)
    except sa.exc.OperationalError:
        db.session.rollback()
        return False
    return True


def act_carelessly(role: str, author_id: str, story_id: str) -> bool:
    """The same while nobody holds the owner of a photo before the photo itself."""
    with work_begun.muted():
        return act(role, author_id, story_id)


def settle(_author_id: str, story_id: str) -> None:
    for photo_id in [photo.id for photo in photos_of("story", story_id)]:
        with transaction():
            again = {"state": PhotoState.PROCESSING, "attempts": 1, "due_at": clock.now()}
            changed_rows(sa.update(Photo).where(Photo.id == photo_id).values(**again))
        with transaction():
            settle_photo(Claim(photo_id, 1), DONE)


def arrange(author_id: str, story_id: str) -> None:
    by = viewer_of(author_id)
    for _photo in range(PHOTOS):
        with transaction():
            story = db.session.get_one(Story, story_id)
            services.move_photo_by(story, photos_of("story", story_id)[-1], by=by, steps=-PHOTOS)


@pytest.fixture
def acts(people: Make, house: House) -> Acts:
    author = people.member()
    story = people.story(author=author, state="draft", body="")
    for _photo in range(PHOTOS):
        people.photo("story", story.id, by=author.id, ready=False)
    return [(role, author.id, story.id) for role in ("worker", "author")]


def test_nobody_waits_for_ever(house: House, acts: Acts) -> None:
    assert at_once(house, act, acts) == [True, True]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_in_any_other_order_they_would(house: House, acts: Acts) -> None:
    """Only where two can write at once: SQLite lets one after the other in."""
    assert not all(at_once(house, act_carelessly, acts))
