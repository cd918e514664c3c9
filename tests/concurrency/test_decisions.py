"""Several colleagues decide about the same case at the same instant: one of them does."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.moderation import services
from portal.moderation.models import Case, CaseState, ReportReason
from portal.moderation.services import decisions
from portal.notifications.models import Notification
from tests.concurrency.crowd import House, at_once
from tests.make import Make

COLLEAGUES, CASES = 3, 6


def decide(staff_id: str, approving: bool, seen: list[tuple[str, int]]) -> list[str]:
    """Decide about every case as it was seen. Returns the ids of the cases that this colleague decided."""
    by, won = viewer_of(staff_id), []
    for case_id, version in seen:
        try:
            with transaction():
                if approving:
                    services.approve(case_id, version, by=by)
                else:
                    services.reject(case_id, version, "No.", by=by)
            won.append(case_id)
        except Conflict:
            db.session.rollback()
    return won


def decide_carelessly(staff_id: str, approving: bool, seen: list[tuple[str, int]]) -> list[str]:
    """The same with the guard off: whatever the database changed, everybody believes to have won."""
    guard = decisions.changed_rows

    def believe(statement: Any) -> int:
        time.sleep(0.001)
        return guard(statement) or 1

    decisions.changed_rows = believe  # type: ignore[assignment]
    try:
        return decide(staff_id, approving, seen)
    finally:
        decisions.changed_rows = guard


def undo(staff_id: str, case_ids: list[str]) -> int:
    """Take back every decision. Returns how many of them this colleague took back."""
    by, undone = viewer_of(staff_id), 0
    for case_id in case_ids:
        try:
            with transaction():
                services.undo(case_id, by=by)
            undone += 1
        except Conflict:
            db.session.rollback()
    return undone


def report(member_id: str, target_ids: list[str]) -> None:
    by = viewer_of(member_id)
    for target_id in target_ids:
        with transaction():
            services.open_report("profile", target_id, ReportReason.SPAM, "", by=by)


@pytest.fixture
def staff(people: Make) -> list[str]:
    return [people.staff("moderator").id for _number in range(COLLEAGUES)]


@pytest.fixture
def seen(people: Make, house: House) -> list[tuple[str, int]]:
    """Reported member pages, with the versions that everybody has on their screens."""
    reporter, found = people.member().id, []
    for target_id in [people.member().id for _number in range(CASES)]:
        with transaction():
            case = services.open_report("profile", target_id, ReportReason.SPAM, "", by=viewer_of(reporter))
            found.append((case.id, case.version))
    return found


def acts(case_ids: list[str]) -> int:
    """How many acts on these cases the trail holds."""
    db.session.rollback()
    targets = sa.select(Case.target_id).where(Case.id.in_(case_ids))
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.target_id.in_(targets))) or 0


def test_each_case_is_decided_once(house: House, staff: list[str], seen: list[tuple[str, int]]) -> None:
    shares = [(staff_id, number % 2 == 0, seen) for number, staff_id in enumerate(staff)]
    won = [case_id for case_ids in at_once(house, decide, shares) for case_id in case_ids]
    ids = [case_id for case_id, _version in seen]
    assert sorted(won) == sorted(ids)
    assert acts(ids) == CASES
    for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids))):
        hidden = db.session.get_one(Member, case.target_id).profile_hidden
        assert hidden is (case.state is CaseState.REJECTED)


def test_without_the_guard_it_would_not_be(
    house: House, staff: list[str], seen: list[tuple[str, int]]
) -> None:
    shares = [(staff_id, True, seen) for staff_id in staff]
    won = [case_id for case_ids in at_once(house, decide_carelessly, shares) for case_id in case_ids]
    assert len(won) > CASES


def test_each_decision_is_undone_once(house: House, staff: list[str], seen: list[tuple[str, int]]) -> None:
    ids = [case_id for case_id, _version in seen]
    decide(staff[0], False, seen)
    assert sum(at_once(house, undo, [(staff_id, ids) for staff_id in staff])) == CASES
    db.session.rollback()
    for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids))):
        assert case.state is CaseState.OPEN
        assert not db.session.get_one(Member, case.target_id).profile_hidden
    told = sa.select(sa.func.count()).where(
        Notification.group_key.in_([f"case:{case_id}" for case_id in ids])
    )
    assert db.session.scalar(told) == 0


def test_reports_at_the_same_instant_merge(house: House, people: Make) -> None:
    targets = [people.member().id for _number in range(4)]
    reporters = [people.member().id for _number in range(COLLEAGUES)]
    at_once(house, report, [(reporter, targets) for reporter in reporters])
    db.session.rollback()
    cases = list(db.session.scalars(sa.select(Case).where(Case.target_id.in_(targets))))
    assert sorted(case.target_id for case in cases) == sorted(targets)
    assert {case.report_count for case in cases} == {COLLEAGUES}
