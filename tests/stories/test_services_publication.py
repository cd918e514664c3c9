"""Handing in, editing, deleting, and what moderators decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.media.jobs import prepare_photo
from portal.core.media.models import Photo
from portal.moderation.models import Case
from portal.moderation.rules import HeldBecause
from portal.stories import queries, services
from portal.stories.models import Story, StoryState
from tests.contacts import BY_EITHER, prove
from tests.make import Make
from tests.stories.telling import draft_of, open_cases, photo_of

Submit = Callable[..., Story]


# ------------------------------------------------------------------ handing in


def test_a_newcomers_story_is_held(alice: Viewer, submit: Submit, make: Make) -> None:
    story = submit(alice)
    assert story.state is StoryState.HELD
    assert story.published_at is None
    assert queries.wall_head().stories == 0
    assert make.recounted() == []


def test_staff_and_known_members_are_published_at_once(
    alice: Viewer, moderator: Viewer, submit: Submit, make: Make
) -> None:
    for _number in range(2):
        make.story(author=alice)
    assert submit(alice).state is StoryState.PUBLISHED
    assert submit(moderator).state is StoryState.PUBLISHED
    head = queries.wall_head()
    assert (head.stories, head.storytellers) == (4, 2)
    assert make.recounted() == []


def test_an_empty_story_is_refused(alice: Viewer, submit: Submit) -> None:
    with pytest.raises(Invalid) as refusal:
        submit(alice, "  ")
    assert refusal.value.field == "body"


@BY_EITHER
def test_before_a_contact_is_confirmed_the_draft_is_all_there_is(
    make: Make, submit: Submit, contact: str
) -> None:
    member = make.member(email=contact, verified=False)
    with pytest.raises(NotAllowed, match="e-mail address or phone number"):
        submit(viewer_of(member.id), "hello")
    assert draft_of(viewer_of(member.id)).state is StoryState.DRAFT
    prove(member)
    assert submit(viewer_of(member.id), "hello").state is StoryState.HELD


def test_handing_in_twice_is_once(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft_of(alice)
    for _time in range(2):
        with transaction():
            services.submit_story(story, by=alice, body="once")
    assert queries.wall_head().stories == 1
    assert make.recounted() == []


def test_region_and_language_come_from_author_and_text(make: Make, submit: Submit, trusting: None) -> None:
    author = viewer_of(make.member(region="杭州", language="en").id)
    story = submit(author, "妈妈的包，我的路。")
    assert (story.region, story.language) == ("杭州", "zh_CN")


# ------------------------------------------------------------------ editing


def test_an_edit_keeps_what_it_said_before(alice: Viewer, trusting: None, submit: Submit) -> None:
    story = submit(alice, "first words")
    before = story.version
    for body in ("second words", "second words", "third words"):
        with transaction():
            services.edit_story(story, by=alice, body=body)
    assert [edit.body for edit in queries.edits_of(story)] == ["second words", "first words"]
    assert story.state is StoryState.PUBLISHED
    assert story.version > before
    assert story.edited_at is not None


def test_a_newcomers_edit_is_held_only_for_new_photos_or_links(alice: Viewer, make: Make) -> None:
    story = make.story(author=alice, body="see https://old.example")
    published_at = story.published_at
    with transaction():
        services.edit_story(story, by=alice, body="look at https://old.example")
    assert story.state is StoryState.PUBLISHED
    with transaction():
        services.edit_story(story, by=alice, body="look at https://new.example")
    assert story.state is StoryState.HELD
    assert make.recounted() == []
    with transaction():
        services.approve_story(story.id)
    assert (story.state, story.published_at) == (StoryState.PUBLISHED, published_at)
    photo = photo_of(make, story)
    with transaction():
        services.edit_story(story, by=alice, body=story.body)
    assert story.state is StoryState.HELD
    assert not photo.published
    assert make.recounted() == []


def test_a_known_member_adds_photos_at_once(alice: Viewer, make: Make) -> None:
    stories = [make.story(author=alice) for _number in range(2)]
    photo = photo_of(make, stories[0])
    assert stories[0].photo_count == 0
    with transaction():
        services.edit_story(stories[0], by=alice, body="with a photo")
    assert photo.published
    assert (stories[0].state, stories[0].photo_count) == (StoryState.PUBLISHED, 1)


def test_a_changed_held_story_is_new_to_the_queue(alice: Viewer, submit: Submit) -> None:
    story = submit(alice, "first")
    version = db.session.scalar(sa.select(Case.version))
    with transaction():
        services.edit_story(story, by=alice, body="second")
    assert story.state is StoryState.HELD
    assert queries.edits_of(story) == []
    assert db.session.scalar(sa.select(Case.version)) == version + 1


# ------------------------------------------------------------------ moderation


def test_a_rejected_story_may_be_mended_and_is_looked_at_again(alice: Viewer, make: Make) -> None:
    for _number in range(3):
        make.story(author=alice)
    story = make.story(author=alice, state="held")
    with transaction():
        services.hide_story(story.id, "Please leave the address out.")
    assert (story.state, story.rejected_reason) == (StoryState.REJECTED, "Please leave the address out.")
    with transaction():
        services.edit_story(story, by=alice, body="without address")
    assert story.state is StoryState.HELD


@pytest.mark.parametrize("role", ["", "host"])
@pytest.mark.parametrize("with_photo", [False, True])
def test_what_was_taken_down_waits_again_where_nothing_else_does(
    make: Make, trusting: None, submit: Submit, role: str, with_photo: bool
) -> None:
    author = viewer_of((make.staff(role) if role else make.member()).id)
    story = submit(author)
    assert story.state is StoryState.PUBLISHED
    with transaction():
        services.hide_story(story.id, "Please leave the address out.")
    photo = photo_of(make, story, ready=False) if with_photo else None
    with transaction():
        services.edit_story(story, by=author, body="without address")
    if photo is not None:
        assert story.state is StoryState.PREPARING
        prepare_photo(photo.id)
        db.session.refresh(story)
    assert story.state is StoryState.HELD
    with transaction():
        services.edit_story(story, by=author, body="without any address")
    assert story.state is StoryState.HELD
    assert db.session.scalars(sa.select(Case.held_because)).all() == [HeldBecause.TAKEN_DOWN]
    assert make.recounted() == []


def test_hiding_and_restoring_gives_the_old_place_back(make: Make) -> None:
    story = make.story(published_at=clock.now() - timedelta(days=3), tags="猫")
    before = (story.published_at, story.reaction_count)
    with transaction():
        services.hide_story(story.id, "reason")
    assert story.state is StoryState.HIDDEN
    assert queries.wall(queries.WallFilter()).items == []
    assert make.recounted() == []
    with transaction():
        services.restore_story(story.id, "published")
    assert (story.published_at, story.reaction_count) == before
    assert [row.id for row in queries.wall(queries.WallFilter("tag", "猫")).items] == [story.id]
    assert make.recounted() == []


def test_an_approval_taken_back_leaves_no_trace(make: Make, submit: Submit, alice: Viewer) -> None:
    story = submit(alice)
    for _time in range(2):
        with transaction():
            services.approve_story(story.id)
    assert story.state is StoryState.PUBLISHED
    with transaction():
        services.restore_story(story.id, "held")
    assert (story.state, story.published_at) == (StoryState.HELD, None)
    assert make.recounted() == []


# ------------------------------------------------------------------ deleting


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.DELETED])
def test_deleting_leaves_nothing_behind(make: Make, state: StoryState) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author, state=state, body="#猫 words")
    photo_of(make, story)
    for _time in range(2):
        with transaction():
            services.delete_story(story, by=author)
    assert (story.state, story.body, story.cover) == (StoryState.DELETED, "", None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Photo)) == 0
    with pytest.raises(NotFound):
        queries.get_story_for(author, story.id)
    assert make.recounted() == []


def test_deleting_a_held_story_closes_its_case(alice: Viewer, submit: Submit) -> None:
    story = submit(alice)
    assert open_cases() == 1
    with transaction():
        services.delete_story(story, by=alice)
    assert open_cases() == 0


def test_a_deleted_story_does_not_come_back(make: Make) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author, state="held")
    with transaction():
        services.delete_story(story, by=author)
        services.approve_story(story.id)
        services.restore_story(story.id, "published")
    assert story.state is StoryState.DELETED
    assert make.recounted() == []


def test_strangers_cannot_delete(make: Make, bob: Viewer, moderator: Viewer) -> None:
    story = make.story()
    for stranger in (bob, moderator):
        with pytest.raises(NotFound), transaction():
            services.delete_story(story, by=stranger)
