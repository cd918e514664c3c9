"""Blind grading: one sheet of answers, six keys, the next sheet."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, wants_fragment
from portal.trials.console.blueprint import bp
from portal.trials.forms.studio import GradeForm
from portal.trials.models import Trial
from portal.trials.queries import grading as queries
from portal.trials.queries.trials import get_trial_for_staff, questions_of
from portal.trials.rules.phases import Phase, phase_of
from portal.trials.rules.scores import GRADES
from portal.trials.services import grading

TEMPLATE = "trials/console/grade.html"


@bp.get("/<slug>/grade")
@staff(Permission.GRADE_TRIALS)
def grade(slug: str) -> Response:
    """``open``: a sheet they graded before, to think again."""
    context = _context(get_trial_for_staff(slug), wanted=request.args.get("open"))
    return page(TEMPLATE, block="sheet", **context)


@bp.post("/<slug>/grade/<application_id>")
@staff(Permission.GRADE_TRIALS)
@TAPPING
def give(slug: str, application_id: str) -> Response:
    found, form = get_trial_for_staff(slug), GradeForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="sheet", status=422, **_context(found, wanted=application_id, form=form))
    try:
        with transaction():
            given = grading.grade(found, application_id, int(form.points.data), by=the_viewer())
            undo = url_for(".take_grade_back", slug=slug, application_id=application_id)
            undo_url = undo if given.turn < grading.TWO else ""
    except (Invalid, Conflict) as refusal:
        context = _context(get_trial_for_staff(slug), problem=refusal.message)
        return page(TEMPLATE, block="sheet", status=refusal.status, **context)
    return done(
        url_for(".grade", slug=slug),
        _("Graded with %(points)s.", points=form.points.data),
        fragment=lambda: page(TEMPLATE, block="sheet", **_context(get_trial_for_staff(slug))),
        undo_url=undo_url,
    )


@bp.post("/<slug>/grade/<application_id>/undo")
@staff(Permission.GRADE_TRIALS)
@TAPPING
def take_grade_back(slug: str, application_id: str) -> Response:
    """The button may sit in a passing message, so the answer says itself where it belongs."""
    found = get_trial_for_staff(slug)
    with transaction():
        grading.take_back(found, application_id, by=the_viewer())

    def fragment() -> Response:
        response = page(TEMPLATE, block="sheet", **_context(get_trial_for_staff(slug), wanted=application_id))
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#sheet", "outerHTML"
        return response

    url = url_for(".grade", slug=slug, open=application_id)
    return done(url, _("Taken back: it waits for you again."), fragment=fragment)


# ------------------------------------------------------------------ inside


def _context(
    found: Trial, *, wanted: str | None = None, form: GradeForm | None = None, problem: str = ""
) -> dict[str, Any]:
    phase = phase_of(found, clock.now())
    at_work = phase is Phase.PICKING
    return {
        "trial": found,
        "here": "grade",
        "phase": phase,
        "questions": questions_of(found.id),
        "desk": queries.desk(found, the_viewer().id, wanted=wanted) if at_work else None,
        "grades": GRADES,
        "form": form or GradeForm(formdata=None),
        "problem": problem,
        "takes_focus": wants_fragment(),
    }
