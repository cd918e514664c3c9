"""Sessions: the programme as staff put it together."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand.showing import day as shown_day
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import Deed, made_by_us, part_page, say
from portal.events.forms.programme import SessionForm
from portal.events.forms.seats import days_to_choose
from portal.events.models import Event, EventSession, Seats
from portal.events.queries.programme import Programme, days_of, sessions_of, venues_of
from portal.events.rules.making import overlaps
from portal.events.rules.words import SessionWords
from portal.events.services import programme, studio

SESSIONS = "events/console/sessions.html"


@bp.get("/<slug>/sessions")
@staff(Permission.MANAGE_EVENTS)
def sessions(slug: str) -> Response:
    """Day by day; two things at once in one place are said."""
    event = made_by_us(slug)
    every = sessions_of(event.id, cancelled=True)
    table = Programme(days_of(event.id), [], every).by_day()
    clashes = overlaps(row.session for row in every)
    return page(SESSIONS, event=event, here="sessions", table=table, clashes=clashes)


@bp.get("/<slug>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
def new_session(slug: str) -> Response:
    event = made_by_us(slug)
    return _page(event, _offered(event, SessionForm(formdata=None)), None)


@bp.post("/<slug>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def add_session(slug: str) -> Response:
    event, status = made_by_us(slug), 422
    form = _offered(event, SessionForm())
    if form.validate_on_submit():
        try:
            with transaction():
                made = programme.add_session(event, form.words(days_of(event.id)), by=the_viewer())
                clash = _clash(event, made)
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            return done(url_for(".sessions", slug=slug), clash or _("Saved."))
    return _page(event, form, None, status)


@bp.get("/<slug>/sessions/<session_id>")
@staff(Permission.MANAGE_EVENTS)
def session(slug: str, session_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(EventSession, session_id, event)
    form = SessionForm.of(_words(found), _day_of(event, found))
    return _page(event, _offered(event, form), found)


@bp.post("/<slug>/sessions/<session_id>")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def change_session(slug: str, session_id: str) -> Response:
    event, status = made_by_us(slug), 422
    found = studio.find_part(EventSession, session_id, event)
    form = _offered(event, SessionForm())
    if form.validate_on_submit():
        try:
            with transaction():
                programme.change_session(
                    found,
                    form.words(days_of(event.id)),
                    event=event,
                    seen=form.seen.data or "",
                    by=the_viewer(),
                )
                clash = _clash(event, found)
        except (Invalid, Conflict) as refusal:
            status = say(form, refusal, lambda: _words(found))
        else:
            return done(url_for(".sessions", slug=slug), clash or _("Saved."))
    return _page(event, form, found, status)


@bp.post("/<slug>/sessions/<session_id>/<any(cancel, remove):deed>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def end_session(slug: str, session_id: str, deed: str) -> Response:
    """Call it off, and who takes part is told; or take away what nobody ever took part in."""
    event = made_by_us(slug)
    verbs = {
        "cancel": (programme.cancel_session, _("Called off. Who had a place is told.")),
        "remove": (programme.remove_session, _("Removed.")),
    }
    verb, said = verbs[deed]
    with transaction():
        verb(studio.find_part(EventSession, session_id, event), event=event, by=the_viewer())
    return done(url_for(".sessions", slug=slug), said)


# ------------------------------------------------------------------ inside


def _clash(event: Event, changed: EventSession) -> str:
    """What staff are told when two sessions want one place; it is saved all the same."""
    other = overlaps(row.session for row in sessions_of(event.id)).get(changed.id)
    return _("Saved. “%(other)s” is at the same place then.", other=other.name) if other else ""


def _words(found: EventSession) -> SessionWords:
    return programme.words_of(found, db.session.get(Seats, found.id))


def _day_of(event: Event, found: EventSession) -> str:
    days = days_of(event.id)
    begun = [one for one in days if one.starts_at <= found.starts_at] or days
    return begun[-1].id


def _offered(event: Event, form: SessionForm) -> SessionForm:
    return form.offer(days_to_choose(days_of(event.id), shown_day), venues_of(event.id))


def _page(event: Event, form: SessionForm, found: EventSession | None, status: int = 200) -> Response:
    title = found.name if found else _("New session")
    return part_page(
        event,
        form,
        here="sessions",
        kind="session",
        title=title,
        status=status,
        deeds=_deeds(event, found) if found else [],
        session=found,
    )


def _deeds(event: Event, found: EventSession) -> list[Deed]:
    where: dict[str, Any] = {"slug": event.slug, "session_id": found.id}
    remove = Deed(
        _("Remove it"),
        url_for(".end_session", deed="remove", **where),
        "trash-2",
        _("Only what nobody took part in can be removed."),
    )
    if found.cancelled_at is not None or not event.is_public:
        return [remove]
    cancel = Deed(
        _("Call it off"),
        url_for(".end_session", deed="cancel", **where),
        "calendar-x",
        _("Its places are free, and everybody who had one is told. This cannot be undone."),
    )
    return [cancel, remove]
