"""From the day it arrived to the report: in time, late, missing, excused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.deliveries import services as deliveries
from portal.deliveries.jobs import ask_if_it_came, take_as_received
from portal.rewards.models import Deed
from portal.trials.models import Standing, Tester, TesterState, Trial
from portal.trials.queries.marks import marks_of
from portal.trials.queries.places import gets_it, takes_seat
from portal.trials.queries.progress import places_of
from portal.trials.queries.testers import reliance_of
from portal.trials.rules import testing as rules
from portal.trials.services import offers, parcels, testing
from tests.make import Make
from tests.trials.lives import (
    accepted,
    act,
    by,
    fresh,
    has_it,
    manager,
    marks,
    offered,
    parcel,
    send,
    states,
    substitutes,
    told,
    worker_at,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def deeds(member_id: str) -> list[str]:
    return list(db.session.scalars(sa.select(Deed.kind).where(Deed.member_id == member_id)))


def hand_in(tester: Tester) -> None:
    act(testing.report_handed_in, tester)


def test_the_clock_begins_when_it_arrived_and_runs_to_the_end_of_a_day(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    assert shop_day(tester.due_at) == shop_day(clock.now() + 14 * DAY)
    assert shop_day(tester.due_at + MINUTE) == shop_day(clock.now() + 15 * DAY)
    assert told(tester.member_id) == ["arrived"]


def test_a_parcel_that_staff_say_arrived_begins_it_too_and_only_once(make: Make) -> None:
    tester = accepted(make)
    send(make, tester)
    staff = manager(make)
    act(deliveries.confirm_received, parcel(tester), by=staff)
    due = fresh(tester).due_at
    with clock.travel(clock.now() + DAY):
        act(deliveries.confirm_received, parcel(tester), by=staff)
        assert act(parcels.arrived, tester.id) is False
    assert fresh(tester).due_at == due is not None


def test_reminders_come_three_days_before_and_on_the_day(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    for days, kinds in ((4, ["arrived"]), (2, ["arrived", "due_soon"]), (1, ["arrived", "due_soon"])):
        with worker_at(tester.due_at - days * DAY):
            assert told(tester.member_id) == kinds
    for _twice in range(2):
        with worker_at(tester.due_at - 2 * MINUTE):
            assert told(tester.member_id) == ["arrived", "due_soon", "due_today"]


def test_after_a_rest_of_the_worker_only_the_newest_is_said(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with worker_at(tester.due_at + DAY):
        assert told(tester.member_id) == ["arrived", "late"]


def test_a_report_in_time_is_a_deed_and_a_mark(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with clock.travel(tester.due_at):
        hand_in(tester)
    assert (fresh(tester).state, marks(tester.member_id)) == (TesterState.REPORTED, ["on_time"])
    assert deeds(tester.member_id) == ["report_on_time"]
    with pytest.raises(Conflict):
        hand_in(tester)
    with worker_at(clock.now() + 30 * DAY):
        trial = db.session.get_one(Trial, tester.trial_id, populate_existing=True)
        assert (states(trial), trial.ended_at) == (["reported"], clock.now())


def test_more_time_is_there_once_and_counts_as_in_time(make: Make) -> None:
    tester = has_it(make)
    due = tester.due_at
    assert due is not None
    with worker_at(due - 2 * MINUTE):
        act(testing.extend, tester, by=by(tester))
        act(testing.extend, tester, by=by(tester))
        assert fresh(tester).due_at == due + 7 * DAY
        assert told(tester.member_id) == ["arrived"], "reminders of the old day are gone"
    with worker_at(due + 4 * DAY + 12 * timedelta(hours=1)):
        assert told(tester.member_id) == ["arrived", "due_soon"]
        hand_in(tester)
    assert marks(tester.member_id) == ["on_time"]


def test_nobody_else_and_nobody_too_late_gets_more_time(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with pytest.raises(NotFound):
        act(testing.extend, tester, by=manager(make))
    with clock.travel(tester.due_at), pytest.raises(Conflict):
        act(testing.extend, tester, by=by(tester))
    waiting = accepted(make)
    with pytest.raises(Conflict):
        act(testing.extend, waiting, by=by(waiting))
    strict = has_it(make, make.trial("chosen", extra_days=0))
    with pytest.raises(Conflict):
        act(testing.extend, strict, by=by(strict))


def test_within_three_days_it_is_late_and_no_deed(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with worker_at(tester.due_at + 3 * DAY - MINUTE):
        hand_in(tester)
    assert (marks(tester.member_id), deeds(tester.member_id)) == (["late"], [])
    assert fresh(tester).state is TesterState.REPORTED
    assert "late" not in told(tester.member_id)


def test_then_it_is_missing_and_they_rest_half_a_year(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with worker_at(tester.due_at + 3 * DAY):
        assert (fresh(tester).state, marks(tester.member_id)) == (TesterState.MISSING, ["missing"])
        resting = db.session.get_one(Standing, tester.member_id)
        assert resting.paused_until == clock.now() + 180 * DAY
        assert told(tester.member_id)[-1] == "missing"
        assert reliance_of(tester.member_id).points == 50
    with worker_at(tester.due_at + 10 * DAY):
        hand_in(tester)
        assert (fresh(tester).state, marks(tester.member_id)) == (TesterState.REPORTED, ["missing"])
        assert reliance_of(tester.member_id).paused_until is None
        assert deeds(tester.member_id) == []


def test_who_has_nothing_yet_has_nothing_to_report(make: Make) -> None:
    for tester in (offered(make), accepted(make)):
        with pytest.raises(Conflict):
            hand_in(tester)


def test_something_stronger_came_between(make: Make) -> None:
    tester, staff = has_it(make), manager(make)
    with pytest.raises(Invalid):
        act(testing.excuse, tester, " ", by=staff)
    with pytest.raises(NotAllowed):
        act(testing.excuse, tester, "krank", by=by(tester))
    act(testing.excuse, tester, "住院了 🏥", by=staff)
    act(testing.excuse, tester, "noch einmal", by=staff)
    assert (fresh(tester).state, fresh(tester).excuse) == (TesterState.EXCUSED, "住院了 🏥")
    assert marks(tester.member_id) == []
    assert told(tester.member_id) == ["arrived", "excused"]
    noted = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "trial.excused")).all()
    assert [entry.facts for entry in noted] == [{"tester": tester.id}]


def test_excused_after_it_was_missing_counts_for_nothing_and_ends_the_rest(make: Make) -> None:
    tester = has_it(make)
    assert tester.due_at is not None
    with worker_at(tester.due_at + 4 * DAY):
        act(testing.excuse, tester, "住院了", by=manager(make))
        assert marks_of([tester.member_id])[tester.member_id] == []
        assert reliance_of(tester.member_id).points == 67
        assert reliance_of(tester.member_id).paused_until is None


def test_excused_before_it_was_sent_the_parcel_stops_and_the_place_is_free(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    substitutes(make, trial, 1)
    act(testing.excuse, tester, "搬家去国外", by=manager(make))
    assert (parcel(tester).state.value, states(trial)) == ("stopped", ["excused", "offered"])


def test_excused_while_it_is_on_its_way_the_place_stays_theirs_unless_it_gets_lost(make: Make) -> None:
    """As many products as seats leave the house."""
    trial = make.trial("chosen", seats=1)
    tester, staff = accepted(make, trial), manager(make)
    substitutes(make, trial, 1)
    send(make, tester, staff)
    act(testing.excuse, tester, "住院了", by=staff)
    assert (states(trial), parcel(tester).state.value) == (["excused"], "shipped")
    assert (places_of(trial).free, db.session.get_one(Standing, tester.member_id).chosen_at is None) == (
        0,
        False,
    )
    with pytest.raises(Conflict):
        act(offers.offer_free, trial, by=staff)
    act(deliveries.stop, parcel(tester), by=staff)
    assert states(trial) == ["excused", "offered"]
    assert db.session.get_one(Standing, tester.member_id).chosen_at is None


def test_one_report_that_comes_does_not_end_the_rest_for_another(make: Make) -> None:
    tester = has_it(make)
    member = db.session.get_one(Member, tester.member_id)
    assert tester.due_at is not None
    with worker_at(tester.due_at + 3 * DAY):
        first = clock.now()
    with clock.travel(first + 10 * DAY):
        second = make.tester(
            make.application(make.trial("chosen"), member, decision="picked"),
            state="missing",
            due_at=first,
        )
        hand_in(tester)
        assert reliance_of(member.id).paused_until == second.ended_at + 180 * DAY
        act(testing.excuse, second, "住院了", by=manager(make))
        assert reliance_of(member.id).paused_until is None


def test_what_is_left_of_an_older_rest_stands(make: Make) -> None:
    member, now = make.member(), clock.now()
    old, new = (
        make.tester(
            make.application(make.trial("chosen"), member, decision="picked"),
            state="missing",
            due_at=now - days * DAY,
            ended_at=now - days * DAY,
        )
        for days in (100, 5)
    )
    make.standing(member, paused_until=new.ended_at + 180 * DAY)
    hand_in(new)
    assert reliance_of(member.id).paused_until == old.ended_at + 180 * DAY


def test_a_parcel_that_got_lost_is_nobodys_fault(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    send(make, tester)
    act(deliveries.stop, parcel(tester), by=manager(make))
    assert (states(trial), marks(tester.member_id)) == (["excused"], [])
    assert told(tester.member_id) == ["excused"]


@pytest.mark.parametrize("ends", ["sent again", "stopped"])
def test_a_parcel_that_never_came_starts_no_clock(make: Make, ends: str) -> None:
    """However long it takes: no report is due, none is missing, and who stays without a product is excused."""
    trial, staff = make.trial("chosen", seats=1), manager(make)
    tester = accepted(make, trial)
    send(make, tester, staff)
    with clock.travel(clock.now() + 10 * DAY):
        act(deliveries.say_lost, parcel(tester), by=by(tester))
    with worker_at(clock.now() + 90 * DAY):
        ask_if_it_came()
        take_as_received()
        assert (parcel(tester).state.value, fresh(tester).due_at) == ("lost", None)
        if ends == "stopped":
            act(deliveries.stop, parcel(tester), by=staff)
            assert (states(trial), told(tester.member_id)) == (["excused"], ["excused"])
        else:
            act(deliveries.ship, parcel(tester), "圆通", "YT2", by=staff)
            act(deliveries.confirm_received, parcel(tester), by=by(tester))
            assert (states(trial), fresh(tester).due_at > clock.now() + 13 * DAY) == (["accepted"], True)
    assert marks(tester.member_id) == []
    assert reliance_of(tester.member_id).paused_until is None


def test_whoever_reported_or_left_is_not_excused(make: Make) -> None:
    done, left = has_it(make), offered(make)
    hand_in(done)
    act(offers.decline, left, by=by(left))
    for tester in (done, left):
        with pytest.raises(Conflict):
            act(testing.excuse, tester, "why", by=manager(make))


def test_the_database_says_who_has_a_place_as_the_rules_do(make: Make) -> None:
    trial, now = make.trial("chosen"), clock.now()
    for state in TesterState:
        for facts in ({}, {"sent_at": now}, {"due_at": now}):
            make.tester(make.application(trial, decision="picked"), state=state, **facts)
    for asked, rule in ((gets_it(), rules.gets_it), (takes_seat(), rules.takes_seat)):
        for tester, answer in db.session.execute(sa.select(Tester, asked)):
            assert bool(answer) == rule(tester), (rule, tester.state, tester.sent_at, tester.due_at)
