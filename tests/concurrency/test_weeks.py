"""Several colleagues choose the story of the week at the same instant: exactly one of them does, and only one author hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.notifications.models import Notification
from portal.stories import services
from portal.stories.models import Story
from portal.stories.queries.weeks import this_week
from tests.concurrency.crowd import House, at_once
from tests.make import Make

COLLEAGUES, ROUNDS = 4, 5
INDEX = next(index for index in Story.__table__.indexes if index.name == "uq_story_chosen_week")  # type: ignore[attr-defined]


def choose(staff_id: str, rounds: list[tuple[str, str | None, int]]) -> list[str]:
    """Choose a story in each round's week, in place of the one seen. Returns the ids of those that got in."""
    by, got_in = viewer_of(staff_id), []
    for story_id, instead_of, weeks in rounds:
        try:
            with clock.travel(clock.now() + clock.days(7 * weeks)), transaction():
                story = db.session.get_one(Story, story_id)
                services.choose_story_of_week(story, by=by, instead_of=instead_of)
            got_in.append(story_id)
        except Conflict:
            db.session.rollback()
    return got_in


@pytest.fixture
def staff(people: Make) -> list[str]:
    return [people.staff("moderator").id for _number in range(COLLEAGUES)]


@pytest.fixture
def stories(people: Make, house: House) -> Iterator[list[list[str]]]:
    """One for each colleague and round; afterwards no week is taken."""
    yield [[people.story().id for _round in range(ROUNDS)] for _colleague in range(COLLEAGUES)]
    db.session.rollback()
    with transaction():
        db.session.execute(sa.update(Story).values(chosen_week=None))


def shares(
    staff: list[str], stories: list[list[str]], holders: list[str] | None = None
) -> list[tuple[str, list[tuple[str, str | None, int]]]]:
    """What each colleague does: their own story in every round, in place of that round's holder."""
    seen: list[str | None] = list(holders or [None] * ROUNDS)
    return [
        (staff_id, [(story_id, seen[weeks], weeks) for weeks, story_id in enumerate(mine)])
        for staff_id, mine in zip(staff, stories, strict=True)
    ]


def holders() -> dict[int, str]:
    """Who has the place of each round's week."""
    db.session.rollback()
    rows = db.session.execute(sa.select(Story.chosen_week, Story.id).where(Story.chosen_week.is_not(None)))
    return {(week - this_week()).days // 7: story_id for week, story_id in rows}


def count(model: type[AuditEntry] | type[Notification], *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def test_each_week_is_given_once(house: House, staff: list[str], stories: list[list[str]]) -> None:
    won = [story_id for ids in at_once(house, choose, shares(staff, stories)) for story_id in ids]
    assert sorted(won) == sorted(holders().values())
    assert len(won) == ROUNDS
    everyone = [story_id for mine in stories for story_id in mine]
    acts = (AuditEntry.target_id.in_(everyone), AuditEntry.action == "story.chosen")
    assert count(AuditEntry, *acts) == ROUNDS
    groups = [f"chosen:{story_id}" for story_id in everyone]
    assert count(Notification, Notification.group_key.in_(groups)) == ROUNDS


def test_each_is_replaced_once(
    house: House, people: Make, staff: list[str], stories: list[list[str]]
) -> None:
    first = [people.story().id for _round in range(ROUNDS)]
    assert choose(staff[0], [(story_id, None, weeks) for weeks, story_id in enumerate(first)]) == first
    won = [story_id for ids in at_once(house, choose, shares(staff, stories, first)) for story_id in ids]
    assert sorted(won) == sorted(holders().values())
    assert len(won) == ROUNDS
    groups = [f"chosen:{story_id}" for story_id in first]
    assert count(Notification, Notification.group_key.in_(groups)) == 0


def test_without_the_index_it_would_not_be(house: House, staff: list[str], stories: list[list[str]]) -> None:
    db.session.rollback()
    with transaction():
        INDEX.drop(db.session.connection())
    try:
        won = [story_id for ids in at_once(house, choose, shares(staff, stories)) for story_id in ids]
        assert len(won) > ROUNDS
    finally:
        with transaction():
            db.session.execute(sa.update(Story).values(chosen_week=None))
            INDEX.create(db.session.connection())
