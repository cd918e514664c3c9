"""A thousand likes by fifty members from several processes at once are fifty likes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.stories import services
from portal.stories.models import Reaction, Story
from portal.stories.queries import liked_by
from portal.stories.services import reactions
from tests.concurrency.crowd import House, at_once
from tests.concurrency.served import Visitor, served
from tests.make import Make

MEMBERS, PROCESSES, TIMES = 50, 4, 5
assert MEMBERS * PROCESSES * TIMES == 1000

TRIES = 5


def like(story_id: str, member_ids: list[str], times: int) -> int:
    """Each member likes the story so many times. Returns how many taps that were."""
    viewers = [viewer_of(member_id) for member_id in member_ids]
    for _ in range(times):
        for by in viewers:
            with transaction():
                services.set_reaction(db.session.get_one(Story, story_id), by=by, on=True)
    return times * len(member_ids)


def like_carelessly(story_id: str, member_ids: list[str], times: int) -> int:
    """The same with the guard off: look first, then write, and count whatever the database said."""
    guard = reactions.insert_once
    reactions.insert_once = lambda model, **values: guard(model, **values) or True
    try:
        for _ in range(times):
            for member_id in member_ids:
                if liked_by(member_id, [story_id]):
                    continue
                time.sleep(0.001)
                like(story_id, [member_id], 1)
    finally:
        reactions.insert_once = guard
    return times * len(member_ids)


def counted(story_id: str) -> tuple[int, int]:
    """What the story says, and how many rows there are."""
    db.session.rollback()
    said = db.session.scalar(sa.select(Story.reaction_count).where(Story.id == story_id))
    rows = sa.select(sa.func.count()).select_from(Reaction).where(Reaction.story_id == story_id)
    return said or 0, db.session.scalar(rows) or 0


def crowd_of(people: Make) -> tuple[str, list[str]]:
    with transaction():
        story_id = people.story().id
        return story_id, [people.member().id for _ in range(MEMBERS)]


def test_a_thousand_likes_of_fifty_members_are_fifty(house: House, people: Make) -> None:
    story_id, member_ids = crowd_of(people)
    taps = at_once(house, like, [(story_id, member_ids, TIMES)] * PROCESSES)
    assert sum(taps) == 1000
    assert counted(story_id) == (MEMBERS, MEMBERS)


def test_without_the_guard_they_are_miscounted(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    for _ in range(TRIES):
        story_id, member_ids = crowd_of(people)
        at_once(house, like_carelessly, [(story_id, member_ids, 1)] * PROCESSES)
        said, rows = counted(story_id)
        assert rows == MEMBERS, "the primary key alone keeps the rows right"
        if said != MEMBERS:
            return
    pytest.fail("without the guard the likes should have been miscounted")


def tap(visitors: list[Visitor], path: str, times: int) -> list[int]:
    """Every visitor likes through HTTP, in turns. Returns the status of every answer."""
    statuses = []
    for _ in range(times):
        statuses += [visitor.post(path, {"on": "1"}, htmx=True).status for visitor in visitors]
    return statuses


def test_a_thousand_likes_through_the_server(tmp_path: Path) -> None:
    with served(tmp_path) as portal, portal.indoors() as make:
        with transaction():
            story_id = make.story().id
            members = [make.member() for _ in range(MEMBERS)]
        visitors = [portal.visitor(member) for member in members]
        share: tuple[Any, ...] = (visitors, f"/stories/{story_id}/reaction", TIMES)
        answers = at_once(None, tap, [share] * PROCESSES)
        assert [status for statuses in answers for status in statuses] == [200] * 1000
        assert counted(story_id) == (MEMBERS, MEMBERS)
