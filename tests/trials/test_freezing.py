"""Closing: conditions are asked once more, what the house knows is fixed, and nothing moves it afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.trials.jobs import freeze_applications
from portal.trials.models import Application
from portal.trials.queries.knowledge import known_of
from portal.trials.services import freezing
from tests.make import Make
from tests.trials.lives import act, fresh


def test_what_is_known_is_fixed(make: Make) -> None:
    trial = make.trial("closed")
    new, veteran = make.application(trial), make.application(trial)
    gone = make.application(trial, withdrawn_at=clock.now())
    before = make.application(make.trial("chosen"), make.member(), decision="picked")
    make.mark(make.tester(before, state="missing"), "missing")
    again = make.application(trial, db.session.get_one(type(make.member()), before.member_id))
    refused = make.application(
        make.trial("chosen"), db.session.get_one(type(make.member()), veteran.member_id), decision="picked"
    )
    make.tester(refused, state="lapsed")
    freeze_applications()
    assert fresh(trial).frozen_at is not None
    new, veteran, again = fresh(new), fresh(veteran), fresh(again)
    assert (new.category, new.leadership, new.reliability, new.newcomer, new.score) == (0, 0, 67, True, None)
    assert veteran.newcomer  # a place that nobody took is no trial
    assert (again.newcomer, again.reliability) == (False, 50)
    assert fresh(gone).category is None
    stood = known_of([new.member_id], trial)[new.member_id].parts
    assert (stood.category, stood.leadership, stood.reliability) == (0, 0, 67)


def test_whoever_never_had_anything_at_home_is_a_newcomer(make: Make) -> None:
    """Excused before it was sent, or lost on its way; excused with it at home they tested, and so they did who get it."""
    trial, now = make.trial("closed"), clock.now()
    lives: tuple[dict[str, Any], ...] = (
        {"state": "excused"},
        {"state": "accepted"},
        {"state": "excused", "sent_at": now},
        {"state": "excused", "sent_at": now, "due_at": now},
    )
    again = []
    for life in lives:
        tester = make.tester(**life)
        again.append(make.application(trial, db.session.get_one(Member, tester.member_id)))
    freeze_applications()
    assert [fresh(one).newcomer for one in again] == [True, True, False, False]


def test_who_cannot_take_part_any_more_is_out_with_the_reason(make: Make) -> None:
    shelf = make.category()
    trial = make.trial("closed", category_id=shelf.id, regions=["杭州"])
    owner, stranger = make.member(), make.member()
    make.order(member=owner, product=make.product(category=shelf))
    fine, no_shelf = (
        make.application(trial, owner, region="杭州"),
        make.application(trial, stranger, region="杭州"),
    )
    freeze_applications()
    assert (fresh(fine).barred, fresh(no_shelf).barred) == ("", "shelf")
    other = make.trial("closed")
    resting, won, paused = make.member(), make.member(), make.member()
    make.tester(make.application(make.trial("chosen"), resting, decision="picked"))
    make.standing(won, chosen_at=clock.now() - timedelta(days=3))
    make.standing(paused, paused_until=clock.now() + timedelta(days=3))
    applied = [make.application(other, one) for one in (resting, won, paused)]
    freeze_applications()
    assert [fresh(one).barred for one in applied] == ["testing", "won", "paused"]


def test_twice_is_once_and_nothing_moves_afterwards(make: Make) -> None:
    trial = make.trial("closed")
    application = make.application(trial)
    freeze_applications()
    frozen_at, version = fresh(trial).frozen_at, fresh(application).version
    make.order(member=db.session.get_one(type(make.member()), application.member_id), product=make.product())
    with clock.travel(clock.now() + timedelta(days=30)):
        freeze_applications()
        act(freezing.freeze, trial.id)
    assert (fresh(trial).frozen_at, fresh(application).version) == (frozen_at, version)


@pytest.mark.parametrize("phase", ["draft", "coming", "open"])
def test_only_what_is_closed(make: Make, phase: str) -> None:
    trial = make.trial(phase)
    freeze_applications()
    act(freezing.freeze, trial.id)
    assert fresh(trial).frozen_at is None
    cancelled = make.trial("closed", cancelled_at=clock.now())
    freeze_applications()
    assert fresh(cancelled).frozen_at is None


def test_many_are_frozen_in_batches(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "_AT_ONCE", 3)
    trial = make.trial("closed")
    for _one in range(10):
        make.application(trial)
    freeze_applications()
    db.session.expire_all()
    left = db.session.query(Application).filter_by(trial_id=trial.id, category=None).count()
    assert left == 0
