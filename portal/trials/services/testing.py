"""What becomes of who tests: more time, the report, an excuse, and what comes by itself: reminders, what is late or missing, and
the end of the trial."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.characters import plain
from portal.core.db import db, insert_once, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.rewards.services import record_deed
from portal.trials.models import Mark, MarkKind, Tester, TesterState, Trial
from portal.trials.rules import testing as rules
from portal.trials.rules.kinds import TESTER, TRIAL
from portal.trials.rules.testing import Step
from portal.trials.services import offers, parcels, standing, telling
from portal.trials.services.holding import hold_trial
from portal.trials.services.offers import hold, look_again

#: the deed of a report in time
ON_TIME = "report_on_time"
LONGEST_EXCUSE = 1000


# ------------------------------------------------------------------ more time, and the report


def extend(tester: Tester, *, by: Viewer) -> Tester:
    """``extra_days`` more, once and before it is due. Twice is once. Raises NotFound for somebody else's, Conflict when it is too late
    or nothing is due."""
    trial, held = hold(tester, by=by)
    now = clock.now()
    if held.extended_at is not None and held.state is TesterState.ACCEPTED:
        return held
    if not trial.extra_days or not rules.may_extend(held, now):
        raise Conflict(_("More time is there once, while a report is not due yet."))
    assert held.due_at is not None, "rules.may_extend asks for it"
    zone = brand.current().time_zone
    held.due_at = rules.due_after(held.due_at, trial.extra_days, zone)
    held.extended_at = now
    look_again(held, now)
    db.session.flush()
    telling.not_due(held)
    return held


def report_handed_in(tester: Tester, now: datetime | None = None) -> Tester:
    """Their report is there: in time (a deed that counts) or late, once and for good. One that was missing ends the rest early, its
    mark stays. Raises Conflict for who has nothing to report on, or reported already.

    Holds the trial, so it comes before photos and the case are held.
    """
    now = now or clock.now()
    _trial, held = hold(tester)
    if not rules.may_report(held):
        raise Conflict(_("There is no report to hand in here (any more)."))
    was_missing, late = held.state is TesterState.MISSING, rules.is_late(held, now)
    held.state, held.next_at, held.ended_at = TesterState.REPORTED, None, now
    db.session.flush()
    if was_missing:
        standing.end_pause(standing.hold([held.member_id])[held.member_id], now)
    else:
        _mark(held, MarkKind.LATE if late else MarkKind.ON_TIME, now)
        if not late:
            record_deed(held.member_id, ON_TIME, source_kind=TESTER, source_id=held.id, at=now)
    telling.not_due(held)
    return held


# ------------------------------------------------------------------ by staff


def excuse(tester: Tester, words: str, *, by: Viewer) -> Tester:
    """Something stronger came between: it ends without a mark, one that was missing stops counting, and the rest for it ends. A parcel
    that was not sent yet is stopped, and the place is free; once it was sent, the place stays theirs. Twice is once.

    Raises NotAllowed, Invalid without ``words``, Conflict for who reported or has no place. Audited without the words, which
    are about the member.
    """
    by.must(Permission.MANAGE_TRIALS)
    words = plain(words).strip()
    if not words:
        raise Invalid(_("Please write down what happened. Only colleagues read it."), field="words")
    if len(words) > LONGEST_EXCUSE:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_EXCUSE), field="words")
    parcel = parcels.hold_parcel(tester)
    trial, held = hold(tester, substitutes=True)
    if held.state is TesterState.EXCUSED:
        return held
    was = held.state
    if was not in rules.EXCUSABLE:
        raise Conflict(_("It is over for them already, and nothing counts against them."))
    offers.leave(trial, held, TesterState.EXCUSED, words)
    if was is TesterState.MISSING:
        standing.end_pause(standing.hold([held.member_id])[held.member_id], clock.now())
    parcels.stop_unsent(parcel, by=by)
    audit.record("trial.excused", by=by, target_kind=TRIAL, target_id=trial.id, tester=held.id)
    telling.tell(held, "excused")
    return held


# ------------------------------------------------------------------ by time


def due_testers(limit: int) -> list[str]:
    """Whom the worker has to look at now, the longest waiting first."""
    due = sa.select(Tester.id).where(Tester.next_at <= clock.now())
    return list(db.session.scalars(due.order_by(Tester.next_at, Tester.id).limit(limit)))


def look(tester_id: str) -> Step | None:
    """Do what is due for one tester; None when somebody else did it, or nothing is.

    Whoever let the time for the address pass: their parcel is stopped, and that ends it (``parcels.stopped``).
    """
    tester, now, zone = db.session.get_one(Tester, tester_id), clock.now(), brand.current().time_zone
    step = rules.step_due(tester, now, zone)
    if step is Step.NO_ADDRESS and parcels.stop_unaddressed(tester):
        return step
    if step is Step.LAPSE:
        return step if offers.lapse(tester) else None
    _trial, held = hold(tester)
    if held.next_at is None or held.next_at > now:
        return None
    step = rules.step_due(held, now, zone)
    look_again(held, now)
    db.session.flush()
    _do(held, step, now)
    return step


def due_to_end() -> list[str]:
    """Trials whose result was told and in which nobody tests any more. One query."""
    told = sa.select(Trial.id).where(Trial.chosen_at.is_not(None), Trial.ended_at.is_(None))
    return list(db.session.scalars(told.where(~_somebody_tests()).order_by(Trial.id)))


def end(trial_id: str) -> bool:
    """It is over. False when somebody was offered a place meanwhile, or it ended before."""
    trial = hold_trial(trial_id)
    if trial.ended_at is not None or db.session.scalar(
        sa.select(sa.true()).where(Trial.id == trial.id, _somebody_tests())
    ):
        return False
    trial.ended_at, trial.version = clock.now(), trial.version + 1
    db.session.flush()
    return True


# ------------------------------------------------------------------ inside


def _somebody_tests() -> sa.ColumnElement[bool]:
    open_ones = (TesterState.OFFERED, TesterState.ACCEPTED)
    return sa.exists().where(Tester.trial_id == Trial.id, Tester.state.in_(open_ones))


def _do(held: Tester, step: Step | None, now: datetime) -> None:
    if step is Step.ACCEPT_SOON and held.accept_until is not None:
        telling.remind(held, step.value, held.accept_until)
    elif step is Step.ADDRESS_SOON and parcels.waits_for_address(held):
        telling.remind(held, step.value, (held.accepted_at or now) + rules.ADDRESS_WITHIN)
    elif step in (Step.DUE_SOON, Step.DUE_TODAY) and held.due_at is not None:
        telling.remind(held, step.value, held.due_at)
    elif step is Step.LATE and held.due_at is not None:
        telling.remind(held, step.value, held.due_at + rules.LATE_FOR)
    elif step is Step.MISSING:
        _miss(held, now)


def _miss(held: Tester, now: datetime) -> None:
    held.state, held.next_at, held.ended_at = TesterState.MISSING, None, now
    db.session.flush()
    until = standing.pause(standing.hold([held.member_id])[held.member_id], now)
    _mark(held, MarkKind.MISSING, now)
    telling.not_due(held)
    telling.remind(held, "missing", until)


def _mark(held: Tester, kind: MarkKind, now: datetime) -> None:
    insert_once(Mark, id=new_id(), tester_id=held.id, member_id=held.member_id, kind=kind, at=now)
