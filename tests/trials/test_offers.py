"""Places are offered, taken, left or lapse, and who is next in line is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.deliveries import services as deliveries
from portal.trials.models import Application, Standing, Tester, TesterState, Trial
from portal.trials.services import offers, standing
from portal.trials.services.holding import hold_trial
from tests.factories.deliveries import ADDRESS
from tests.make import Make
from tests.trials.lives import (
    accepted,
    act,
    by,
    fresh,
    hire,
    manager,
    offered,
    parcel,
    send,
    states,
    substitutes,
    told,
    worker_at,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def seated(trial: Trial) -> list[str]:
    rows = db.session.query(Tester).filter_by(trial_id=trial.id).order_by(Tester.offered_at, Tester.id)
    return [one.member_id for one in rows]


def member_of(one: Tester | Application) -> Member:
    return db.session.get_one(Member, one.member_id)


def test_who_takes_part_is_asked_where_to_and_only_they(make: Make) -> None:
    tester = offered(make)
    assert (tester.state, told(tester.member_id)) == (TesterState.OFFERED, ["chosen"])
    with pytest.raises(NotFound):
        act(offers.accept, tester, by=manager(make))
    act(offers.accept, tester, by=by(tester))
    act(offers.accept, tester, by=by(tester))
    assert (fresh(tester).state, fresh(tester).accept_until) == (TesterState.ACCEPTED, None)
    assert (parcel(tester).state.value, parcel(tester).member_id) == ("asked", tester.member_id)
    assert told(tester.member_id) == []
    with pytest.raises(Conflict):
        act(offers.decline, tester, by=by(tester))


def test_who_says_no_leaves_the_place_to_the_next_and_may_win_again(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = offered(make, trial)
    first, second = substitutes(make, trial, 2)
    act(offers.decline, tester, by=by(tester))
    act(offers.decline, tester, by=by(tester))
    assert seated(trial) == [tester.member_id, first.member_id]
    assert (fresh(first).place, fresh(second).decision.value) == (None, "substitute")
    assert told(first.member_id) == ["chosen"]
    assert db.session.get_one(Standing, tester.member_id).chosen_at is None
    offered(make, make.trial("chosen"), member_of(tester))


def test_48_hours_of_silence_are_a_no_but_not_a_minute_less(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = offered(make, trial)
    [next_one] = substitutes(make, trial, 1)
    until = tester.accept_until
    assert until is not None
    with worker_at(until - 13 * HOUR):
        assert told(tester.member_id) == ["chosen"]
    with worker_at(until - timedelta(minutes=1)):
        assert (states(trial), told(tester.member_id)) == (["offered"], ["chosen", "accept_soon"])
    with worker_at(until):
        assert states(trial) == ["lapsed", "offered"]
        assert seated(trial)[1] == next_one.member_id
        assert told(tester.member_id) == ["lapsed"]
        with pytest.raises(Conflict):
            act(offers.accept, tester, by=by(tester))
    with worker_at(until + 2 * DAY):
        assert states(trial) == ["lapsed", "lapsed"]
        assert fresh(trial).ended_at == until + 2 * DAY


def test_after_the_time_is_over_a_yes_is_refused_even_before_the_worker_came(make: Make) -> None:
    tester = offered(make)
    assert tester.accept_until is not None
    with clock.travel(tester.accept_until), pytest.raises(Conflict):
        act(offers.accept, tester, by=by(tester))


def test_nobody_is_chosen_twice_in_90_days(make: Make) -> None:
    member = make.member()
    accepted(make, make.trial("chosen"), member=member)
    trial = make.trial("chosen", seats=1)
    again = make.application(trial, member, decision="picked")
    [next_one] = substitutes(make, trial, 1)
    with transaction():
        held = hold_trial(trial.id)
        offers.hold_substitutes(held)
        assert offers.offer(held, again) is None
        assert offers.refill(held) == 1
    assert seated(trial) == [next_one.member_id]
    assert (fresh(again).decision.value, fresh(again).barred) == ("skipped", "won")
    with clock.travel(clock.now() + 90 * DAY):
        assert act(standing.claim, member.id) is None


@pytest.mark.parametrize("why", ["gone", "paused", "staff"])
def test_who_left_or_rests_is_passed_by(make: Make, why: str) -> None:
    trial = make.trial("chosen", seats=1)
    first, second = substitutes(make, trial, 2)
    if why == "gone":
        with transaction():
            member_of(first).state = MemberState.SUSPENDED
    elif why == "staff":
        hire(member_of(first))
    else:
        make.standing(member_of(first), paused_until=clock.now() + DAY)
    assert act(offers.offer_free, trial, by=manager(make)) == 1
    assert (seated(trial), fresh(first).barred) == ([second.member_id], why)


def test_places_for_newcomers_stay_theirs_and_no_region_gets_more(make: Make) -> None:
    trial = make.trial("chosen", seats=3, newcomer_percent=34, region_most=1)
    offered(make, trial, region="上海", newcomer=False)
    gone = offered(make, trial, region="成都", newcomer=True)
    from_shanghai, known, new = (
        make.application(trial, decision="substitute", region=region, newcomer=newcomer)
        for region, newcomer in (("上海", True), ("杭州", False), ("北京", True))
    )
    act(offers.decline, gone, by=by(gone))
    assert seated(trial)[2:] == [new.member_id, known.member_id]
    assert fresh(from_shanghai).decision.value == "substitute"


def test_of_a_long_line_only_the_next_few_are_held(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever shares a region with the one who leaves may be among them."""
    monkeypatch.setattr(offers, "AHEAD", 2)
    trial = make.trial("chosen", seats=1, region_most=1)
    gone = offered(make, trial, region="成都")
    waiting = substitutes(make, trial, 8, region="成都")
    act(offers.decline, gone, by=by(gone))
    held = {one.member_id for one in db.session.query(Standing)}
    assert held == {gone.member_id, *(one.member_id for one in waiting[:3])}
    assert seated(trial) == [gone.member_id, waiting[0].member_id]


def test_when_all_of_those_are_passed_by_the_next_one_is_asked(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "AHEAD", 2)
    trial = make.trial("chosen", seats=1)
    waiting = substitutes(make, trial, 7)
    for one in waiting[:5]:
        make.standing(member_of(one), paused_until=clock.now() + DAY)
    assert act(offers.offer_free, trial, by=manager(make)) == 1
    assert seated(trial) == [waiting[5].member_id]


def test_without_a_newcomer_in_line_the_place_goes_to_the_first(make: Make) -> None:
    trial = make.trial("chosen", seats=1, newcomer_percent=100)
    first, _second = substitutes(make, trial, 2, newcomer=False)
    act(offers.offer_free, trial, by=manager(make))
    assert seated(trial) == [first.member_id]


def test_a_parcel_that_is_not_wanted_frees_the_place(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    [next_one] = substitutes(make, trial, 1)
    act(deliveries.decline, parcel(tester), by=by(tester))
    assert (states(trial), seated(trial)[1]) == (["declined", "offered"], next_one.member_id)


@pytest.mark.parametrize("ready", [True, False])
def test_a_parcel_that_staff_stop_is_nobodys_no(make: Make, ready: bool) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    substitutes(make, trial, 1)
    if ready:
        act(deliveries.give_address, parcel(tester), "小满", "13900001234", ADDRESS, by=by(tester))
    act(deliveries.stop, parcel(tester), by=manager(make))
    assert (states(trial), told(tester.member_id)) == (["excused", "offered"], ["excused"])
    assert db.session.get_one(Standing, tester.member_id).chosen_at is None


def test_who_never_says_where_to_loses_the_place_after_seven_days(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    tester = accepted(make, trial)
    substitutes(make, trial, 1)
    assert tester.accepted_at is not None
    with worker_at(tester.accepted_at + 3 * DAY):
        assert told(tester.member_id) == ["address_soon"]
    with worker_at(tester.accepted_at + 7 * DAY):
        assert (states(trial), parcel(tester).state.value) == (["lapsed", "offered"], "stopped")
        assert told(tester.member_id) == ["lapsed"]


def test_who_said_where_to_hears_nothing_more_of_it(make: Make) -> None:
    tester = accepted(make)
    send(make, tester)
    with worker_at(clock.now() + 8 * DAY):
        assert (fresh(tester).state, fresh(tester).next_at) == (TesterState.ACCEPTED, None)
        assert told(tester.member_id) == []


def test_staff_offer_only_what_is_free(make: Make) -> None:
    trial = make.trial("chosen", seats=1)
    offered(make, trial)
    substitutes(make, trial, 1)
    with pytest.raises(Conflict):
        act(offers.offer_free, trial, by=manager(make))
    with pytest.raises(NotAllowed):
        act(offers.offer_free, trial, by=by(offered(make)))
    with pytest.raises(Conflict):
        act(offers.offer_free, make.trial("frozen"), by=manager(make))
