"""Several of the staff choose testers at the same moment: no seat is given twice, and one result is told once."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.draw.models import Draw
from portal.trials.models import Application, Decision, Tester, Trial
from portal.trials.queries.tally import tally_of
from portal.trials.services import choosing, drawing, picking
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

SEATS, STAFF, TRIES = 3, 4, 4


@pytest.fixture
def trial_id(house: House, people: Make) -> str:
    """Three seats, two for a region, and more than enough to choose from."""
    trial = people.trial("frozen", seats=SEATS, region_most=2)
    for number in range(STAFF * 3):
        people.application(trial, region=("杭州", "成都")[number % 2])
    return str(trial.id)


def shares(people: Make, trial_id: str) -> list[tuple[str, str, list[str]]]:
    """Each of the staff has three applications of their own to pick."""
    db.session.rollback()
    ids = list(db.session.scalars(sa.select(Application.id).where(Application.trial_id == trial_id)))
    db.session.rollback()
    return [(people.staff("manager").id, trial_id, ids[part::STAFF]) for part in range(STAFF)]


def pick_all(staff_id: str, trial_id: str, ids: list[str]) -> list[Any]:
    return [outcome(lambda one=one: _pick(staff_id, trial_id, one)) for one in ids]  # type: ignore[misc]


def _pick(staff_id: str, trial_id: str, application_id: str) -> None:
    trial, by = db.session.get_one(Trial, trial_id), viewer_of(staff_id)
    with transaction():
        picking.pick(trial, application_id, version=1, by=by)


def pick_carelessly(staff_id: str, trial_id: str, ids: list[str]) -> None:
    """With the lock off: look whether a seat is left, and take it a moment later."""
    for one in ids:
        trial = db.session.get_one(Trial, trial_id)
        left = tally_of(trial).seats_left
        db.session.rollback()
        time.sleep(0.02)
        if left:
            with transaction():
                row = db.session.get_one(Application, one)
                picking._decide(row, Decision.PICKED, viewer_of(staff_id), way=picking.Way.HAND)


def picked(trial_id: str) -> list[str]:
    """The regions of who has a seat."""
    db.session.rollback()
    seated = sa.select(Application.region).where(
        Application.trial_id == trial_id, Application.decision == Decision.PICKED
    )
    return list(db.session.scalars(seated))


def test_no_seat_is_given_twice(house: House, people: Make, trial_id: str) -> None:
    at_once(house, pick_all, shares(people, trial_id))
    found = picked(trial_id)
    assert len(found) == SEATS and max(found.count(region) for region in found) == 2


def test_without_the_lock_it_would(house: House, people: Make, trial_id: str) -> None:
    """The switch: proves that the test above would notice."""
    for _try in range(TRIES):
        at_once(house, pick_carelessly, shares(people, trial_id))
        if len(picked(trial_id)) > SEATS:
            return
        with transaction():
            back = sa.update(Application).where(Application.trial_id == trial_id)
            db.session.execute(back.values(decision=Decision.OPEN, way=None, version=1))
    pytest.fail("nobody collided: the tests above prove nothing")


def draw_and_tell(staff_id: str, trial_id: str) -> list[Any]:
    """Everything from the list to the offers, as fast as it goes."""
    trial, by = db.session.get_one(Trial, trial_id), viewer_of(staff_id)

    def write(verb: Any, *args: Any, **named: Any) -> Any:
        def done() -> None:
            with transaction():
                verb(trial, *args, **named, by=by)

        return outcome(done)

    known_at = clock.now() + clock.days(1)
    frozen = write(drawing.freeze_list, source_en="Lottery", known_at=known_at)
    with clock.travel(known_at):
        return [frozen, write(drawing.settle, "01 02"), write(choosing.publish)]


def test_one_list_one_draw_one_result(house: House, people: Make, trial_id: str) -> None:
    staff = [people.staff("manager").id for _one in range(STAFF)]
    at_once(house, draw_and_tell, [(one, trial_id) for one in staff])
    db.session.rollback()
    draw = db.session.scalars(sa.select(Draw).where(Draw.owner_id == trial_id)).one()
    won = drawing.result_of(draw).won
    offered = list(db.session.scalars(sa.select(Tester.application_id).where(Tester.trial_id == trial_id)))
    assert sorted(offered) == sorted(won) and len(won) == SEATS
