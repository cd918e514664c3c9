"""The result is told: whoever was picked is offered a seat; the worker tells everybody else that it went to others, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.draw.queries import find_draw
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.membership.queries.access import tiers_of
from portal.trials.models import Application, Decision, Tester, Trial
from portal.trials.queries.tally import Tally, could_be_chosen, tally_of
from portal.trials.rules.fairness import Applied, count_groups
from portal.trials.rules.kinds import TRIAL
from portal.trials.services import offers, spreading
from portal.trials.services.newcomers import what_they_miss
from portal.trials.services.picking import hold_choosing

#: members asked about in one statement: it has two values for each, and databases allow a limited number
_AT_ONCE = 500


def publish(trial: Trial, *, by: Viewer) -> int:
    """Offer every seat; returns how many seats are offered. The others hear of it in steps (``spreading``). It cannot be
    taken back. Audited.

    Whom something stands in the way of by now (a win elsewhere, a break) leaves the seat to a substitute. Raises Conflict
    while a frozen list is not drawn, nobody is picked, or first timers do not have their share.
    """
    held = hold_choosing(trial, by)
    _must_be_decided(held, tally_of(held))
    held.chosen_at = clock.now()
    db.session.flush()
    offers.hold_substitutes(held)
    for one in _picked(held):
        offers.offer(held, one)
    offers.refill(held)
    seated, everybody = _seated(held), _everybody(held)
    held.fairness = _groups(everybody, seated)
    audit.record("trial.chosen", by=by, target_kind=TRIAL, target_id=held.id, seats=len(seated))
    spreading.begin(held, sum(one.id not in seated for one in everybody))
    return len(seated)


def what_is_missing(trial: Trial, tally: Tally) -> str:
    """A sentence on what has to be done before the result can be told; empty when nothing. One query."""
    draw = find_draw(TRIAL, trial.id)
    is_drawn = draw is not None and draw.drawn_at is not None
    if draw is not None and draw.frozen_at is not None and not is_drawn:
        return _("The list of the draw is frozen: draw first.")
    if not tally.picked:
        return _("Nobody is picked yet.")
    return "" if is_drawn else what_they_miss(tally)  # a list freezes with enough of them


# ------------------------------------------------------------------ inside


def _must_be_decided(held: Trial, tally: Tally) -> None:
    if missing := what_is_missing(held, tally):
        raise Conflict(missing)


def _picked(held: Trial) -> list[Application]:
    """By member, in the order in which everything of several members is held. Who left since gives the seat to others."""
    theirs = sa.select(Application).where(
        Application.trial_id == held.id,
        Application.decision == Decision.PICKED,
        could_be_chosen(),
    )
    fresh = theirs.order_by(Application.member_id).with_for_update()
    return list(db.session.scalars(fresh.execution_options(populate_existing=True)))


def _seated(held: Trial) -> set[str]:
    """The applications that a seat is offered to."""
    return set(db.session.scalars(sa.select(Tester.application_id).where(Tester.trial_id == held.id)))


class _Summary(NamedTuple):
    """What of an application is told of in groups: a hundred thousand of them fit into memory without their answers."""

    id: str
    member_id: str
    newcomer: bool
    region: str
    barred: str


def _everybody(held: Trial) -> list[_Summary]:
    columns = [getattr(Application, name) for name in _Summary._fields]
    there = sa.select(*columns).where(Application.trial_id == held.id, Application.withdrawn_at.is_(None))
    return [_Summary(*row) for row in db.session.execute(there)]


def _groups(everybody: list[_Summary], seated: set[str]) -> dict[str, object]:
    """Who applied and was chosen, in three ways to look at it; kept as it is now, whoever leaves later."""
    tiers = _best_tiers([one.member_id for one in everybody])

    def told(group_of: Callable[[_Summary], str]) -> list[dict[str, object]]:
        return count_groups(
            Applied(group_of(one), eligible=one.barred == "" or one.id in seated, picked=one.id in seated)
            for one in everybody
        )

    return {
        "experience": told(lambda one: "newcomer" if one.newcomer else "tested"),
        "region": told(lambda one: one.region),
        "tier": told(lambda one: tiers.get(one.member_id, "")),
    }


def _best_tiers(member_ids: Sequence[str]) -> dict[str, str]:
    """The id of each member's best tier; who has none is left out. Two queries for each 500 members."""
    found: dict[str, str] = {}
    for start in range(0, len(member_ids), _AT_ONCE):
        some = tiers_of(member_ids[start : start + _AT_ONCE])
        found |= {member_id: tiers[0].id for member_id, tiers in some.items()}
    return found
