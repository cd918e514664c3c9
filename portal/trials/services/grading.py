"""Two of the staff grade the answers, not knowing whose they are nor what the colleague gave; both together are a fifth of the score."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, key_of, lock_row
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.trials.models import Application, Grade, Trial
from portal.trials.rules.kinds import APPLICATION
from portal.trials.rules.phases import Phase, phase_of
from portal.trials.rules.scores import GRADES, grade_of, score_of

#: so many grades make one
TWO = 2


def grade(trial: Trial, application_id: str, points: int, *, by: Viewer) -> Grade:
    """Give points for the answers; until a colleague gave theirs, one may think again. The second grade fixes the score.

    Raises NotFound for what is not to be graded here, Conflict when two were faster or both grades are there, Invalid for
    points that do not exist. Audited, without the points.
    """
    if points not in GRADES:
        raise Invalid(_("Please choose one of the grades."), field="points")
    application = _hold(trial, application_id, by)
    given = _given(application_id)
    mine = next((one for one in given if one.staff_id == by.id), None)
    if len(given) == TWO:
        raise Conflict(_("Two have graded it by now, and their grades stand."))
    if mine is not None:
        mine.points, mine.graded_at = points, clock.now()
    else:
        mine = Grade(
            application_id=application_id,
            staff_id=by.id,
            turn=len(given) + 1,
            points=points,
            graded_at=clock.now(),
        )
        db.session.add(mine)
        if given:
            _fix(application, given[0].points, points)
        audit.record("trial.graded", by=by, target_kind=APPLICATION, target_id=application_id)
    db.session.flush()
    return mine


def take_back(trial: Trial, application_id: str, *, by: Viewer) -> None:
    """Forget one's own grade, as long as the colleague's is not there. Twice is once. Raises NotFound, Conflict. Audited."""
    _hold(trial, application_id, by)
    given = _given(application_id)
    if all(one.staff_id != by.id for one in given):
        return
    if len(given) == TWO:
        raise Conflict(_("Two have graded it by now, and their grades stand."))
    changed_rows(sa.delete(Grade).where(Grade.application_id == application_id, Grade.staff_id == by.id))
    db.session.expire_all()
    audit.record("trial.grade_taken_back", by=by, target_kind=APPLICATION, target_id=application_id)


# ------------------------------------------------------------------ inside


def _hold(trial: Trial, application_id: str, by: Viewer) -> Application:
    """The application as it is now, held until the transaction ends. The trial need not be: a frozen one only goes on, and who
    chooses holds the application too."""
    by.must(Permission.GRADE_TRIALS)
    lock_row(Application, application_id)
    application = db.session.get(Application, application_id, populate_existing=True)
    trial = db.session.get_one(Trial, key_of(trial), populate_existing=True)
    if application is None or application.trial_id != trial.id or not _is_graded(application, by):
        raise NotFound(_("There is no such application to grade."))
    if phase_of(trial, clock.now()) is not Phase.PICKING:
        raise Conflict(_("Grades are given between the closing and the result."))
    return application


def _is_graded(application: Application, by: Viewer) -> bool:
    """Nobody grades what they wrote themselves before they came to work here."""
    there = application.withdrawn_at is None and application.category is not None
    return there and not application.barred and application.member_id != by.id


def _given(application_id: str) -> list[Grade]:
    theirs = sa.select(Grade).where(Grade.application_id == application_id).order_by(Grade.turn)
    return list(db.session.scalars(theirs.execution_options(populate_existing=True)))


def _fix(application: Application, first: int, second: int) -> None:
    assert application.category is not None, "it is frozen"
    assert application.leadership is not None
    assert application.reliability is not None
    application.grade = grade_of(first, second)
    application.score = score_of(
        application.category, application.leadership, application.reliability, application.grade
    )
    application.version += 1
