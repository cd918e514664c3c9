"""Applications and grades at the same moment: none is lost between the closing and the scores, and two grades are two."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.exc import DBAPIError

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.trials import jobs
from portal.trials.models import Application, Trial
from portal.trials.rules.scores import score_of
from portal.trials.services import applying, freezing, grading, making
from tests.concurrency.crowd import House, at_once
from tests.make import Make
from tests.trials.lives import told

PAUSE = 1.5


def apply_or_freeze(trial_id: str, member_id: str, guarded: bool) -> str:
    """With a member: they apply right before the closing and take their time. Without: the worker meanwhile, right after it."""
    really, closes_at = applying.questions_of, db.session.get_one(Trial, trial_id).closes_at
    db.session.rollback()

    def slowly(*args: Any) -> Any:
        time.sleep(PAUSE)
        return really(*args)

    hold = applying.hold_applications if guarded else lambda trial_id, closing=False: None
    if not member_id:
        time.sleep(PAUSE / 2)
    moment = closes_at + timedelta(seconds=-1 if member_id else 1)
    with (
        clock.travel(moment),
        patch.object(applying, "questions_of", slowly),
        patch.object(applying, "hold_applications", hold),
        patch.object(freezing, "hold_applications", hold),
        transaction(),
    ):
        if not member_id:
            freezing.freeze(trial_id)
            return "frozen"
        trial, by = db.session.get_one(Trial, trial_id), viewer_of(member_id)
        applying.apply(trial, {"1": "a", "2": "b"}, region="杭州", by=by)
        return "applied"


@pytest.mark.parametrize("guarded", [True, False])
def test_who_applies_at_the_last_moment_is_scored(house: House, people: Make, guarded: bool) -> None:
    trial, member = people.trial(), people.member()
    answers = at_once(house, apply_or_freeze, [(trial.id, member.id, guarded), (trial.id, "", guarded)])
    db.session.rollback()
    assert answers == ["applied", "frozen"], answers
    [one] = db.session.query(Application).filter_by(trial_id=trial.id)
    assert (one.category is not None) == (guarded or house.kind == "sqlite")


def apply_or_cancel(trial_id: str, member_id: str, staff_id: str, guarded: bool) -> str:
    """With a member: they apply and take their time. Without: staff call it off meanwhile."""
    really = applying.questions_of

    def slowly(*args: Any) -> Any:
        time.sleep(PAUSE)
        return really(*args)

    hold = applying.hold_applications if guarded else lambda trial_id, closing=False: None
    if not member_id:
        time.sleep(PAUSE / 2)
    with (
        patch.object(applying, "questions_of", slowly),
        patch.object(making, "hold_applications", hold),
        transaction(),
    ):
        trial = db.session.get_one(Trial, trial_id)
        if not member_id:
            making.cancel(trial, by=viewer_of(staff_id))
            return "cancelled"
        applying.apply(trial, {"1": "a", "2": "b"}, region="杭州", by=viewer_of(member_id))
        return "applied"


@pytest.mark.parametrize("guarded", [True, False])
def test_who_applies_while_it_is_called_off_is_told(house: House, people: Make, guarded: bool) -> None:
    trial, member, staff = people.trial(), people.member(), people.staff("manager").id
    calls = [(trial.id, member.id, staff, guarded), (trial.id, "", staff, guarded)]
    assert at_once(house, apply_or_cancel, calls) == ["applied", "cancelled"]
    db.session.rollback()
    jobs.tell_everybody()
    assert (told(member.id) == ["cancelled"]) == (guarded or house.kind == "sqlite")


def grade(trial_id: str, application_id: str, staff_id: str, points: int, guarded: bool) -> str:
    really = grading._given

    def slowly(*args: Any) -> Any:
        found = really(*args)
        time.sleep(PAUSE)
        return found

    lock = grading.lock_row if guarded else lambda model, row_id: None
    with patch.object(grading, "_given", slowly), patch.object(grading, "lock_row", lock):
        try:
            with transaction():
                trial = db.session.get_one(Trial, trial_id)
                grading.grade(trial, application_id, points, by=viewer_of(staff_id))
            return "graded"
        except DBAPIError as error:
            return f"failed: {type(error).__name__}"


@pytest.mark.parametrize("guarded", [True, False])
def test_two_grade_at_once(house: House, people: Make, guarded: bool) -> None:
    trial = people.trial("frozen")
    application = people.application(trial, graded=False)
    graders = [people.staff("moderator").id for _one in range(2)]
    calls = [
        (trial.id, application.id, who, points, guarded)
        for who, points in zip(graders, (40, 80), strict=True)
    ]
    answers = at_once(house, grade, calls)
    db.session.rollback()
    assert (answers == ["graded", "graded"]) == (guarded or house.kind == "sqlite"), answers
    held = db.session.get_one(Application, application.id, populate_existing=True)
    if answers == ["graded", "graded"]:
        assert (held.grade, held.score) == (60, score_of(60, 40, 67, 60))
