"""Likes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.notifications.models import Notification
from portal.stories import queries, services
from tests.make import Make


def test_setting_and_clearing_twice_is_once(make: Make, alice: Viewer) -> None:
    story = make.story()
    for _time in range(2):
        with transaction():
            services.set_reaction(story, by=alice, on=True)
    assert story.reaction_count == 1
    assert queries.liked_by(alice.id, [story.id])
    for _time in range(2):
        with transaction():
            services.set_reaction(story, by=alice, on=False)
    assert story.reaction_count == 0
    assert not queries.liked_by(alice.id, [story.id])
    assert make.recounted() == []


def test_only_stories_on_the_wall_are_liked(make: Make, alice: Viewer) -> None:
    story = make.story(state="held")
    with pytest.raises(Conflict), transaction():
        services.set_reaction(story, by=alice, on=True)
    assert make.recounted() == []


def test_the_author_hears_of_people_not_of_taps(make: Make, alice: Viewer, bob: Viewer) -> None:
    author = make.member()
    story = make.story(author=author)
    for member, on in ((alice, True), (alice, False), (alice, True), (bob, True)):
        with transaction():
            services.set_reaction(story, by=member, on=on)
    [message] = db.session.scalars(sa.select(Notification).where(Notification.member_id == author.id)).all()
    assert (message.kind, message.count, message.facts["actor_name"]) == ("stories.liked", 2, "Bob")
    with transaction():
        services.set_reaction(story, by=bob, on=False)
    [message] = db.session.scalars(sa.select(Notification)).all()
    assert (message.count, message.facts["actor_name"]) == (1, "Alice")
    for member in (alice, bob):
        with transaction():
            services.set_reaction(story, by=member, on=False)
    assert db.session.scalars(sa.select(Notification)).all() == []


def test_ones_own_like_is_no_news(make: Make, alice: Viewer) -> None:
    story = make.story(author=alice)
    with transaction():
        services.set_reaction(story, by=alice, on=True)
    assert story.reaction_count == 1
    assert db.session.scalars(sa.select(Notification)).all() == []


def test_which_of_many_stories_a_member_likes(make: Make, alice: Viewer) -> None:
    stories = [make.story() for _number in range(3)]
    make.reaction(story=stories[1], member=alice)
    make.reaction(story=stories[2])
    assert queries.liked_by(alice.id, [story.id for story in stories]) == {stories[1].id}
    assert queries.liked_by(alice.id, []) == set()
