"""Somebody blocks while the other is writing to them: whoever comes first, nothing arrives after the block."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal.accounts.models import Distance, DistanceKind
from portal.accounts.queries import get_member, viewer_of
from portal.accounts.services import distance
from portal.core.db import db, transaction
from portal.notifications.models import Notification
from portal.stories import services
from portal.stories.models import Comment, Story
from portal.stories.services import comments
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

ROUNDS = 12
ENDED = "ended by the database"

#: the author, who writes to them, and the story
Round = tuple[str, str, str]


def block(rounds: list[Round]) -> list[Any]:
    """Each author blocks who writes to them."""
    return [_at_rest(_block, one) for one in rounds]


def write(rounds: list[Round]) -> list[Any]:
    """Each writer comments the story."""
    return [_at_rest(_comment, one) for one in rounds]


def write_carelessly(rounds: list[Round]) -> list[Any]:
    """The same with the guard off: nobody is held or asked about, and writing takes its time."""
    comments.meet = lambda by, others: time.sleep(0.03)  # type: ignore[attr-defined]
    done = []
    for one in rounds:
        time.sleep(0.03)  # where only one may write at a time, the other has a chance
        done += write([one])
    return done


def _at_rest(deed: Callable[[Round], str], one: Round) -> Any:
    """The outcome, also when the database ended one of two who waited for each other."""
    try:
        return outcome(lambda: deed(one))
    except OperationalError:
        db.session.rollback()
        return ENDED


def _block(one: Round) -> str:
    author_id, writer_id, _story_id = one
    with transaction():
        distance.keep_away(get_member(writer_id), DistanceKind.BLOCK, by=viewer_of(author_id))
    return "blocked"


def _comment(one: Round) -> str:
    _author_id, writer_id, story_id = one
    with transaction():
        by = viewer_of(writer_id)
        services.add_comment(db.session.get_one(Story, story_id), by=by, body="hello")
    return "written"


def too_late(house: House, people: Make, writing: str) -> int:
    """How many comments were written after the block; a message that is left, or a deed that was ended, counts too."""
    with transaction():
        rounds: list[Round] = []
        for _number in range(ROUNDS):
            author, writer = people.member(), people.member()
            rounds.append((author.id, writer.id, people.story(author=author).id))
    answers = at_once(house, _do, [("block", rounds), (writing, rounds)])
    db.session.rollback()
    authors = [author_id for author_id, _writer_id, _story_id in rounds]
    late = (
        sa.select(sa.func.count())
        .select_from(Distance)
        .join(Comment, Comment.author_id == Distance.other_id)
        .where(Distance.member_id.in_(authors), Comment.created_at > Distance.since)
    )
    left = sa.select(sa.func.count()).select_from(Notification).where(Notification.member_id.in_(authors))
    counted = [db.session.scalar(count) or 0 for count in (late, left)]
    return sum(counted) + sum(answer.count(ENDED) for answer in answers)


def _do(deed: str, rounds: list[Round]) -> list[Any]:
    deeds = {"block": block, "write": write, "write_carelessly": write_carelessly}
    return deeds[deed](rounds)


def test_nothing_arrives_after_a_block(house: House, people: Make) -> None:
    assert too_late(house, people, "write") == 0


def test_without_the_guard_something_does(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    assert too_late(house, people, "write_carelessly") > 0


@pytest.mark.parametrize("way", ["one blocks twice", "both block"])
def test_two_blocks_of_a_pair_do_not_wait_for_each_other(house: House, people: Make, way: str) -> None:
    with transaction():
        pairs = [(people.member().id, people.member().id, "") for _number in range(ROUNDS)]
    turned = [(other, one, "") for one, other, _story in pairs] if way == "both block" else pairs
    answers = at_once(house, block, [(pairs,), (turned,)])
    assert not [answer for answer in answers if ENDED in answer]
