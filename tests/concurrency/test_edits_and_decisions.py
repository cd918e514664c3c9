"""An author changes a story while a moderator decides about it: neither waits for the other for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.core.installation import registry
from portal.moderation import queries as cases
from portal.moderation import services as moderation
from portal.stories import services
from portal.stories.models import Story
from tests.concurrency.crowd import House, at_once
from tests.make import Make

TIMES = 25

Acts = list[tuple[str, str, str]]


def act(role: str, person_id: str, story_id: str) -> bool:
    """Change or judge the story again and again. False when the database had to break a circle of waiting."""
    deed = change if role == "author" else judge
    try:
        for number in range(TIMES):
            deed(person_id, story_id, number)
    except sa.exc.OperationalError:
        db.session.rollback()
        return False
    return True


def act_carelessly(role: str, person_id: str, story_id: str) -> bool:
    """The same with a moderator who takes the case without holding the story first."""
    targets = registry().targets
    targets["story"] = replace(targets["story"], hold=lambda _story_id: None)
    return act(role, person_id, story_id)


def change(author_id: str, story_id: str, number: int) -> None:
    with transaction():
        story = db.session.get_one(Story, story_id)
        services.edit_story(story, by=viewer_of(author_id), body=f"The text, changed {number} times.")


def judge(staff_id: str, story_id: str, _number: int) -> None:
    by = viewer_of(staff_id)
    for approving in (True, False):
        try:
            case = cases.case_of("story", story_id)
            assert case is not None
            with transaction():
                if approving:
                    moderation.approve(case.id, case.version, by=by)
                else:
                    moderation.undo(case.id, by=by)
        except Conflict:  # the other one was faster: that is how it should be
            db.session.rollback()


@pytest.fixture
def acts(people: Make, house: House) -> Acts:
    author, staff = people.member(), people.staff("moderator")
    story = people.story(author=author, state="draft", body="")
    with transaction():
        services.submit_story(story, by=viewer_of(author.id), body="The text.")
    return [("author", author.id, story.id), ("moderator", staff.id, story.id)]


def test_nobody_waits_for_ever(house: House, acts: Acts) -> None:
    assert at_once(house, act, acts) == [True, True]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_in_any_other_order_they_would(house: House, acts: Acts) -> None:
    """Only where two can write at once: SQLite lets one after the other in."""
    assert not all(at_once(house, act_carelessly, acts))
