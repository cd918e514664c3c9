"""Nobody reaches who is hidden from them, whoever they are; and nobody hears of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import distance
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotFound
from portal.core.mail.models import Letter
from portal.notifications.models import Channel, Notification, Pace, Preference, Rhythm
from portal.notifications.services import gather
from portal.stories import services
from portal.stories.models import Comment, Reaction, Story
from tests.make import Make

BLOCK, MUTE = DistanceKind.BLOCK, DistanceKind.MUTE


def keep(one: Member, other: Member, kind: DistanceKind) -> None:
    with transaction():
        distance.keep_away(other, kind, by=viewer_of(one.id))


def comment(story: Story, by: Member, body: str = "hello", **more: Any) -> Comment:
    with transaction():
        return services.add_comment(story, by=viewer_of(by.id), body=body, **more)


def like(story: Story, by: Member) -> None:
    with transaction():
        services.set_reaction(story, by=viewer_of(by.id), on=True)


def inbox(member: Member) -> list[Notification]:
    mine = sa.select(Notification).where(Notification.member_id == member.id)
    return list(db.session.scalars(mine.order_by(Notification.created_at)))


@pytest.fixture
def people(make: Make) -> list[Member]:
    return [make.member(display_name=name) for name in ("Alice", "Bob", "Carla")]


@pytest.mark.parametrize("by_author", [True, False])
def test_a_block_ends_likes_comments_and_answers_both_ways(
    make: Make, people: list[Member], by_author: bool
) -> None:
    alice, bob, carla = people
    hers, common = make.story(author=alice), make.story(author=carla)
    said = comment(common, alice)
    keep(*((alice, bob) if by_author else (bob, alice)), BLOCK)
    for deed in (
        lambda: like(hers, bob),
        lambda: comment(hers, bob),
        lambda: comment(common, bob, parent_id=said.id),
    ):
        with pytest.raises(NotFound):
            deed()
    db.session.expire_all()
    assert (hers.reaction_count, hers.comment_count, common.comment_count) == (0, 0, 1)
    comment(common, bob, "to Carla")  # a third person's story is open to both


def test_a_mute_is_noticed_by_nobody_and_heard_by_nobody(make: Make, people: list[Member]) -> None:
    alice, bob, _carla = people
    hers, his = make.story(author=alice), make.story(author=bob)
    keep(alice, bob, MUTE)
    like(hers, bob)
    comment(hers, bob)
    db.session.expire_all()
    assert (hers.reaction_count, hers.comment_count) == (1, 1)
    assert inbox(alice) == []
    with pytest.raises(NotFound):
        comment(his, alice)  # she does not see it


def test_what_third_people_say_below_a_hidden_story_is_not_told(make: Make, people: list[Member]) -> None:
    alice, bob, carla = people
    his = make.story(author=bob)
    said = comment(his, alice)
    keep(alice, bob, BLOCK)
    comment(his, carla, parent_id=said.id)
    assert inbox(alice) == []


def test_the_house_reaches_everyone(make: Make, people: list[Member]) -> None:
    alice = people[0]
    host = make.staff("moderator")
    story = make.story(author=alice)
    keep(alice, host, BLOCK)
    with transaction():
        services.answer_story(story, by=viewer_of(host.id), body="We are glad.")
        services.feature_story(story, by=viewer_of(host.id), on=True)
    assert sorted(message.kind for message in inbox(alice)) == ["stories.answered", "stories.featured"]
    with pytest.raises(NotFound):
        comment(story, host)


def test_messages_that_are_there_already_go_and_others_part_stays(make: Make, people: list[Member]) -> None:
    alice, bob, carla = people
    story = make.story(author=alice)
    comment(story, bob, "only his words")
    like(story, bob), like(story, carla)
    comment(make.story(author=bob), alice, "her words")
    keep(alice, bob, BLOCK)
    [liked] = inbox(alice)
    assert (liked.kind, liked.count, liked.facts["actor_id"]) == ("stories.liked", 1, carla.id)
    assert bob.id not in str(liked.facts)
    assert inbox(bob) == []


def test_neither_letters_nor_gathered_mail_tell_of_them(make: Make, people: list[Member]) -> None:
    alice, bob, _carla = people
    story = make.story(author=alice)
    for kind in ("stories.commented", "stories.liked"):
        db.session.add(Preference(member_id=alice.id, kind=kind, channel=Channel.MAIL, wanted=True))
    db.session.commit()
    comment(story, bob, "secretword")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1
    keep(alice, bob, MUTE)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0
    db.session.add(
        Rhythm(
            member_id=alice.id,
            quiet_from=0,
            quiet_until=0,
            time_zone="UTC",
            pace=Pace.DAILY,
            digest_at=clock.now(),
        )
    )
    db.session.commit()
    like(story, bob)
    with transaction():
        gather(alice.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0


def test_a_like_from_before_stays_for_others(make: Make, people: list[Member]) -> None:
    alice, bob, _carla = people
    story = make.story(author=alice)
    like(story, bob)
    keep(alice, bob, BLOCK)
    db.session.expire_all()
    assert story.reaction_count == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reaction)) == 1
