"""Applications stand still once they are closed: who is out after all, and what the house knows of the others, is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.trials.models import Application, Tester, TesterState, Trial
from portal.trials.queries.knowledge import Known, known_of
from portal.trials.queries.places import gets_it
from portal.trials.rules.eligibility import barred
from portal.trials.services.applying import hold_applications
from portal.trials.services.holding import hold_trial

_AT_ONCE = 500
#: how it ends for who had it at home
_HAD_IT = (TesterState.REPORTED, TesterState.MISSING)


def due(limit: int) -> list[str]:
    """Trials that closed and do not stand still yet, the longest closed first."""
    statement = sa.select(Trial.id).where(
        Trial.published_at.is_not(None),
        Trial.cancelled_at.is_(None),
        Trial.frozen_at.is_(None),
        Trial.closes_at <= clock.now(),
    )
    return list(db.session.scalars(statement.order_by(Trial.closes_at, Trial.id).limit(limit)))


def freeze(trial_id: str) -> Trial:
    """The conditions are asked once more, the parts of the score fixed, newcomers marked. What is frozen stays, and what is not
    due is left alone."""
    hold_applications(trial_id, closing=True)
    trial, now = hold_trial(trial_id), clock.now()
    seen = trial.published_at is not None and trial.cancelled_at is None
    if trial.frozen_at is not None or not seen or trial.closes_at > now:
        return trial
    after = ""
    while batch := _next(trial.id, after):
        _fix(trial, batch)
        after = batch[-1].id
    trial.frozen_at = now
    trial.version += 1
    db.session.flush()
    return trial


# ------------------------------------------------------------------ inside


def _next(trial_id: str, after: str) -> list[Application]:
    there = sa.select(Application).where(
        Application.trial_id == trial_id, Application.id > after, Application.withdrawn_at.is_(None)
    )
    ordered = there.order_by(Application.id).limit(_AT_ONCE).execution_options(populate_existing=True)
    return list(db.session.scalars(ordered))


def _fix(trial: Trial, batch: Sequence[Application]) -> None:
    ids = [one.member_id for one in batch]
    known, tested = known_of(ids, trial), _who_tested(ids)
    for one in batch:
        of = known[one.member_id]
        one.barred = _reason(trial, one, of)
        one.newcomer = one.member_id not in tested
        one.category, one.leadership = of.parts.category, of.parts.leadership
        one.reliability = of.parts.reliability
        one.version += 1
    db.session.flush()


def _reason(trial: Trial, application: Application, known: Known) -> str:
    reason = barred(trial, replace(known.applicant, region=application.region), clock.now())
    return reason.value if reason is not None else ""


def _who_tested(member_ids: Sequence[str]) -> set[str]:
    """What is tried arrived at their home, or is on its way; who was offered a seat, and even took it, has not tested yet."""
    had_it = sa.or_(Tester.state.in_(_HAD_IT), gets_it())
    theirs = sa.select(Tester.member_id).where(Tester.member_id.in_(member_ids), had_it)
    return set(db.session.scalars(theirs))
