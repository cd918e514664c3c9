"""Two of the staff decide about one case at the same moment: one of them wins, the other learns of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.moderation import services
from portal.moderation.models import Case, CaseState, Report, ReportReason
from portal.moderation.services import decisions
from portal.stories.models import Story, StoryState
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

TIMES = 5


def decide(case_id: str, version: int, staff_id: str, verdict: str) -> Any:
    """Approve or reject. Returns the verdict, or the name of the refusal."""
    by = viewer_of(staff_id)

    def decision() -> str:
        with transaction():
            if verdict == "approve":
                services.approve(case_id, version, by=by)
            else:
                services.reject(case_id, version, "This is an advertisement.", by=by)
        return verdict

    return outcome(decision)


def decide_carelessly(case_id: str, version: int, staff_id: str, verdict: str) -> Any:
    """With the guard off: the case's version is not asked for."""
    guard = decisions.changed_rows
    decisions.changed_rows = lambda statement: 1
    try:
        return decide(case_id, version, staff_id, verdict)
    finally:
        decisions.changed_rows = guard


def report(story_id: str, member_id: str) -> str:
    with transaction():
        return services.open_report("story", story_id, ReportReason.SPAM, "", by=viewer_of(member_id)).id


def reported_story(people: Make) -> tuple[str, Case]:
    """A story on the wall that somebody reported."""
    story_id, member_id = people.story().id, people.member().id
    case_id = report(story_id, member_id)
    return story_id, db.session.get_one(Case, case_id)


def shares_of(case: Case, people: Make) -> list[tuple[str, int, str, str]]:
    return [
        (case.id, case.version, people.staff("moderator").id, verdict) for verdict in ("approve", "reject")
    ]


def test_one_of_two_decisions_wins(house: House, people: Make) -> None:
    for _ in range(TIMES):
        story_id, case = reported_story(people)
        answers = at_once(house, decide, shares_of(case, people))
        assert answers.count("Conflict") == 1
        db.session.rollback()
        db.session.refresh(case)
        won = next(answer for answer in answers if answer != "Conflict")
        assert case.state == {"approve": CaseState.APPROVED, "reject": CaseState.REJECTED}[won]
        shown = db.session.get_one(Story, story_id).state is StoryState.PUBLISHED
        assert shown == (won == "approve")
        noted = sa.select(AuditEntry.action).where(AuditEntry.target_id == story_id)
        assert len(list(db.session.scalars(noted))) == 1


def test_without_the_guard_both_win(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    _story_id, case = reported_story(people)
    answers = at_once(house, decide_carelessly, shares_of(case, people))
    assert answers.count("Conflict") == 0


def test_reports_at_once_are_one_case(house: House, people: Make) -> None:
    """Each member counts once, however often they send it."""
    story_id = people.story().id
    members = [people.member().id for _ in range(4)]
    cases = at_once(house, report, [(story_id, member_id) for member_id in members for _ in range(2)])
    assert len(set(cases)) == 1
    db.session.rollback()
    assert db.session.get_one(Case, cases[0]).report_count == 4
    rows = sa.select(sa.func.count()).select_from(Report).where(Report.case_id == cases[0])
    assert db.session.scalar(rows) == 4
