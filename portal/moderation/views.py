"""Members report something, and see what came of it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.queries.distance import distance_between
from portal.core.access import Viewer, members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, NotAllowed
from portal.core.feature import TargetView
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, go, page, safe_path
from portal.moderation import queries, services, words
from portal.moderation.forms import ReportForm

bp = Blueprint("moderation", __name__)


@bp.route("/report/<kind>/<target_id>", methods=["GET", "POST"])
@members
@WRITING
def report(kind: str, target_id: str) -> Response:
    """The form; or, once this member has reported it, what became of the report."""
    me = the_viewer()
    view = queries.find_target(kind, target_id)
    own = queries.find_own_report(kind, target_id, member_id=me.id)
    if own is not None and (view is None or not view.public or queries.still_stands(own.case, view)):
        if request.method == "POST":
            return go(url_for(".report", kind=kind, target_id=target_id))
        view = view and _as_seen(view, me)
        return page("moderation/reported.html", own=own, target=view, kind_label=words.kind_label(kind))
    view = _as_seen(_may_report(kind, target_id, me), me)
    form, refusal = ReportForm(), None
    try:
        if form.validate_on_submit():
            with transaction():
                services.open_report(kind, target_id, form.chosen, form.note.data or "", by=me)
    except Conflict as too_many:
        refusal = too_many
        form.say(refusal)
    if not form.is_submitted() or form.errors:
        status = (refusal.status if refusal else 422) if request.method == "POST" else 200
        context = {"form": form, "target": view, "kind_label": words.kind_label(kind), "kind": kind}
        return page("moderation/report.html", block="report_form", status=status, **context)
    return done(
        safe_path(view.url),
        _("Thank you for telling us. A person will look at it, and you will hear from us."),
    )


def _may_report(kind: str, target_id: str, me: Viewer) -> TargetView:
    view = queries.get_public_target(kind, target_id)
    if view.author_id == me.id:
        raise NotAllowed(_("This is yours: you can change or delete it yourself."))
    return view


def _as_seen(view: TargetView, me: Viewer) -> TargetView:
    """Without its words and its address for who keeps away from its author: reporting it still helps."""
    if distance_between(me, view.author_id) is None:
        return view
    return replace(view, title="", body="", excerpt="", url="/")
