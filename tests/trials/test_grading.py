"""Blind grades: two of the staff, each once, not knowing the other's; both fix the score."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.trials.models import Grade
from portal.trials.queries.grading import desk
from portal.trials.rules.scores import score_of
from portal.trials.services import grading
from tests.make import Make
from tests.trials.lives import act, fresh, hire


def graders(make: Make, number: int = 2) -> list[Viewer]:
    return [viewer_of(make.staff("moderator").id) for _one in range(number)]


def test_two_grades_make_the_score(make: Make) -> None:
    trial = make.trial("frozen")
    application = make.application(trial, graded=False)
    one, two, third = graders(make, 3)
    version = application.version
    act(grading.grade, trial, application.id, 60, by=one)
    assert (fresh(application).grade, fresh(application).score) == (None, None)
    act(grading.grade, trial, application.id, 100, by=two)
    held = fresh(application)
    assert (held.grade, held.score) == (80, score_of(60, 40, 67, 80))
    assert held.version == version + 1
    for late in (one, two, third):
        with pytest.raises(Conflict):
            act(grading.grade, trial, application.id, 0, by=late)
        if late is not third:
            with pytest.raises(Conflict):
                act(grading.take_back, trial, application.id, by=late)
    assert fresh(application).grade == 80


def test_one_may_think_again_until_the_colleague_is_there(make: Make) -> None:
    trial = make.trial("frozen")
    application = make.application(trial, graded=False)
    one, two = graders(make)
    act(grading.grade, trial, application.id, 20, by=one)
    act(grading.grade, trial, application.id, 80, by=one)
    assert [row.points for row in db.session.query(Grade)] == [80]
    act(grading.take_back, trial, application.id, by=one)
    act(grading.take_back, trial, application.id, by=one)
    assert db.session.query(Grade).count() == 0
    act(grading.grade, trial, application.id, 40, by=two)
    act(grading.grade, trial, application.id, 40, by=one)
    assert fresh(application).grade == 40
    kept = [entry.facts for entry in db.session.query(AuditEntry).filter_by(target_id=application.id)]
    assert kept and all("points" not in (facts or {}) for facts in kept)


def test_what_is_not_to_be_graded(make: Make) -> None:
    trial = make.trial("frozen")
    [one] = graders(make, 1)
    for facts in ({"barred": "won"}, {"withdrawn_at": clock.now()}):
        with pytest.raises(NotFound):
            act(grading.grade, trial, make.application(trial, graded=False, **facts).id, 60, by=one)
    elsewhere = make.application(make.trial("frozen"), graded=False)
    with pytest.raises(NotFound):
        act(grading.grade, trial, elsewhere.id, 60, by=one)
    with pytest.raises(Invalid):
        act(grading.grade, trial, make.application(trial, graded=False).id, 61, by=one)
    told = make.trial("chosen")
    with pytest.raises(Conflict):
        act(grading.grade, told, make.application(told, graded=False).id, 60, by=one)
    with pytest.raises(NotAllowed):
        act(grading.grade, trial, elsewhere.id, 60, by=viewer_of(make.staff("host").id))


def test_the_queue_holds_what_can_still_reach_the_line(make: Make) -> None:
    trial = make.trial("frozen", least_points=60)
    one, two = graders(make)
    low = {"category": 10, "leadership": 10, "reliability": 50}
    make.application(trial, graded=False, **low)
    middle = make.application(trial, graded=False, category=60, leadership=40, reliability=67)  # 45 of 80
    make.application(trial, graded=False, barred="won")
    make.application(trial, graded=False, withdrawn_at=clock.now())
    found = desk(trial, one.id)
    assert (found.sheet and found.sheet.id, found.left, found.mine, found.finished) == (middle.id, 1, 0, 0)
    act(grading.grade, trial, middle.id, 20, by=one)
    after = desk(trial, one.id)
    assert (after.sheet, after.left, after.mine) == (None, 0, 1)
    again = desk(trial, one.id, wanted=middle.id).sheet
    assert again is not None and again.own == 20
    assert desk(trial, two.id).left == 0  # 45 + (20 + 100) / 2 / 5 is below 60
    act(grading.grade, trial, middle.id, 80, by=one)
    assert desk(trial, two.id).left == 1
    act(grading.grade, trial, middle.id, 80, by=two)
    assert (desk(trial, two.id).left, desk(trial, two.id).finished) == (0, 1)


def test_nobody_grades_what_they_wrote_before_they_came_to_work_here(make: Make) -> None:
    trial, member = make.trial("frozen"), make.member()
    own, other = make.application(trial, member, graded=False), make.application(trial, graded=False)
    colleague = hire(member)
    for wanted in (None, own.id):
        found = desk(trial, colleague.id, wanted=wanted)
        assert (found.sheet and found.sheet.id, found.left) == (other.id, 1)
    with pytest.raises(NotFound):
        act(grading.grade, trial, own.id, 60, by=colleague)


def test_a_desk_of_any_size_reads_one_sheet_in_the_same_order_each_time(make: Make, queries: Any) -> None:
    trial, [one] = make.trial("frozen"), graders(make, 1)
    for _application in range(5):
        make.application(trial, graded=False)
    seen: list[str] = []
    while True:
        with queries() as counted:
            found = desk(trial, one.id)
        assert len(counted) <= 5
        if found.sheet is None:
            break
        assert desk(trial, one.id).sheet == found.sheet and found.left + len(seen) == 5
        seen.append(found.sheet.id)
        act(grading.grade, trial, found.sheet.id, 60, by=one)
    assert len(set(seen)) == found.mine == 5


def test_each_colleague_has_an_order_of_their_own(make: Make) -> None:
    trial = make.trial("frozen")
    for _one in range(12):
        make.application(trial, graded=False)
    firsts = [desk(trial, grader.id).sheet for grader in graders(make, 6)]
    assert len({sheet.id for sheet in firsts if sheet}) > 1
