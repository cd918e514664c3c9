"""Stories and their photos: waiting for them, sent back by a refused one, the cover."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.media import jobs as media_jobs
from portal.core.media.models import Photo, PhotoState
from portal.core.media.reasons import Reason
from portal.stories import jobs, services
from portal.stories.models import StoryState
from tests.make import Make
from tests.stories.telling import draft_of, kinds_for, open_cases, photo_of, tag_names


def test_a_story_of_photos_alone_waits_for_them(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft_of(alice)
    first, second = photo_of(make, story), photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="")
    assert story.state is StoryState.PREPARING
    media_jobs.prepare_photo(second.id)
    db.session.expire_all()
    assert story.state is StoryState.PUBLISHED
    assert (story.cover, story.photo_count) == (first.id, 2)
    assert all(db.session.scalars(sa.select(Photo.published)))
    assert make.recounted() == []


def test_the_sweep_finds_a_story_whose_signal_got_lost(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft_of(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="text")
    values = {"state": PhotoState.READY, "due_at": None, "width": 10, "height": 10}
    with transaction():
        db.session.execute(sa.update(Photo).where(Photo.id == photo.id).values(values))
    with clock.travel(clock.now() + timedelta(minutes=1)):
        jobs.complete_stories()
    db.session.expire_all()
    assert story.state is StoryState.PUBLISHED


def refuse(photo: Photo) -> None:
    from portal.core.media import preparation

    with transaction():
        claim = preparation.claim_photo(photo.id)
    assert claim is not None
    with transaction():
        preparation.settle_photo(claim, preparation.Outcome(reason=Reason.DAMAGED))
    db.session.expire_all()


def test_a_refused_photo_sends_the_story_back_to_the_draft(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft_of(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="my words", tags_text="#rain")
    refuse(photo)
    assert (story.state, story.body) == (StoryState.DRAFT, "my words")
    assert tag_names(story) == ["rain"]
    assert kinds_for(alice) == ["stories.sent_back"]
    with pytest.raises(Invalid) as refusal, transaction():
        services.submit_story(story, by=alice, body="my words")
    assert refusal.value.field == "photos"
    with transaction():
        services.remove_photo(story, photo, by=alice)
        services.submit_story(story, by=alice, body="my words")
    assert story.state is StoryState.PUBLISHED


def test_with_another_draft_begun_the_story_waits_among_the_rejected(
    alice: Viewer, trusting: None, make: Make
) -> None:
    story = draft_of(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="my words")
    other = draft_of(alice)
    refuse(photo)
    assert (story.state, other.state) == (StoryState.REJECTED, StoryState.DRAFT)
    assert story.rejected_reason
    assert story.body == "my words"


def test_a_newcomers_story_with_photos_is_held_once_they_are_ready(alice: Viewer, make: Make) -> None:
    story = draft_of(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="hello")
    assert open_cases() == 0
    media_jobs.prepare_photo(photo.id)
    db.session.expire_all()
    assert story.state is StoryState.HELD
    assert (open_cases(), story.cover) == (1, photo.id)
    assert not photo.published


def test_cover_follows_order_description_and_removal(alice: Viewer, make: Make) -> None:
    story = draft_of(alice)
    first, second = photo_of(make, story), photo_of(make, story)
    with transaction():
        services.refresh_photos(story)
    assert story.cover == first.id
    with transaction():
        services.move_photo_by(story, second, by=alice, steps=-1)
        services.describe_photo(story, second, by=alice, alt="A bag on a bench")
    assert (story.cover, story.cover_alt) == (second.id, "A bag on a bench")
    with transaction():
        services.remove_photo(story, second, by=alice)
    assert (story.cover, story.photo_count) == (first.id, 1)


def test_the_last_photo_of_a_wordless_published_story_stays(
    alice: Viewer, trusting: None, make: Make
) -> None:
    story = draft_of(alice)
    photo = photo_of(make, story)
    with transaction():
        services.submit_story(story, by=alice, body="")
    with pytest.raises(Conflict), transaction():
        services.remove_photo(story, photo, by=alice)
