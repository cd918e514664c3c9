"""Writing a report: the draft that survives everything, its photos, and handing it in.

The page is one form. Every button in it, also those of a single photo, sends all that was typed, so that nothing is lost
without JavaScript either; what cannot be handed in yet is kept as the draft.
"""

from __future__ import annotations

import contextlib
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.kept import take_kept
from portal.core import clock
from portal.core.access import Viewer, members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.media import uploads
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.core.web import done, go, page, wants_fragment
from portal.core.words import spoken
from portal.trials.forms.reports import ReportForm, as_kept, report_form
from portal.trials.models import Report, ReportState
from portal.trials.queries.reports import points_given, suggested
from portal.trials.queries.testers import MyTrial, get_my_trial
from portal.trials.queries.trials import aspects_of
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.testing import may_report
from portal.trials.services import report_photos, reporting
from portal.trials.views.blueprint import bp

TEMPLATE = "trials/write.html"
#: where the form of the page can be sent to: what a lost session kept for one of these is offered again
SENT_TO = ("hand_in", "save_report", "add_report_photos")


@bp.get("/me/trials/<tester_id>/report")
@members
def write(tester_id: str) -> Response:
    """The tester's report; the first visit makes it, so that photos have somewhere to go. Once handed in, its page."""
    me = the_viewer()
    desk, report = _desk(me, tester_id)
    if report.state not in rules.ON_THE_DESK:
        return go(url_for(".report", report_id=report.id))
    return page(TEMPLATE, block="report_fields", **write_context(desk, report, _form_to_go_on(desk, report)))


@bp.post("/me/trials/<tester_id>/report/draft")
@members
@TAPPING
def save_report(tester_id: str) -> Response:
    """Keep what was typed: by itself every few seconds, or by the button."""
    me = the_viewer()
    desk, report = _desk(me, tester_id)
    form = sent_form(desk)
    if not form.validate_on_submit():
        return _again(desk, report, form, block="draft_state")
    try:
        keep(report, me, form)
        take_in(report, me)
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        newest = request.form.get("by") != "itself"
        return _again(desk, report, form, block="draft_state", status=refusal.status, newest=newest)
    said: dict[str, Any] = {"saved_at": clock.now(), "refused": None, "version": report.version}
    said["fragment"] = True
    if request.form.get("by") == "itself":
        return page(TEMPLATE, block="draft_state", **said)
    return done(
        url_for(".write", tester_id=tester_id),
        _("Your draft is saved."),
        fragment=lambda: page(TEMPLATE, block="draft_state", **said),
    )


@bp.post("/me/trials/<tester_id>/report/hand-in")
@members
@WRITING
def hand_in(tester_id: str) -> Response:
    """Files first, then descriptions and words; then it is whole, or the page says what is missing."""
    me = the_viewer()
    desk, report = _desk(me, tester_id)
    form = sent_form(desk)
    if not form.validate_on_submit():
        return _again(desk, report, form)
    try:
        take_in(report, me)
        with transaction():
            describe(report, me)
            reporting.hand_in(report, form.written, seen=form.seen, by=me)
    except DomainError as refusal:
        return _refused(desk, report, me, form, refusal)
    said = _("Thank you! Your report can be read by everybody now.")
    if report.state is not ReportState.SHOWN:
        said = _("Thank you! Somebody reads it first; you hear from us soon.")
    return done(url_for(".report", report_id=report.id), said)


# ------------------------------------------------------------------ the form, also for its photos


def sent_form(desk: MyTrial) -> ReportForm:
    """What was sent, with the aspects to rate."""
    return report_form(aspects_of(desk.trial.id))


def write_context(desk: MyTrial, report: Report, form: ReportForm) -> dict[str, Any]:
    """Everything the page needs."""
    photos = photos_of(REPORT, report.id)
    return {
        "desk": desk,
        "label": spoken(report.label_zh, report.label_en),
        "report": report,
        "form": form,
        "photos": photos,
        "photos_url": url_for(".add_report_photos", tester_id=desk.tester.id),
        "same_as": rules.same_as(photos),
        "may_hand_in": report.state is ReportState.HIDDEN or may_report(desk.tester),
        "least_photos": rules.LEAST_PHOTOS,
        "most_photos": rules.MOST_PHOTOS,
        "least_characters": rules.LEAST_CHARACTERS,
        "longest_part": rules.LONGEST_PART,
        "longest_suggestion": rules.LONGEST_SUGGESTION,
        "saved_at": None,
        "refused": None,
        "version": form.version.data or report.version,
        "fragment": False,
        "elsewhere": _kept_elsewhere(report, form),
    }


def keep(report: Report, me: Viewer, form: ReportForm) -> None:
    """Write what was typed into the draft, descriptions of photos too. Raises Invalid, Conflict."""
    with transaction():
        describe(report, me)
        reporting.save_draft(report, form.written, seen=form.seen, by=me)


def keep_if_possible(report: Report, me: Viewer, form: ReportForm) -> None:
    """The same where something else was refused already: what cannot be kept still stands on the page."""
    if report.state in rules.ON_THE_DESK:
        with contextlib.suppress(DomainError):
            keep(report, me, form)


def take_in(report: Report, me: Viewer) -> list[Photo]:
    """The photos of this request. Raises Invalid when some were refused."""
    return uploads.take_in(
        lambda staged: report_photos.add_photo(report, staged, by=me), most=rules.MOST_PHOTOS
    )


def describe(report: Report, me: Viewer) -> None:
    """Store the descriptions of photos that changed."""
    for photo, alt in uploads.typed_alts(REPORT, report.id):
        report_photos.describe_photo(report, photo, by=me, alt=alt)


def own_report(me: Viewer, tester_id: str) -> tuple[MyTrial, Report]:
    """For what is done to a report that is begun."""
    return _desk(me, tester_id)


# ------------------------------------------------------------------ inside


def _kept_elsewhere(report: Report, form: ReportForm) -> list[tuple[str, str]]:
    """What another window kept, part by part, where this one says otherwise; nothing unless one was faster."""
    if not form.is_submitted() or form.seen == report.version:
        return []
    parts = ((form[part], getattr(report, part)) for part in rules.PARTS)
    return [(field.label.text, kept) for field, kept in parts if kept and kept != (field.data or "").strip()]


def _desk(me: Viewer, tester_id: str) -> tuple[MyTrial, Report]:
    desk = get_my_trial(tester_id, me.id)
    if desk.report is not None:
        return desk, desk.report
    with transaction():
        return desk, reporting.begin(desk.tester, by=me)


def _form_to_go_on(desk: MyTrial, report: Report) -> ReportForm:
    """As it is kept; what a lost session kept goes before."""
    data = as_kept(report, points_given(report), suggested(report))
    paths = (url_for(f".{name}", tester_id=desk.tester.id) for name in SENT_TO)
    typed = next((kept for path in paths if (kept := take_kept(path))), None) or {}
    fields = report_form(aspects_of(desk.trial.id), formdata=None, data=data)
    for field in fields:
        if field.name in typed and field.name not in ("version", "csrf_token"):
            field.data = typed[field.name]
    return fields


def _again(
    desk: MyTrial,
    report: Report,
    form: ReportForm,
    *,
    block: str = "report_fields",
    status: int = 422,
    newest: bool = True,
) -> Response:
    """The page as it was sent. With ``newest`` its next saving stands above what another window wrote: they were told."""
    context = write_context(desk, report, form)
    if newest:
        context["version"] = report.version
    context["refused"] = next((text for errors in form.errors.values() for text in errors), None)
    context["fragment"] = wants_fragment()
    return page(TEMPLATE, block=block, status=status, **context)


def _refused(desk: MyTrial, report: Report, me: Viewer, form: ReportForm, refusal: DomainError) -> Response:
    """It cannot be handed in like this; what was typed is kept all the same. All that is missing is said at once."""
    keep_if_possible(report, me, form)
    form.say(refusal)
    if isinstance(refusal, Invalid):
        for one in reporting.missing(report, form.written):
            if (one.field, one.message) != (refusal.field, refusal.message):
                form.say(one)
    return _again(desk, report, form, status=refusal.status)
