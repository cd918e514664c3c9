"""Everybody who applied is told in steps: staff do not wait for it, a killed worker goes on, and nobody hears it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.jobs import run_waiting
from portal.notifications.models import Notification
from portal.trials import jobs
from portal.trials.models import Application, Tester, Trial
from portal.trials.services import choosing, making, offers, spreading, telling
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import act, by, fresh, manager, substitutes, told

AsStaff = Callable[..., PortalClient]


@pytest.fixture
def trial(make: Make) -> Trial:
    """One is picked, two are substitutes, three went away with nothing."""
    made: Trial = make.trial("frozen", seats=1)
    make.application(made, decision="picked")
    substitutes(make, made, 2)
    for _one in range(3):
        make.application(made)
    return made


def applied(trial: Trial) -> list[Application]:
    """By member id, as they are told."""
    theirs = sa.select(Application).where(Application.trial_id == trial.id)
    return list(db.session.scalars(theirs.order_by(Application.member_id)))


def heard(trial: Trial) -> Counter[str]:
    return Counter(kind for one in applied(trial) for kind in told(one.member_id))


def test_whoever_is_chosen_hears_at_once_and_the_others_from_the_worker(make: Make, trial: Trial) -> None:
    now = clock.now()
    with clock.travel(now):
        act(choosing.publish, trial, by=manager(make))
        assert heard(trial) == {"chosen": 1}
        tester = db.session.scalars(sa.select(Tester).where(Tester.trial_id == trial.id)).one()
        assert tester.accept_until == now + timedelta(hours=trial.accept_hours)
    jobs.tell_everybody()
    assert heard(trial) == {"chosen": 1, "not_chosen": 5}
    assert fresh(trial).told_up_to is None and trial.told == trial.to_tell == 5
    places = sa.select(Notification.facts).where(Notification.kind == "trials.not_chosen")
    assert sorted(facts.get("place") or 0 for facts in db.session.scalars(places)) == [0, 0, 0, 1, 2]


def test_a_killed_worker_goes_on_and_tells_nobody_twice(
    make: Make, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(choosing.publish, trial, by=manager(make))
    monkeypatch.setattr(jobs, "TOLD", 2)
    really, calls = telling.tell_not_chosen, Counter[str]()

    def killed(*args: object) -> None:
        """In the middle of the second step, when its messages are written and not committed."""
        really(*args)  # type: ignore[arg-type]
        calls["steps"] += 1
        if calls["steps"] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(telling, "tell_not_chosen", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.tell_everybody()
    db.session.rollback()
    assert heard(trial) == {"chosen": 1, "not_chosen": 2}
    assert (fresh(trial).told, trial.to_tell) == (2, 5)
    jobs.find_untold()
    jobs.find_untold()
    counts = db.session.scalars(sa.select(Notification.count))
    assert heard(trial) == {"chosen": 1, "not_chosen": 5} and set(counts) == {1}
    assert spreading.due() == []


def test_who_is_offered_a_place_meanwhile_hears_only_of_that(make: Make, trial: Trial) -> None:
    act(choosing.publish, trial, by=manager(make))
    [tester] = db.session.scalars(sa.select(Tester).where(Tester.trial_id == trial.id))
    act(offers.decline, tester, by=by(tester))
    jobs.tell_everybody()
    first = next(
        one for one in applied(trial) if one.decision.value == "picked" and one.id != tester.application_id
    )
    assert told(first.member_id) == ["chosen"]
    assert heard(trial)["not_chosen"] == 4


def test_who_left_meanwhile_hears_nothing(make: Make, trial: Trial) -> None:
    act(choosing.publish, trial, by=manager(make))
    gone = next(one for one in applied(trial) if one.decision.value == "open")
    gone.withdrawn_at = clock.now()
    db.session.commit()
    jobs.tell_everybody()
    assert told(gone.member_id) == [] and heard(trial)["not_chosen"] == 4


def test_one_trial_that_fails_stands_in_no_other_ones_way(
    make: Make, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.trial("open")
    one = make.application(other)
    act(choosing.publish, trial, by=manager(make))
    act(making.cancel, other, by=manager(make))
    monkeypatch.setattr(telling, "tell_not_chosen", lambda *_args: 1 / 0)
    jobs.tell_everybody()
    assert told(one.member_id) == ["cancelled"]
    monkeypatch.undo()
    jobs.tell_everybody()
    assert heard(trial)["not_chosen"] == 5


@pytest.mark.one_database
@pytest.mark.parametrize("htmx", [False, True])
def test_staff_read_how_many_know_by_now(make: Make, trial: Trial, as_staff: AsStaff, htmx: bool) -> None:
    staff, base = as_staff("manager"), f"/console/trials/{trial.slug}"
    answer = staff.post(f"{base}/choose", htmx=htmx, follow_redirects=True)
    assert "0 of 5 who applied have been told so far" in answer.get_data(as_text=True)
    act(spreading.tell_some, trial.id, 2)
    for path in (base, f"{base}/draw"):
        assert "2 of 5 who applied have been told so far" in staff.get(path).get_data(as_text=True)
    run_waiting(staff.application)
    assert heard(trial)["not_chosen"] == 5
    assert "told so far" not in staff.get(f"{base}/draw").get_data(as_text=True)


@pytest.mark.one_database
def test_whoever_applied_is_told_in_steps_that_it_was_called_off(make: Make, as_staff: AsStaff) -> None:
    trial = make.trial("open")
    for _one in range(3):
        make.application(trial)
    staff = as_staff("manager")
    said = staff.post(f"/console/trials/{trial.slug}/cancel", follow_redirects=True).get_data(as_text=True)
    assert "0 of 3 who applied have been told so far" in said and not heard(trial)
    run_waiting(staff.application)
    assert heard(trial) == {"cancelled": 3}
