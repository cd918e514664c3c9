"""The demo's trial that is under way: a report is due in some days, a parcel is on its way, somebody was asked just now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portal.accounts.queries import member_by_email, viewer_of
from portal.core import clock
from portal.core.db import db
from portal.deliveries import services as deliveries
from portal.deliveries.models import Delivery
from portal.deliveries.queries import delivery_for
from portal.trials.demo_ended import ADDRESS, DAY
from portal.trials.models import Tester, TesterState, Trial
from portal.trials.rules.kinds import TESTER
from portal.trials.services import offers, picking, testing

if TYPE_CHECKING:
    from portal.trials.demo import Cast

#: whose report is due next, so that one sees the clock of a tester
COCO = "coco@demo.example"
#: to how many it was sent, and at how many homes it arrived; in the order in which they were asked
SENT, ARRIVED = 4, 3


def load(cast: Cast, trial: Trial) -> None:
    """From the choice to today, each thing in its time: somebody said no, one parcel is on its way, and the last of them had to give
    up, so that a substitute was asked this morning."""
    from portal.demo import trials as t  # only the demo reads its words

    told, testers = trial.closes_at + 2 * DAY, _choose(cast, trial)
    for number, tester in enumerate(testers):
        with clock.travel(told + (number + 2) * timedelta(hours=3)):
            offers.accept(tester, by=viewer_of(tester.member_id))
            _say_where(tester)
    for number, tester in enumerate(testers[:SENT]):
        with clock.travel(told + 2 * DAY if number < ARRIVED else cast.now - DAY):
            deliveries.ship(_parcel(tester), "顺丰", f"SF14000000{number:02}", by=cast.manager)
    for number, tester in enumerate(testers[:ARRIVED]):
        with clock.travel(told + 5 * DAY + number * timedelta(hours=2)):
            deliveries.confirm_received(_parcel(tester), by=viewer_of(tester.member_id))
    with clock.travel(cast.now - 2 * DAY):
        testing.extend(testers[1], by=viewer_of(testers[1].member_id))
    with clock.travel(cast.now - timedelta(hours=5)):
        testing.excuse(testers[-1], t.MOVED, by=cast.manager)


# ------------------------------------------------------------------ inside


def _choose(cast: Cast, trial: Trial) -> list[Tester]:
    """All seats by hand, and whoever is left as substitutes; one of them says no at once. The demo's tester comes first."""
    from portal.trials.demo import ranked, tell_result, try_to_pick

    hers = member_by_email(COCO).id
    best = sorted(ranked(trial), key=lambda one: one.member_id != hers)
    with clock.travel(trial.closes_at + DAY):
        for one in best[: trial.seats]:
            try_to_pick(cast, trial, one)
        for one in ranked(trial):
            picking.keep_as_substitute(trial, one.id, version=one.version, by=cast.manager)
    with clock.travel(trial.closes_at + 2 * DAY):
        tell_result(cast, trial)
        no = _asked(trial, hers)[-1]
        offers.decline(no, by=viewer_of(no.member_id))
    return _asked(trial, hers)


def _asked(trial: Trial, first: str) -> list[Tester]:
    theirs = sa.select(Tester).where(Tester.trial_id == trial.id, Tester.state == TesterState.OFFERED)
    return sorted(db.session.scalars(theirs.order_by(Tester.id)), key=lambda one: one.member_id != first)


def _say_where(tester: Tester) -> None:
    me = viewer_of(tester.member_id)
    deliveries.give_address(_parcel(tester), me.display_name, "13900000000", ADDRESS, by=me)


def _parcel(tester: Tester) -> Delivery:
    found = delivery_for(TESTER, tester.id)
    assert found is not None, "it is asked for with the yes"
    return found
