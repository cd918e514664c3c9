"""A whole trial by clock travel: 431 apply, 12 test, one says no, one says nothing, 10 report in time, 1 with more time, 1 never."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.catalog.models import Credit, Product, ProductVersion
from portal.core import clock
from portal.core.db import db, transaction
from portal.deliveries import services as deliveries
from portal.trials import jobs
from portal.trials.models import Answer, Application, Decision, Suggestion, Tester, Trial, Way
from portal.trials.queries.grading import desk
from portal.trials.queries.reports import changes_of
from portal.trials.queries.tally import tally_of
from portal.trials.queries.testers import reliance_of
from portal.trials.rules.phases import Phase, phase_of
from portal.trials.rules.scores import GRADES
from portal.trials.services import answering, applying, choosing, grading, offers, picking, testing
from tests.client import PortalClient
from tests.factories.deliveries import ADDRESS
from tests.make import Make
from tests.trials.lives import (
    act,
    by,
    drawn_with,
    fresh,
    frozen_list,
    manager,
    marks,
    parcel,
    states,
    told,
    worker_at,
)
from tests.trials.reporting import handed_in

APPLICANTS, TESTED_BEFORE, SEATS, BY_HAND = 431, 40, 12, 7
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CITIES = ("杭州", "上海", "成都", "西安", "广州", "北京", "武汉", "苏州")


class Whole:
    """One trial on its way; every step leaves the clock where it is, the steps say when they happen."""

    def __init__(self, make: Make) -> None:
        self.make, self.staff = make, manager(make)
        self.product: Product = make.product()
        rules = {"seats": SEATS, "region_most": 3, "newcomer_percent": 25, "product": self.product}
        self.trial: Trial = make.trial("open", **rules)

    def apply(self) -> None:
        """Each for themselves; some have tested before, long ago and not all in time."""
        long_ago = clock.now() - 300 * DAY
        with transaction():
            old = self.make.trial("chosen", seats=TESTED_BEFORE, opens_at=long_ago)
            for number in range(APPLICANTS):
                member = self.make.member(joined_at=clock.now() - 5 * 365 * DAY)
                if number < TESTED_BEFORE:
                    before = self.make.application(old, member, decision="picked")
                    kind = "on_time" if number % 4 else "missing"
                    self.make.mark(self.make.tester(before, state="reported"), kind, at=long_ago)
                said = {"1": f"第 {number} 个回答", "2": "会写真话。"}
                region = CITIES[number % len(CITIES)]
                applying.apply(self.trial, said, region=region, by=viewer_of(member.id))

    def grade(self) -> None:
        """Two colleagues, who see answers alone, until nothing waits for them."""
        for role in ("moderator", "manager"):
            colleague = viewer_of(self.make.staff(role).id)
            with transaction():
                while (sheet := desk(self.trial, colleague.id).sheet) is not None:
                    points = GRADES[int(sheet.answers["1"].split()[1]) % len(GRADES)]
                    grading.grade(self.trial, sheet.id, points, by=colleague)

    def pick(self) -> None:
        """The best by hand, as far as seats for others and regions allow; two are kept as substitutes."""
        for one in self._best():
            if tally_of(fresh(self.trial)).picked == BY_HAND:
                break
            if not tally_of(fresh(self.trial)).is_full(one.region):
                act(picking.pick, self.trial, one.id, version=one.version, by=self.staff)
        for one in self._best()[:2]:
            act(picking.keep_as_substitute, self.trial, one.id, version=one.version, by=self.staff)

    def draw(self) -> None:
        """The list closes a day before the value is published."""
        frozen_list(self.trial, by=self.staff)
        drawn_with(self.trial, "03 11 17 22 29 31 + 08", by=self.staff)

    def testers(self) -> list[Tester]:
        """In the order in which they were asked."""
        theirs = sa.select(Tester).where(Tester.trial_id == self.trial.id)
        fresh_ones = theirs.order_by(Tester.offered_at, Tester.id).execution_options(populate_existing=True)
        return list(db.session.scalars(fresh_ones))

    def applications(self, decision: Decision | None = None) -> list[Application]:
        theirs = sa.select(Application).where(Application.trial_id == self.trial.id)
        if decision is not None:
            theirs = theirs.where(Application.decision == decision)
        return list(db.session.scalars(theirs.execution_options(populate_existing=True)))

    def _best(self) -> list[Application]:
        waiting = [
            one for one in self.applications(Decision.OPEN) if one.score is not None and not one.newcomer
        ]
        return sorted(waiting, key=lambda one: (-(one.score or 0), one.id))


@pytest.fixture
def whole(make: Make) -> Whole:
    return Whole(make)


def test_from_431_applications_to_a_better_bag(whole: Whole, make: Make, client: PortalClient) -> None:
    whole.apply()
    closes, chosen = whole.trial.closes_at, whole.trial.closes_at + 2 * DAY
    with clock.travel(closes + MINUTE):
        jobs.freeze_applications()
        _everybody_stands_still(whole)
        whole.grade()
        whole.pick()
        whole.draw()
    with clock.travel(chosen):
        act(choosing.publish, whole.trial, by=whole.staff)
        jobs.tell_everybody()
        _twelve_are_asked(whole)
        silent = _all_but_one_answer(whole)
    with worker_at(chosen + 48 * timedelta(hours=1)):
        _another_is_asked(whole, silent)
        on_the_road = _send_everything(whole)
    due = _receive(whole, on_the_road, chosen + 4 * DAY)
    _report(whole, on_the_road, due)
    _answer(whole, due + 8 * DAY)
    assert "扣子松一点。" in client.get(f"/products/{whole.product.slug}").get_data(as_text=True)


# ------------------------------------------------------------------ what is true after each step


def _everybody_stands_still(whole: Whole) -> None:
    applications = whole.applications()
    assert len(applications) == APPLICANTS
    assert phase_of(fresh(whole.trial), clock.now()) is Phase.PICKING
    assert sum(not one.newcomer for one in applications) == TESTED_BEFORE
    assert {one.reliability for one in applications if one.newcomer} == {67}


def _twelve_are_asked(whole: Whole) -> None:
    picked = whole.applications(Decision.PICKED)
    assert len(picked) == len(whole.testers()) == SEATS
    assert Counter(one.way for one in picked) == {Way.HAND: BY_HAND, Way.DRAW: SEATS - BY_HAND}
    assert sum(one.newcomer for one in picked) >= 3
    assert max(Counter(one.region for one in picked).values()) <= 3
    told_now = Counter(told(one.member_id)[-1] for one in whole.applications())
    assert told_now == {"chosen": SEATS, "not_chosen": APPLICANTS - SEATS}


def _all_but_one_answer(whole: Whole) -> Tester:
    """The first says no, and who is asked instead yes; the last says nothing and is returned."""
    asked = whole.testers()
    act(offers.decline, asked[0], by=by(asked[0]))
    silent = asked[-1]
    for tester in whole.testers():
        if tester.id not in (asked[0].id, silent.id):
            act(offers.accept, tester, by=by(tester))
    assert Counter(states(whole.trial)) == {"accepted": 11, "declined": 1, "offered": 1}
    return silent


def _another_is_asked(whole: Whole, silent: Tester) -> None:
    [late] = [one for one in whole.testers() if one.state.value == "offered"]
    assert (fresh(silent).state.value, told(silent.member_id)[-1]) == ("lapsed", "lapsed")
    act(offers.accept, late, by=by(late))
    assert Counter(states(whole.trial)) == {"accepted": SEATS, "declined": 1, "lapsed": 1}
    _kept_ones_came_first(whole)


def _kept_ones_came_first(whole: Whole) -> None:
    """Whom staff kept stood before who was drawn: they still wait only where their region is full, or newcomers were owed."""
    here = {one.application_id for one in whole.testers() if one.state.value == "accepted"}
    sitting = [one for one in whole.applications() if one.id in here]
    regions, owed = Counter(one.region for one in sitting), sum(one.newcomer for one in sitting) == 3
    kept = [one for one in whole.applications(Decision.SUBSTITUTE) if (one.place or 0) <= 2]
    assert all(owed or regions[one.region] == 3 for one in kept)


def _send_everything(whole: Whole) -> list[Tester]:
    takes_part = [one for one in whole.testers() if one.state.value == "accepted"]
    for tester in takes_part:
        act(deliveries.give_address, parcel(tester), "小满", "13900001234", ADDRESS, by=by(tester))
        act(deliveries.ship, parcel(tester), "顺丰", "SF100", by=whole.staff)
    return takes_part


def _receive(whole: Whole, testers: list[Tester], moment: datetime) -> datetime:
    """All on one day; returns when their reports are due."""
    with clock.travel(moment):
        for tester in testers:
            act(deliveries.confirm_received, parcel(tester), by=by(tester))
            assert (parcel(tester).name, parcel(tester).address) == ("", "")
    [due] = {fresh(tester).due_at for tester in testers}
    assert due is not None
    return due


def _report(whole: Whole, testers: list[Tester], due: datetime) -> None:
    *in_time, slow, missing = testers
    before = reliance_of(in_time[0].member_id).points, reliance_of(missing.member_id).points
    with worker_at(due - DAY):
        for tester in in_time:
            handed_in(whole.make, tester)
        act(testing.extend, slow, by=by(slow))
    with worker_at(due + 6 * DAY):
        handed_in(whole.make, slow)
        assert [marks(one.member_id)[-1] for one in (*in_time, slow, missing)] == ["on_time"] * 11 + [
            "missing"
        ]
        assert reliance_of(in_time[0].member_id).points > before[0]
        assert reliance_of(missing.member_id).points < before[1]
        assert phase_of(fresh(whole.trial), clock.now()) is Phase.TESTING
    with worker_at(due + 7 * DAY):
        assert phase_of(fresh(whole.trial), clock.now()) is Phase.ENDED
        assert Counter(states(whole.trial)) >= Counter(
            {"reported": 11, "missing": 1, "declined": 1, "lapsed": 1}
        )


def _answer(whole: Whole, moment: datetime) -> None:
    """One suggestion is in the next version, the others are declined with a reason."""
    with clock.travel(moment):
        version: ProductVersion = whole.make.version(whole.product, label="2.0")
        waiting = db.session.scalars(sa.select(Suggestion).order_by(Suggestion.due_at, Suggestion.id)).all()
        assert len(waiting) == 22
        act(answering.adopt, waiting[0], version, reply="2.0 换了磁扣。", by=whole.staff)
        for one in waiting[1:]:
            act(answering.decline, one, reply="这会让包变重。", by=whole.staff)
        [credit] = db.session.scalars(sa.select(Credit)).all()
        assert (credit.version_id, credit.product_id) == (version.id, whole.product.id)
        assert [one.suggestion.id for one in changes_of(whole.product.id, None)] == [waiting[0].id]
        left = sa.select(sa.func.count()).where(Suggestion.answer == Answer.OPEN)
        assert db.session.scalar(left) == 0
