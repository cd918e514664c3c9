"""The photos of a report being written: each on its own, in both dresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import make_response, url_for
from werkzeug.wrappers import Response

from portal.core.access import Viewer, members, the_viewer
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING
from portal.core.media import uploads
from portal.core.media.models import Photo
from portal.core.media.queries import get_photo_of, photos_of
from portal.core.web import done, go, page, wants_fragment
from portal.trials.models import Report
from portal.trials.queries.testers import MyTrial
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import MOST_PHOTOS
from portal.trials.services import report_photos
from portal.trials.views import writing
from portal.trials.views.blueprint import bp

CARRIERS = ("add_report_photos", "save_report", "hand_in", "change_report_photo")
uploads.may_carry_photos(bp, **dict.fromkeys(CARRIERS, MOST_PHOTOS))


@bp.post("/me/trials/<tester_id>/report/photos")
@members
@UPLOADING
def add_report_photos(tester_id: str) -> Response:
    """With the script one photo at a time, answered by its row; without it all that were chosen, and the words."""
    me = the_viewer()
    desk, report = writing.own_report(me, tester_id)
    if wants_fragment():
        if not uploads.sent_files(MOST_PHOTOS):
            raise Invalid(_("No photo arrived. Please choose it again."), field=uploads.FIELD)
        return _piece("photo_row", desk, photo=writing.take_in(report, me)[0])
    return _with_words(desk, report, me, lambda: uploads.how_many_came(writing.take_in(report, me)))


@bp.get("/me/trials/<tester_id>/report/photos/<photo_id>")
@members
def report_photo_state(tester_id: str, photo_id: str) -> Response:
    """Asked every few seconds while a photo is being prepared."""
    desk, report = writing.own_report(the_viewer(), tester_id)
    photo = get_photo_of(REPORT, report.id, photo_id)
    if not wants_fragment():
        return go(url_for(".write", tester_id=tester_id))
    return _piece("photo_state", desk, photo=photo, same_as=rules.same_as(photos_of(REPORT, report.id)))


@bp.post("/me/trials/<tester_id>/report/photos/<photo_id>/<any(describe, up, down, remove, retry):deed>")
@members
@TAPPING
def change_report_photo(tester_id: str, photo_id: str, deed: str) -> Response:
    me = the_viewer()
    desk, report = writing.own_report(me, tester_id)
    photo = get_photo_of(REPORT, report.id, photo_id)
    if not wants_fragment():
        return _with_words(desk, report, me, lambda: _carry_out(report, photo, me, deed))
    _carry_out(report, photo, me, deed)
    if deed in ("describe", "remove"):
        return make_response("")
    if deed == "retry":
        return _piece("photo_row", desk, photo=photo)
    photos = photos_of(REPORT, report.id)
    return _piece("photo_list", desk, photos=photos, same_as=rules.same_as(photos))


# ------------------------------------------------------------------ inside


def _piece(block: str, desk: MyTrial, **more: Any) -> Response:
    url = url_for(".add_report_photos", tester_id=desk.tester.id)
    return page(uploads.PIECES, block=block, photos_url=url, **more)


def _carry_out(report: Report, photo: Photo, me: Viewer, deed: str) -> str:
    return uploads.carry_out(
        deed,
        describe=lambda: writing.describe(report, me),
        move=lambda steps: report_photos.move_photo_by(report, photo, by=me, steps=steps),
        remove=lambda: report_photos.remove_photo(report, photo, by=me),
        retry=lambda: report_photos.retry_photo(report, photo, by=me),
    )


def _with_words(desk: MyTrial, report: Report, me: Viewer, deed: Callable[[], str]) -> Response:
    """Without the script the whole form came along: the draft keeps its words."""
    form = writing.sent_form(desk)
    valid, on_desk = form.validate_on_submit(), report.state in rules.ON_THE_DESK
    try:
        said = deed()
        if valid and on_desk:
            writing.keep(report, me, form)
            return done(url_for(".write", tester_id=desk.tester.id, _anchor="photo-list"), said)
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        if valid:
            writing.keep_if_possible(report, me, form)
    status = 422 if form.errors else 200
    return page(writing.TEMPLATE, status=status, **writing.write_context(desk, report, form))
