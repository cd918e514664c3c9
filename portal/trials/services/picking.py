"""Staff choose by hand: one application after the other, each decision against the version that was seen.

Everything is decided under the trial's row, so seats, regions and nominations are never given twice. What was decided can be
taken back until the list of a draw freezes or the result is told. While answers wait for their grades nothing is decided about
whose they are.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import db, key_of
from portal.core.draw.queries import find_draw
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _, ngettext
from portal.trials.models import Application, Decision, Trial, Way
from portal.trials.queries.tally import Tally, tally_of, waits_for_grades
from portal.trials.rules.kinds import APPLICATION, TRIAL
from portal.trials.services.holding import hold_trial
from portal.trials.services.newcomers import must_leave_room

LONGEST_REASON = 255


def pick(
    trial: Trial, application_id: str, *, version: int, by: Viewer, reason: str = ""
) -> tuple[Application, int]:
    """A seat by hand, for who has points enough; returns how many seats are left. Audited.

    Raises Conflict when a colleague was faster, no seat is left for them, or the list of the draw is frozen; NotFound.
    """
    held = _held(trial, by)
    one = _open_one(held, application_id, version)
    _must_have_points(held, one)
    tally = tally_of(held)
    _must_have_room(tally, one)
    _decide(one, Decision.PICKED, by, way=Way.HAND, reason=_one_line(reason))
    return one, tally.seats_left - 1


def nominate(
    trial: Trial, application_id: str, reason: str, *, version: int, by: Viewer
) -> tuple[Application, int]:
    """A seat outside the scores: at most one in five, and everybody reads why. Returns how many seats are left. Audited.

    Raises as :func:`pick`, and Invalid without a reason.
    """
    held = _held(trial, by)
    reason = _one_line(reason)
    if not reason:
        raise Invalid(_("Please say why, in a sentence: everybody can read it."), field="reason")
    one = _open_one(held, application_id, version)
    tally = tally_of(held)
    if not tally.nominations_left:
        raise Conflict(_("Only one seat in five can be given outside the scores, and those are given."))
    _must_have_room(tally, one)
    _decide(one, Decision.PICKED, by, way=Way.NOMINATED, reason=reason)
    return one, tally.seats_left - 1


def keep_as_substitute(
    trial: Trial, application_id: str, *, version: int, by: Viewer, reason: str = ""
) -> Application:
    """Behind the substitutes that are there. Raises Conflict, NotFound. Audited."""
    held = _held(trial, by)
    one = _open_one(held, application_id, version)
    _must_have_points(held, one)
    place = last_place(held) + 1
    return _decide(one, Decision.SUBSTITUTE, by, way=Way.HAND, reason=_one_line(reason), place=place)


def skip(trial: Trial, application_id: str, *, version: int, by: Viewer, reason: str = "") -> Application:
    """Not this time: neither a seat nor in the draw. Raises Conflict, NotFound. Audited."""
    one = _open_one(_held(trial, by), application_id, version)
    return _decide(one, Decision.SKIPPED, by, reason=_one_line(reason))


def reopen(trial: Trial, application_id: str, *, version: int, by: Viewer) -> Application:
    """Take back what was decided; substitutes behind them move up. Twice is once. Raises Conflict, NotFound. Audited."""
    held = _held(trial, by)
    one = _one(held, application_id)
    if one.decision is Decision.OPEN:
        return one
    if one.version != version:
        raise Conflict(_("A colleague was faster. Please look again."))
    place = one.place
    _decide(one, Decision.OPEN, by)
    if place is not None:
        _move_up(held, behind=place)
    return one


def last_place(trial: Trial) -> int:
    """The place of the last substitute; 0 without any."""
    places = sa.select(sa.func.max(Application.place)).where(Application.trial_id == key_of(trial))
    return db.session.scalar(places) or 0


def hold_choosing(trial: Trial, by: Viewer) -> Trial:
    """The trial, held, while who takes part is being decided. Raises NotAllowed, Conflict before and after."""
    by.must(Permission.MANAGE_TRIALS)
    held = hold_trial(key_of(trial))
    if held.cancelled_at is not None:
        raise Conflict(_("This trial was called off."))
    if held.frozen_at is None:
        raise Conflict(_("Applications are still taken. Choosing begins when they are closed and counted."))
    if held.chosen_at is not None:
        raise Conflict(_("The result was told. Nothing is decided any more."))
    return held


# ------------------------------------------------------------------ inside


def _held(trial: Trial, by: Viewer) -> Trial:
    held = hold_choosing(trial, by)
    draw = find_draw(TRIAL, held.id)
    if draw is not None and draw.frozen_at is not None:
        raise Conflict(_("The list of the draw is frozen: nothing is decided by hand any more."))
    return held


def _one(trial: Trial, application_id: str) -> Application:
    """As it stands now, held. Raises NotFound for one of another trial, Conflict when it was taken back."""
    its = sa.select(Application).where(Application.id == application_id, Application.trial_id == trial.id)
    found = db.session.scalar(its.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("This is not here any more."))
    if found.withdrawn_at is not None:
        raise Conflict(_("They took their application back."))
    return found


def _open_one(trial: Trial, application_id: str, version: int) -> Application:
    one = _one(trial, application_id)
    if one.barred:
        raise Conflict(_("This trial is not for them: they stay out of the choice."))
    if one.decision is not Decision.OPEN or one.version != version:
        raise Conflict(_("A colleague was faster. Please look again."))
    _must_be_graded(trial, one)
    return one


def _must_be_graded(trial: Trial, one: Application) -> None:
    """Who chooses may grade, too: not knowing whose answers they are."""
    waiting = sa.select(Application.id).where(Application.id == one.id, waits_for_grades(trial))
    if db.session.scalar(waiting) is not None:
        raise Conflict(_("Two of us grade the answers first, without knowing whose they are."))


def _must_have_points(trial: Trial, one: Application) -> None:
    if one.score is None or one.score < trial.least_points:
        raise Conflict(
            _("Below the line of %(line)s points somebody can only be nominated.", line=trial.least_points)
        )


def _must_have_room(tally: Tally, one: Application) -> None:
    if not tally.seats_left:
        raise Conflict(_("All seats are picked. Take one back first."))
    if tally.is_full(one.region):
        most = tally.trial.region_most or 0
        said = ngettext(
            "%(region)s has its %(num)s seat already, no region has more.",
            "%(region)s has its %(num)s seats already, no region has more.",
            most,
            region=one.region,
        )
        raise Conflict(said)
    if not one.newcomer:
        must_leave_room(tally, one.region)


def _decide(
    one: Application,
    decision: Decision,
    by: Viewer,
    *,
    way: Way | None = None,
    reason: str = "",
    place: int | None = None,
) -> Application:
    back = decision is Decision.OPEN
    one.decision, one.way, one.reason, one.place = decision, way, reason, place
    one.decided_by, one.decided_at = (None, None) if back else (by.id, clock.now())
    one.version += 1
    db.session.flush()
    audit.record(
        "trial.reopened" if back else f"trial.{decision.value}",
        by=by,
        target_kind=APPLICATION,
        target_id=one.id,
        trial=one.trial_id,
        way=way.value if way else "",
    )
    return one


def _move_up(trial: Trial, *, behind: int) -> None:
    """One by one from the front: no place is ever taken twice."""
    later = sa.select(Application).where(Application.trial_id == trial.id, Application.place > behind)
    for one in db.session.scalars(later.order_by(Application.place).with_for_update()).all():
        one.place = (one.place or 0) - 1
        db.session.flush()


def _one_line(reason: str) -> str:
    """In one line. Raises Invalid when it is too long."""
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_REASON), field="reason")
    return reason
