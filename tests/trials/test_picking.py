"""Staff choose by hand: seats, regions, first timers and nominations hold, and nobody overtakes a colleague."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.trials.models import Application, Decision, Trial, Way
from portal.trials.queries.tally import tally_of
from portal.trials.services import choosing, picking
from tests.make import Make
from tests.trials.lives import act, fresh, frozen_list, manager


@pytest.fixture
def trial(make: Make) -> Any:
    """Ten seats, two of them for first timers, at most three for a region."""
    return make.trial("frozen", seats=10, region_most=3)


def apply(make: Make, trial: Trial, number: int, **facts: Any) -> list[Application]:
    known = {"newcomer": False, "region": "杭州"}
    return [make.application(trial, **(known | facts)) for _one in range(number)]


def picked(trial: Trial, one: Application, by: Any) -> None:
    act(picking.pick, trial, one.id, version=fresh(one).version, by=by)


def test_a_pick_its_undo_and_what_is_written_down(make: Make, trial: Trial) -> None:
    [one], by = apply(make, trial, 1), manager(make)
    _one, left = act(picking.pick, trial, one.id, version=1, by=by, reason="  背得\n 多 ")
    found = fresh(one)
    assert (found.decision, found.way, found.decided_by, found.version) == (
        Decision.PICKED,
        Way.HAND,
        by.id,
        2,
    )
    assert found.reason == "背得 多" and left == 9
    act(picking.reopen, trial, one.id, version=2, by=by)
    found = fresh(one)
    assert (found.decision, found.way, found.reason, found.decided_by) == (Decision.OPEN, None, "", None)
    acts = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_id == one.id))
    assert sorted(acts) == ["trial.picked", "trial.reopened"]


def test_who_was_slower_hears_of_it(make: Make, trial: Trial) -> None:
    [one], mine, theirs = apply(make, trial, 1), manager(make), manager(make)
    act(picking.skip, trial, one.id, version=1, by=theirs)
    with pytest.raises(Conflict):
        act(picking.pick, trial, one.id, version=1, by=mine)
    with pytest.raises(Conflict):
        act(picking.reopen, trial, one.id, version=1, by=mine)
    act(picking.reopen, trial, one.id, version=2, by=mine)
    act(picking.reopen, trial, one.id, version=2, by=mine)
    assert fresh(one).version == 3, "twice is once"


def test_seats_regions_and_the_share_of_first_timers_hold(make: Make, trial: Trial) -> None:
    by = manager(make)
    for one in apply(make, trial, 3):
        picked(trial, one, by)
    [fourth] = apply(make, trial, 1)
    with pytest.raises(Conflict, match="杭州"):
        picked(trial, fourth, by)
    for region in ("成都", "西安"):
        for one in apply(make, trial, 2, region=region):
            picked(trial, one, by)
    new_ones = apply(make, trial, 4, region="广州", newcomer=True)
    [eighth] = apply(make, trial, 1, region="苏州")
    picked(trial, eighth, by)
    [ninth] = apply(make, trial, 1, region="青岛")
    with pytest.raises(Conflict, match="never tested"):
        picked(trial, ninth, by)
    for one in new_ones[:2]:
        picked(trial, one, by)
    with pytest.raises(Conflict, match="All seats"):
        picked(trial, new_ones[2], by)


def test_skipping_first_timers_does_not_free_their_seats(make: Make) -> None:
    trial, by = make.trial("frozen", seats=2), manager(make)
    [new_one], old = apply(make, trial, 1, newcomer=True), apply(make, trial, 2)
    act(picking.skip, trial, new_one.id, version=1, by=by)
    picked(trial, old[0], by)
    with pytest.raises(Conflict, match="never tested"):
        picked(trial, old[1], by)


def test_others_leave_first_timers_their_room_in_a_region(make: Make) -> None:
    """Ten seats, two of them for first timers, three for a region: they all live in one, so one other fits in there."""
    trial, by = make.trial("frozen", seats=10, region_most=3), manager(make)
    new_ones = apply(make, trial, 4, newcomer=True, region="上海")
    others = apply(make, trial, 3, region="上海")
    picked(trial, others[0], by)
    assert (tally_of(trial).newcomers_wanted, tally_of(trial).newcomers_possible()) == (2, 2)
    with pytest.raises(Conflict, match="上海 has left is for people who never tested"):
        picked(trial, others[1], by)
    for one in new_ones[:2]:
        picked(trial, one, by)
    assert tally_of(fresh(trial)).newcomers_left == 0 and tally_of(trial).is_full("上海")


def test_seats_that_others_have_already_are_named(make: Make) -> None:
    """Graded later, or from before: what is promised stays, and staff read how to keep it."""
    trial, by = make.trial("frozen", seats=2, region_most=1), manager(make)
    apply(make, trial, 1, newcomer=True, region="成都")
    [other] = apply(make, trial, 1, region="成都", decision="picked")
    apply(make, trial, 1)
    for verb in (partial(act, choosing.publish), frozen_list):
        with pytest.raises(Conflict, match="take one of those picks back"):
            verb(trial, by=by)
    act(picking.reopen, trial, other.id, version=1, by=by)
    frozen_list(trial, by=by)


def test_first_timers_who_wait_for_grades_keep_their_seats(make: Make) -> None:
    """Ten seats and fifty ungraded first timers: ten others cannot have them all."""
    trial, by = make.trial("frozen", seats=10), manager(make)
    others = apply(make, trial, 10)
    waiting = apply(make, trial, 50, newcomer=True, graded=False)
    for one in others[:8]:
        picked(trial, one, by)
    tally = tally_of(trial)
    assert (tally.newcomers_wanted, tally.newcomers_left, tally.ungraded) == (2, 2, 50)
    first = "50 of them wait for two grades and can still reach the line: please grade first"
    with pytest.raises(Conflict, match=f"last 2 seats are for people who never tested. {first}"):
        picked(trial, others[8], by)
    for verb in (partial(act, choosing.publish), frozen_list):
        with pytest.raises(Conflict, match=first):
            verb(trial, by=by)
    graded = sa.update(Application).where(Application.id.in_([one.id for one in waiting]))
    db.session.execute(graded.values(grade=0, score=12))
    db.session.commit()
    assert tally_of(trial).newcomers_wanted == 0, "nobody of them reached the line"
    picked(trial, others[8], by)


def test_nothing_is_decided_about_who_waits_for_grades(make: Make) -> None:
    trial, by = make.trial("frozen", seats=5), manager(make)
    [waiting] = apply(make, trial, 1, graded=False)
    for verb in (picking.pick, picking.keep_as_substitute, picking.skip):
        with pytest.raises(Conflict, match="without knowing whose they are"):
            act(verb, trial, waiting.id, version=1, by=by)
    with pytest.raises(Conflict, match="without knowing whose they are"):
        act(picking.nominate, trial, waiting.id, "很会写", version=1, by=by)


def test_without_points_there_is_only_a_nomination(make: Make) -> None:
    trial, by = make.trial("frozen", seats=5), manager(make)
    hopeless = {"graded": False, "category": 0, "leadership": 0, "newcomer": True}
    [ungraded], [low] = apply(make, trial, 1, **hopeless), apply(make, trial, 1, score=12)
    for one in (ungraded, low):
        for verb in (picking.pick, picking.keep_as_substitute):
            with pytest.raises(Conflict, match="Below the line"):
                act(verb, trial, one.id, version=1, by=by)
    with pytest.raises(Invalid):
        act(picking.nominate, trial, ungraded.id, "  ", version=1, by=by)
    act(picking.nominate, trial, ungraded.id, "坐轮椅，想听她的意见", version=1, by=by)
    assert (fresh(ungraded).way, fresh(ungraded).reason) == (Way.NOMINATED, "坐轮椅，想听她的意见")
    with pytest.raises(Conflict, match="one seat in five"):
        act(picking.nominate, trial, low.id, "也很好", version=1, by=by)


def test_substitutes_move_up(make: Make, trial: Trial) -> None:
    rows, by = apply(make, trial, 3), manager(make)
    for one in rows:
        act(picking.keep_as_substitute, trial, one.id, version=1, by=by)
    act(picking.reopen, trial, rows[0].id, version=2, by=by)
    assert [fresh(one).place for one in rows] == [None, 1, 2]


def test_what_cannot_be_chosen(make: Make, trial: Trial) -> None:
    by, other = manager(make), make.trial("frozen")
    [foreign] = apply(make, other, 1)
    with pytest.raises(NotFound):
        act(picking.pick, trial, foreign.id, version=1, by=by)
    [gone], [barred] = (
        apply(make, trial, 1, withdrawn_at=trial.closes_at),
        apply(make, trial, 1, barred="won"),
    )
    for one in (gone, barred):
        with pytest.raises(Conflict):
            act(picking.pick, trial, one.id, version=1, by=by)
    [left] = apply(make, trial, 1, withdrawn_at=trial.closes_at, decision="skipped")
    with pytest.raises(Conflict, match="took their application back"):
        act(picking.reopen, trial, left.id, version=1, by=by)
    [fine] = apply(make, trial, 1)
    with pytest.raises(NotAllowed):
        act(picking.pick, trial, fine.id, version=1, by=viewer_of(make.staff("moderator").id))
    for phase in ("open", "closed", "chosen"):
        wrong = make.trial(phase)
        [one] = apply(make, wrong, 1)
        with pytest.raises(Conflict):
            act(picking.pick, wrong, one.id, version=1, by=by)


def test_the_tally_counts_who_could_be_chosen(make: Make, trial: Trial) -> None:
    apply(make, trial, 4, newcomer=True)
    apply(make, trial, 2, region="成都", kin=True, decision="picked")
    apply(make, trial, 1, score=5)
    apply(make, trial, 1, graded=False)
    apply(make, trial, 1, decision="substitute")
    apply(make, trial, 1, decision="skipped")
    apply(make, trial, 1, barred="won")
    apply(make, trial, 1, withdrawn_at=trial.closes_at)
    teller = apply(make, trial, 1)[0]
    make.story(author=db.session.get(Member, teller.member_id))
    found = tally_of(trial)
    counted = (found.review, found.newcomers, found.fresh, found.picked, found.picked_kin, found.others)
    assert counted == (5, 4, 1, 2, 2, 1)
    assert (found.figure("review"), found.figure("review", "杭州"), found.figure("picked", "成都")) == (
        5,
        5,
        2,
    )
    assert (found.substitutes, found.skipped, found.ungraded) == (1, 1, 1)
    assert [(one.name, one.picked) for one in found.regions] == [("成都", 2), ("杭州", 0)]
