"""Deciding, telling, undoing; and two colleagues at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import audit, clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.moderation import queries, services
from portal.moderation.models import Case, CaseState, ReportReason
from portal.moderation.rules import RejectReason
from portal.notifications.queries import inbox
from portal.notifications.speech import spoken
from tests.make import Make
from tests.moderation.conftest import Shelf


@pytest.fixture
def staff(make: Make, as_viewer: Any) -> Any:
    return as_viewer(make.staff("moderator"))


@pytest.fixture
def author(make: Make) -> Any:
    return make.member(language="en")


@pytest.fixture
def held(author: Any, as_viewer: Any, shelf: Shelf) -> Case:
    """A newcomer's story that waits."""
    shelf.put("s1", author_id=author.id, state="held", body="My first bag")
    with transaction():
        services.screen("story", "s1", author=as_viewer(author), body="My first bag", earlier=0)
    case = queries.case_of("story", "s1")
    assert case is not None
    return case


@pytest.fixture
def reported(make: Make, author: Any, as_viewer: Any, shelf: Shelf) -> Case:
    """A public story that somebody reported."""
    shelf.put("s1", author_id=author.id)
    with transaction():
        return services.open_report("story", "s1", ReportReason.UNKIND, "", by=as_viewer(make.member()))


def approve(case: Case, by: Any, version: int | None = None) -> Case:
    case_id, seen = case.id, version or case.version
    with transaction():
        return services.approve(case_id, seen, by=by)


def reject(case: Case, by: Any, note: str = "Too dark.", **facts: Any) -> Case:
    case_id, seen = case.id, case.version
    with transaction():
        return services.reject(case_id, seen, note, by=by, **facts)


def undo(case: Case, by: Any) -> Case:
    case_id = case.id
    with transaction():
        return services.undo(case_id, by=by)


def texts_of(member: Any) -> list[str]:
    return [spoken(message).text for message in inbox(member.id).items]


def test_approving_publishes_and_tells_the_author(held: Case, staff: Any, author: Any, shelf: Shelf) -> None:
    case = approve(held, staff)
    assert (case.state, shelf.states["s1"]) == (CaseState.APPROVED, "published")
    assert (case.state_before, case.state_after) == ("held", "published")
    assert texts_of(author) == ["Your story is on the wall. Thank you for telling it!"]


def test_keeping_a_reported_story_changes_nothing_and_does_not_bother_its_author(
    reported: Case, staff: Any, author: Any, shelf: Shelf
) -> None:
    approve(reported, staff)
    assert shelf.states["s1"] == "published"
    assert texts_of(author) == []


def test_rejecting_says_why_in_the_authors_language(
    make: Make, as_viewer: Any, staff: Any, shelf: Shelf, outbox: Any
) -> None:
    author = make.member(language="zh_CN")
    shelf.put("s2", author_id=author.id, state="held")
    with transaction():
        services.screen("story", "s2", author=as_viewer(author), body="x", earlier=0)
    case = queries.case_of("story", "s2")
    assert case is not None
    reject(case, staff, "第二张再亮一点就好。", because=RejectReason.UNCLEAR)
    assert shelf.states["s2"] == "rejected"
    assert shelf.reasons["s2"].endswith("第二张再亮一点就好。")
    [letter] = outbox()
    assert shelf.reasons["s2"] in letter.text_body


def test_the_rejection_letter_waits_until_nothing_can_be_undone(held: Case, staff: Any, outbox: Any) -> None:
    case = reject(held, staff)
    [letter] = outbox()
    assert letter.due_at == case.undo_until


@pytest.mark.parametrize("note", ["", "   "])
def test_rejecting_needs_a_reason(held: Case, staff: Any, note: str, shelf: Shelf) -> None:
    with pytest.raises(Invalid):
        reject(held, staff, note)
    assert queries.get_case(held.id).state is CaseState.OPEN
    assert shelf.states["s1"] == "held"


def test_a_reason_has_an_end(held: Case, staff: Any) -> None:
    with pytest.raises(Invalid):
        reject(held, staff, "x" * 256)


def test_the_second_of_two_colleagues_is_told_who_was_faster(
    make: Make, as_viewer: Any, held: Case, staff: Any
) -> None:
    seen = held.version
    mira = make.staff("moderator", display_name="Mira")
    approve(held, as_viewer(mira))
    with pytest.raises(Conflict, match="Mira approved it"):
        approve(held, staff, version=seen)


def test_an_edit_meanwhile_asks_to_look_again(held: Case, staff: Any, as_viewer: Any, author: Any) -> None:
    seen = held.version
    with transaction():
        services.screen("story", "s1", author=as_viewer(author), body="Changed", earlier=0)
    with pytest.raises(Conflict, match="changed while you were reading"):
        approve(held, staff, version=seen)
    assert queries.get_case(held.id).state is CaseState.OPEN


def test_what_its_author_deleted_cannot_be_decided(held: Case, staff: Any, shelf: Shelf) -> None:
    shelf.states["s1"] = "deleted"
    with pytest.raises(Conflict):
        approve(held, staff)


def test_nobody_decides_about_their_own_words(make: Make, as_viewer: Any, shelf: Shelf, staff: Any) -> None:
    me = make.staff("moderator")
    shelf.put("s1", author_id=me.id)
    with transaction():
        case = services.open_report("story", "s1", ReportReason.SPAM, "", by=as_viewer(make.member()))
    with pytest.raises(NotAllowed):
        approve(case, as_viewer(me))
    assert approve(case, staff).state is CaseState.APPROVED


@pytest.mark.parametrize(("decide", "after"), [(approve, "published"), (reject, "rejected")])
def test_undo_restores_exactly(
    held: Case, staff: Any, author: Any, shelf: Shelf, outbox: Any, decide: Any, after: str
) -> None:
    columns = (
        "state",
        "reason",
        "state_before",
        "state_after",
        "digest",
        "decided_by",
        "decided_at",
        "undo_until",
    )
    before = {name: getattr(held, name) for name in columns}
    decide(held, staff)
    assert shelf.states["s1"] == after
    case = undo(held, staff)
    assert shelf.states["s1"] == "held"
    assert {name: getattr(case, name) for name in columns} == before
    assert texts_of(author) == []
    assert not outbox()


def test_undo_puts_a_reported_story_back(reported: Case, staff: Any, shelf: Shelf) -> None:
    reject(reported, staff)
    assert shelf.states["s1"] == "hidden"
    undo(reported, staff)
    assert shelf.states["s1"] == "published"


def test_after_ten_minutes_it_stands(held: Case, staff: Any, shelf: Shelf) -> None:
    approve(held, staff)
    with clock.travel(clock.now() + services.UNDO_FOR + timedelta(seconds=1)), pytest.raises(Conflict):
        undo(held, staff)
    assert shelf.states["s1"] == "published"


def test_undo_works_once(held: Case, staff: Any) -> None:
    approve(held, staff)
    undo(held, staff)
    with pytest.raises(Conflict):
        undo(held, staff)


def test_undo_never_brings_back_what_its_author_deleted(held: Case, staff: Any, shelf: Shelf) -> None:
    approve(held, staff)
    shelf.states["s1"] = "deleted"
    with pytest.raises(Conflict):
        undo(held, staff)
    assert shelf.states["s1"] == "deleted"


def test_undo_takes_in_reports_that_came_after_the_decision(
    make: Make, as_viewer: Any, reported: Case, staff: Any
) -> None:
    first_id = reported.id
    approve(reported, staff)
    with transaction():
        later = services.open_report("story", "s1", ReportReason.SPAM, "", by=as_viewer(make.member()))
    assert later.id != first_id
    case = undo(reported, staff)
    assert (case.state, case.report_count) == (CaseState.OPEN, 2)
    assert db.session.scalar(queries.open_count()) == 1


def test_a_decision_can_be_made_anew_after_an_undo(held: Case, staff: Any, author: Any, shelf: Shelf) -> None:
    reject(held, staff)
    undo(held, staff)
    approve(queries.get_case(held.id), staff)
    assert shelf.states["s1"] == "published"
    assert len(texts_of(author)) == 1


def test_every_act_is_in_the_trail(held: Case, staff: Any) -> None:
    reject(held, staff, "private words")
    undo(held, staff)
    approve(queries.get_case(held.id), staff)
    entries = audit.entries_of("story", "s1")
    assert [entry.action for entry in entries] == [
        "moderation.approved",
        "moderation.undone",
        "moderation.rejected",
    ]
    assert {entry.by_id for entry in entries} == {staff.id}
    assert all("private words" not in str(entry.facts) for entry in entries)


def test_a_failing_feature_leaves_nothing_half_decided(
    held: Case, staff: Any, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    from dataclasses import replace

    def broken(thing_id: str) -> None:
        raise ZeroDivisionError

    targets = app.extensions["registry"].targets
    monkeypatch.setitem(targets, "story", replace(targets["story"], approve=broken))
    with pytest.raises(ZeroDivisionError):
        approve(held, staff)
    assert queries.get_case(held.id).state is CaseState.OPEN
    assert db.session.query(audit.AuditEntry).count() == 0


def test_the_latest_decisions_are_read_anew(app: Flask, make: Make) -> None:
    """A colleague decides between the card and the list beside it: the list tells the moment it knows of."""
    case = make.case()
    assert db.session.get_one(Case, case.id).decided_at is None
    decided = {"state": CaseState.APPROVED, "decided_at": clock.now()}
    with db.session.no_autoflush:
        db.session.execute(
            sa.update(Case).where(Case.id == case.id).values(decided),
            execution_options={"synchronize_session": False},
        )
        [line] = queries.decided().items
    assert line.case.decided_at is not None
