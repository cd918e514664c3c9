"""All reports of a trial for staff, and mending slips of the pen in one."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.trials.console.blueprint import bp
from portal.trials.forms.reports import MendForm
from portal.trials.models import Trial
from portal.trials.queries import reports as queries
from portal.trials.queries.reports import ReportToRead
from portal.trials.queries.trials import get_trial_for_staff
from portal.trials.rules import reports as rules
from portal.trials.rules.phases import phase_of
from portal.trials.services import mending

MENDING = "trials/console/mend.html"


@bp.get("/<slug>/reports")
@staff(Permission.MANAGE_TRIALS)
def reports(slug: str) -> Response:
    """Whatever was handed in, and what became of it."""
    trial, after = get_trial_for_staff(slug), request.args.get("after")
    found = queries.reports_for_staff(trial.id, cursor=after)
    return page(
        "trials/console/reports.html",
        block="more_reports" if after else None,
        trial=trial,
        here="reports",
        phase=phase_of(trial, clock.now()),
        reports=found.items,
        more_url=found.next_cursor and url_for(".reports", slug=slug, after=found.next_cursor),
    )


@bp.get("/<slug>/reports/<report_id>/mend")
@staff(Permission.MANAGE_TRIALS)
def mend(slug: str, report_id: str) -> Response:
    trial, one = _mendable(slug, report_id)
    return page(MENDING, **_context(trial, one))


@bp.post("/<slug>/reports/<report_id>/mend")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def save_mended(slug: str, report_id: str) -> Response:
    """The words with their slips mended; what is more than that is refused."""
    trial, one = _mendable(slug, report_id)
    form, status = MendForm(), 422
    if form.validate_on_submit():
        words = {part: form[part].data or "" for part in rules.MENDABLE}
        try:
            mended = mending.compare(one.report, words, seen=form.seen)
            with transaction():
                mending.mend_form(one.report, mended, by=the_viewer())
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            return done(url_for("trials.report", report_id=report_id), _("Mended. A note below it says so."))
    return page(MENDING, block="mending", status=status, **_context(trial, one, form))


# ------------------------------------------------------------------ inside


def _mendable(slug: str, report_id: str) -> tuple[Trial, ReportToRead]:
    me, trial = the_viewer(), get_trial_for_staff(slug)
    one = queries.get_report_for(me, report_id)
    if one.trial.id != trial.id or not rules.may_mend(me, one.report):
        raise NotFound(_("This report is not here any more."))
    return trial, one


def _context(trial: Trial, one: ReportToRead, form: MendForm | None = None) -> dict[str, Any]:
    kept = {part: getattr(one.report, part) for part in rules.MENDABLE}
    kept["version"] = str(one.report.version)
    return {
        "trial": trial,
        "here": "reports",
        "phase": phase_of(trial, clock.now()),
        "one": one,
        "form": form or MendForm(formdata=None, data=kept),
        "longest_part": rules.LONGEST_PART,
        "left": mending.slips_left(one.report),
    }
