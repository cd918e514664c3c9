"""What a member wants to hear, by which way and when."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, go, page
from portal.notifications import services
from portal.notifications.forms import minute_of
from portal.notifications.models import ALL, Pace
from portal.notifications.views.blueprint import bp
from portal.notifications.views.choices_page import TEMPLATE, context, kinds_form, rhythm_form


@bp.get("/me/notifications")
@members
def choices() -> Response:
    """Everything we may tell this member, why, and what they can decide about it."""
    return page(TEMPLATE, **context(the_viewer()))


@bp.route("/me/notifications/kinds", methods=["GET", "POST"])
@members
@WRITING
def choose_kinds() -> Response:
    if request.method == "GET":
        return go(url_for(".choices"))
    me, form = the_viewer(), kinds_form()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="kinds", status=422, **context(me, kinds=form))
    with transaction():
        services.choose(
            by=me,
            inbox=form.inbox.data or [],
            mail=form.mail.data or [],
            news_by_mail=bool(form.news_by_mail.data),
        )
    return done(
        url_for(".choices"),
        _("Saved. From now on you hear what you chose."),
        fragment=lambda: page(TEMPLATE, block="kinds", **context(me)),
    )


@bp.route("/me/notifications/times", methods=["GET", "POST"])
@members
@WRITING
def choose_times() -> Response:
    if request.method == "GET":
        return go(url_for(".choices"))
    me = the_viewer()
    form = rhythm_form(me)
    if not form.validate_on_submit():
        return page(TEMPLATE, block="times", status=422, **context(me, rhythm=form))
    start, end = minute_of(form.quiet_from.data), minute_of(form.quiet_until.data)
    with transaction():
        services.choose_rhythm(
            by=me,
            pace=Pace(form.pace.data),
            quiet_from=start,
            quiet_until=end if form.is_quiet.data else start,
            time_zone=form.time_zone.data,
        )
    return done(
        url_for(".choices"),
        _("Saved. We keep to your hours."),
        fragment=lambda: page(TEMPLATE, block="times", **context(me)),
    )


@bp.route("/me/notifications/mail", methods=["GET", "POST"])
@members
@WRITING
def all_mail() -> Response:
    """Stop all mail but what must be known, or let it come again."""
    if request.method == "GET":
        return go(url_for(".choices"))
    me, stop = the_viewer(), request.form.get("what") == "stop"
    with transaction():
        (services.stop_mail if stop else services.start_mail)(me.id, ALL)
    message = (
        _("Mail has stopped, but for what you must know.") if stop else _("Mail comes again, as you chose.")
    )
    return done(
        url_for(".choices"), message, fragment=lambda: page(TEMPLATE, block="settings", **context(me))
    )
