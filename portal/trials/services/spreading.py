"""Everybody who applied hears how it ended: staff only say that they shall, the worker tells them in steps.

How far it got is kept with the trial and written together with each step, so a worker that was killed goes on where it stopped,
and nobody is told twice.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db
from portal.trials.models import Application, Tester, Trial
from portal.trials.services import telling
from portal.trials.services.holding import hold_trial


def begin(trial: Trial, number: int) -> None:
    """So many are told from now on. The trial is held; nothing is left to do when it is nobody."""
    if number:
        trial.told_up_to, trial.told, trial.to_tell = "", 0, number
        db.session.flush()


def due() -> list[str]:
    """Trials of which not everybody was told yet, the earliest decided first. One query."""
    decided = sa.func.coalesce(Trial.cancelled_at, Trial.chosen_at)
    left = sa.select(Trial.id).where(Trial.told_up_to.is_not(None))
    return list(db.session.scalars(left.order_by(decided, Trial.id)))


def tell_some(trial_id: str, limit: int) -> int:
    """Tell the next of them, by member id; returns how many. None left: all know.

    Who was offered a place hears of that, and nothing here; who left meanwhile hears nothing. Two workers wait for each other.
    """
    trial = hold_trial(trial_id)
    if trial.told_up_to is None:
        return 0
    found = _next(trial, trial.told_up_to, limit)
    if found and trial.cancelled_at is not None:
        telling.tell_cancelled(trial, list(found))
    elif found:
        telling.tell_not_chosen(trial, found)
    trial.told_up_to = max(found, default=None)
    trial.told += len(found)
    db.session.flush()
    return len(found)


def _next(trial: Trial, after: str, limit: int) -> dict[str, int | None]:
    """Their places in the line of substitutes, by member id. One query."""
    asked = sa.exists().where(Tester.application_id == Application.id)
    theirs = sa.select(Application.member_id, Application.place).where(
        Application.trial_id == trial.id,
        Application.withdrawn_at.is_(None),
        Application.member_id > after,
        ~asked,
    )
    rows = db.session.execute(theirs.order_by(Application.member_id).limit(limit))
    return {row.member_id: row.place for row in rows}
