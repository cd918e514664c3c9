"""Impatient fingers and two tabs: one draft, one story, one comment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.moderation.models import Case
from portal.stories import services
from portal.stories.models import Comment, Story, StoryState
from portal.stories.services import drafts
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

PROCESSES, TIMES = 4, 5
TEXT = "Twelve years, two repairs, still mine."


def ask_for_drafts(member_ids: list[str]) -> list[str]:
    """Open the page on which stories are written, as each of these members."""
    return [open_draft(member_id) for member_id in member_ids]


def open_draft(member_id: str) -> str:
    with transaction():
        return services.draft_of(viewer_of(member_id)).id


def ask_carelessly(member_ids: list[str]) -> list[Any]:
    """With the guard off: an insert that does not expect anybody else to be faster."""
    guards = drafts.insert_once, drafts.find_draft

    def insert(model: Any, **values: Any) -> None:
        db.session.execute(sa.insert(model).values(**values))

    drafts.insert_once, drafts.find_draft = insert, lambda member_id: None
    try:
        return [draft_or_fault(member_id) for member_id in member_ids]
    finally:
        drafts.insert_once, drafts.find_draft = guards


def draft_or_fault(member_id: str) -> str:
    try:
        return open_draft(member_id)
    except Exception as problem:
        return type(problem).__name__


def submit(story_id: str, member_id: str) -> Any:
    by = viewer_of(member_id)

    def hand_in() -> str:
        with transaction():
            return services.submit_story(db.session.get_one(Story, story_id), by=by, body=TEXT).state.value

    return outcome(hand_in)


def comment(story_id: str, member_id: str, body: str) -> Any:
    by = viewer_of(member_id)

    def write() -> str:
        with transaction():
            return services.add_comment(db.session.get_one(Story, story_id), by=by, body=body).id

    return outcome(write)


def count(model: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def test_one_draft_for_each_member(house: House, people: Make) -> None:
    members = [people.member().id for _ in range(TIMES)]
    answers = at_once(house, ask_for_drafts, [(members,)] * PROCESSES)
    assert all(answer == answers[0] for answer in answers)
    for member_id in members:
        assert count(Story, Story.author_id == member_id, Story.state == StoryState.DRAFT) == 1


def test_without_the_guard_a_page_would_break(house: House, people: Make) -> None:
    """The switch: the database refuses the second draft, and somebody would see a fault."""
    members = [people.member().id for _ in range(TIMES)]
    told = at_once(house, ask_carelessly, [(members,)] * PROCESSES)
    assert any("Error" in answer for answers in told for answer in answers)


def test_handing_in_twice_is_handing_in_once(house: House, people: Make) -> None:
    for _ in range(TIMES):
        member_id = people.member().id
        story_id = open_draft(member_id)
        answers = at_once(house, submit, [(story_id, member_id)] * 2)
        assert answers == ["held", "held"]
        assert count(Story, Story.author_id == member_id) == 1
        assert count(Case, Case.target_id == story_id) == 1


def test_saying_it_twice_at_once_is_saying_it_once(house: House, people: Make) -> None:
    for _ in range(TIMES):
        story_id, member_id = people.story().id, people.member().id
        first, second = at_once(house, comment, [(story_id, member_id, TEXT)] * 2)
        assert first == second
        assert count(Comment, Comment.story_id == story_id) == 1
        assert db.session.get_one(Story, story_id).comment_count == 1


def test_different_words_are_all_kept(house: House, people: Make) -> None:
    story_id, member_id = people.story().id, people.member().id
    shares = [(story_id, member_id, f"{TEXT} {number}") for number in range(4)]
    assert len(set(at_once(house, comment, shares))) == 4
    assert count(Comment, Comment.story_id == story_id) == 4
    assert db.session.get_one(Story, story_id).comment_count == 4
