"""Places in trials are given by several at once: nobody wins twice, and no place is given twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, insert_once, transaction
from portal.deliveries import services as deliveries
from portal.deliveries.queries import delivery_for
from portal.notifications.models import Notification
from portal.trials import jobs
from portal.trials.models import Mark, Standing, Tester, TesterState, Trial
from portal.trials.rules.kinds import TESTER
from portal.trials.services import choosing, offers, spreading, standing, testing
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make
from tests.trials.lives import accepted, offered, parcel, send, substitutes, told

PAUSE = 0.3


def _unheld(member_ids: Any) -> dict[str, Standing]:
    """What was true a moment ago."""
    found = {}
    for member_id in member_ids:
        insert_once(Standing, member_id=member_id)
        found[member_id] = db.session.get_one(Standing, member_id, populate_existing=True)
    return found


def publish(trial_id: str, staff_id: str, guarded: bool) -> str:
    """Tell the result, taking time between looking at somebody and writing them down."""
    look = standing._refusal

    def slowly(*args: Any) -> Any:
        answer = look(*args)
        time.sleep(PAUSE)
        return answer

    with ExitStack() as stack:
        stack.enter_context(patch.object(standing, "_refusal", slowly))
        if not guarded:
            stack.enter_context(patch.object(standing, "hold", _unheld))
        try:
            with transaction():
                trial = db.session.get_one(Trial, trial_id)
                return str(choosing.publish(trial, by=viewer_of(staff_id)))
        except DBAPIError as error:
            return f"failed: {type(error).__name__}"


def told_at_once(house: House, people: Make, guarded: bool) -> list[str]:
    """Two trials in which the same four are picked, and four others wait; returns who was asked twice."""
    trials = [people.trial("frozen", seats=4) for _one in range(2)]
    members = [people.member() for _one in range(4)]
    for member in members:
        people.standing(member)
    for trial in trials:
        for member in members if trial is trials[0] else reversed(members):
            people.application(trial, member, decision="picked")
        substitutes(people, trial, 4)
    staff = people.staff("manager").id
    answers = at_once(house, publish, [(trial.id, staff, guarded) for trial in trials])
    wins = Counter(_asked([trial.id for trial in trials]))
    assert not guarded or (answers == ["4", "4"] and sum(wins.values()) == 8)
    return [member_id for member_id, number in wins.items() if number > 1]


def test_two_trials_told_at_once_choose_nobody_twice(house: House, people: Make) -> None:
    assert told_at_once(house, people, guarded=True) == []


def test_without_the_lock_they_would(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice. On SQLite all writers stand in one line anyway."""
    twice = any(told_at_once(house, people, guarded=False) for _try in tries(house))
    assert twice == (house.kind == "postgresql")


def _asked(trial_ids: list[str]) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Tester.member_id).where(Tester.trial_id.in_(trial_ids))))


def give_away(trial_id: str, staff_id: str, guarded: bool) -> str:
    """Free places go to who is next, taking time over each."""
    look = standing._refusal

    def slowly(*args: Any) -> Any:
        answer = look(*args)
        time.sleep(PAUSE)
        return answer

    with ExitStack() as stack:
        stack.enter_context(patch.object(standing, "_refusal", slowly))
        if not guarded:
            stack.enter_context(patch.object(offers, "hold_substitutes", lambda _trial, _others=(): None))
        try:
            with transaction():
                trial = db.session.get_one(Trial, trial_id)
                return str(offers.offer_free(trial, by=viewer_of(staff_id)))
        except DBAPIError as error:
            return f"failed: {type(error).__name__}"


def given_at_once(house: House, people: Make, guarded: bool) -> list[str]:
    """Two trials with two free places each, and the same people in line, in one the other way round."""
    trials = [people.trial("chosen", seats=2) for _one in range(2)]
    members = [people.member() for _one in range(5)]
    for member in members:
        people.standing(member)
    for trial in trials:
        for member in members if trial is trials[0] else [*reversed(members[:2]), *members[2:]]:
            people.application(trial, member, decision="substitute")
    staff = people.staff("manager").id
    answers = at_once(house, give_away, [(trial.id, staff, guarded) for trial in trials])
    asked = _asked([trial.id for trial in trials])
    assert len(asked) == len(set(asked))
    return answers


def test_two_trials_with_the_same_line_give_places_at_once(house: House, people: Make) -> None:
    """Those who are next are held by member, whatever their places: nobody waits for one who waits for them."""
    assert given_at_once(house, people, guarded=True) == ["2", "2"]


def test_held_one_by_one_they_would_wait_for_each_other(house: House, people: Make) -> None:
    """The switch."""
    right = all(given_at_once(house, people, guarded=False) == ["2", "2"] for _try in tries(house))
    assert right == (house.kind == "sqlite")


def leave(tester_id: str, guarded: bool) -> str:
    """Somebody says no, and the house takes its time to find who is next."""
    find = offers._next

    def slowly(*args: Any) -> Any:
        found = find(*args)
        time.sleep(PAUSE)
        return found

    def unheld(trial_id: str) -> Trial:
        return db.session.get_one(Trial, trial_id, populate_existing=True)

    with ExitStack() as stack:
        stack.enter_context(patch.object(offers, "_next", slowly))
        if not guarded:
            stack.enter_context(patch.object(offers, "hold_trial", unheld))
            stack.enter_context(patch.object(standing, "hold", _unheld))
        try:
            with transaction():
                tester = db.session.get_one(Tester, tester_id)
                return offers.decline(tester, by=viewer_of(tester.member_id)).state.value
        except DBAPIError as error:
            return f"failed: {type(error).__name__}"


def tries(house: House) -> range:
    """Without its guard a race goes wrong sooner or later; on SQLite never, since all writers stand in one line."""
    return range(3 if house.kind == "sqlite" else 20)


def both_leave(house: House, people: Make, guarded: bool) -> bool:
    """Two say no at once, three wait; whether the first two of them were asked, and nobody else."""
    trial = people.trial("chosen", seats=2)
    testers = [offered(people, trial) for _one in range(2)]
    waiting = [one.member_id for one in substitutes(people, trial, 3)]
    with transaction():
        standing.hold(waiting)
    answers = at_once(house, leave, [(tester.id, guarded) for tester in testers])
    asked = set(_asked([trial.id])) - {tester.member_id for tester in testers}
    return answers == ["declined", "declined"] and asked == set(waiting[:2])


def test_two_say_no_at_once_and_the_next_two_are_asked(house: House, people: Make) -> None:
    assert both_leave(house, people, guarded=True)


def test_without_the_trials_row_they_would_not_be(house: House, people: Make) -> None:
    """The switch."""
    right = all(both_leave(house, people, guarded=False) for _try in tries(house))
    assert right == (house.kind == "sqlite")


def sweep() -> None:
    jobs.look_at_testers()
    jobs.end_trials()


def test_two_workers_let_one_offer_lapse_once(house: House, people: Make) -> None:
    trial = people.trial("chosen", seats=1)
    tester = offered(people, trial)
    first, second = substitutes(people, trial, 2)
    with transaction():
        late = db.session.get_one(Tester, tester.id)
        late.accept_until = late.next_at = clock.now() - timedelta(minutes=1)
    at_once(house, sweep, [(), (), ()])
    assert sorted(_asked([trial.id])) == sorted([tester.member_id, first.member_id])
    assert (told(first.member_id), told(second.member_id)) == (["chosen"], [])


def test_two_workers_miss_a_report_once(house: House, people: Make) -> None:
    tester = accepted(people)
    with transaction():
        late = db.session.get_one(Tester, tester.id)
        late.due_at, late.next_at = clock.now() - timedelta(days=4), clock.now()
    at_once(house, sweep, [(), (), ()])
    db.session.rollback()
    marks = sa.select(sa.func.count()).select_from(Mark).where(Mark.tester_id == tester.id)
    assert db.session.scalar(marks) == 1
    assert told(tester.member_id).count("missing") == 1


def answer(tester_id: str, verb: str) -> str:
    verbs: dict[str, Callable[..., Tester]] = {"accept": offers.accept, "decline": offers.decline}

    def say() -> str:
        with transaction():
            tester = db.session.get_one(Tester, tester_id)
            return verbs[verb](tester, by=viewer_of(tester.member_id)).state.value

    return str(outcome(say))


def test_yes_and_no_at_once_are_one_of_both(house: House, people: Make) -> None:
    trial = people.trial("chosen", seats=1)
    tester = offered(people, trial)
    substitutes(people, trial, 1)
    answers = at_once(house, answer, [(tester.id, verb) for verb in ("accept", "decline", "accept")])
    db.session.rollback()
    state = db.session.get_one(Tester, tester.id).state
    sent = delivery_for(TESTER, tester.id)
    assert (state is TesterState.ACCEPTED) == (sent is not None)
    assert len(_asked([trial.id])) == (1 if sent else 2)
    expected = {"accepted", "Conflict"} if sent else {"declined", "Conflict"}
    assert set(answers) == expected


def arrive(tester_id: str, staff_id: str) -> str:
    def say() -> str:
        with transaction():
            return str(deliveries.confirm_received(parcel(_tester(tester_id)), by=viewer_of(staff_id)))

    return str(outcome(say))


def excuse(tester_id: str, staff_id: str) -> str:
    def say() -> str:
        with transaction():
            return testing.excuse(_tester(tester_id), "住院了", by=viewer_of(staff_id)).state.value

    return str(outcome(say))


def _tester(tester_id: str) -> Tester:
    return db.session.get_one(Tester, tester_id)


def test_a_parcel_arrives_while_staff_excuse(house: House, people: Make) -> None:
    """Both hold the parcel before the trial: nobody waits for one who waits for them."""
    staff = people.staff("manager").id
    testers = [accepted(people) for _one in range(4)]
    for tester in testers:
        send(people, tester, viewer_of(staff))
    for tester in testers:
        answers = at_once(house, both, [(deed, tester.id, staff) for deed in ("arrive", "excuse") * 2])
        assert set(answers) <= {"True", "False", "excused"}
        db.session.rollback()
        assert _tester(tester.id).state is TesterState.EXCUSED


def both(deed: str, tester_id: str, staff_id: str) -> str:
    return {"arrive": arrive, "excuse": excuse}[deed](tester_id, staff_id)


def tell(guarded: bool) -> None:
    """A worker tells in steps of two, as fast as it goes."""

    def unheld(trial_id: str) -> Trial:
        return db.session.get_one(Trial, trial_id, populate_existing=True)

    with ExitStack() as stack:
        stack.enter_context(patch.object(jobs, "TOLD", 2))
        if not guarded:
            stack.enter_context(patch.object(spreading, "hold_trial", unheld))
        jobs.tell_everybody()


def told_by_three_workers(house: House, people: Make, guarded: bool) -> set[int]:
    """How often somebody heard it, of ten who got no place."""
    trial = people.trial("frozen", seats=1)
    people.application(trial, decision="picked")
    for _one in range(10):
        people.application(trial)
    with transaction():
        choosing.publish(trial, by=viewer_of(people.staff("manager").id))
    at_once(house, tell, [(guarded,)] * 3)
    db.session.rollback()
    group = f"trial:{trial.id}:not_chosen"
    counts = list(db.session.scalars(sa.select(Notification.count).where(Notification.group_key == group)))
    assert len(counts) == 10
    return set(counts)


def test_three_workers_tell_everybody_once(house: House, people: Make) -> None:
    assert told_by_three_workers(house, people, guarded=True) == {1}


def test_without_the_lock_some_would_hear_it_twice(house: House, people: Make) -> None:
    """The switch."""
    once = all(told_by_three_workers(house, people, guarded=False) == {1} for _try in tries(house))
    assert once == (house.kind == "sqlite")
