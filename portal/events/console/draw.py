"""Staff draw scarce sessions: open it, name another source, freeze the list, type the public value, give the places out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.draw.forms import ValueForm
from portal.core.draw.models import DrawMethod
from portal.core.draw.queries import find_draw, proof_of
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.forms.session_draw import OpenDrawForm, SourceForm
from portal.events.models import Entry, Event
from portal.events.queries.programme import get_event, sessions_of
from portal.events.queries.wished import wished_in
from portal.events.rules.planning import SESSIONS
from portal.events.services import session_draw as services

TEMPLATE = "events/console/draw.html"


@bp.get("/<slug>/draw")
@staff(Permission.MANAGE_EVENTS)
def draw(slug: str) -> Response:
    """Where the draw stands, and its next step."""
    return page(TEMPLATE, block="draw", **_context(get_event(slug)))


@bp.post("/<slug>/draw")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def open_draw(slug: str) -> Response:
    """From now on wishes are taken."""
    event, form = get_event(slug), OpenDrawForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="draw", status=422, **_context(event, opening=form))
    method = DrawMethod(form.method.data)
    zh, en, known_at = form.source_zh.data or "", form.source_en.data or "", form.known_at.moment
    return _try(
        event,
        lambda: services.open_draw(event, method, zh, en, known_at=known_at, by=the_viewer()),
        _("The draw is open: members make their wishes now."),
        opening=form,
    )


@bp.post("/<slug>/draw/source")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def name_source(slug: str) -> Response:
    """Another public source while the list is open."""
    event, form = get_event(slug), SourceForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="draw", status=422, **_context(event, naming=form))
    zh, en, known_at = form.source_zh.data or "", form.source_en.data or "", form.known_at.moment
    return _try(
        event,
        lambda: services.name_source(event, zh, en, known_at=known_at, by=the_viewer()),
        _("Named. The list freezes before that moment."),
        naming=form,
    )


@bp.post("/<slug>/draw/freeze")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def freeze_draw(slug: str) -> Response:
    """Close the list before its time; by itself it closes when the time for wishes is over."""
    event = get_event(slug)
    return _try(
        event,
        lambda: services.freeze(event, by=the_viewer()),
        _("The list is frozen, and its hash is published."),
    )


@bp.post("/<slug>/draw/run")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def run_draw(slug: str) -> Response:
    """Draw and give the places out. A public value is typed, a mixed one is computed."""
    event, form = get_event(slug), ValueForm()
    found = find_draw(SESSIONS, event.id)
    public = found is not None and found.method is DrawMethod.PUBLIC
    if public and not form.validate_on_submit():
        return page(TEMPLATE, block="draw", status=422, **_context(event, valuing=form))
    value = form.value.data if public else None
    return _try(
        event,
        lambda: services.run(event, value, by=the_viewer()),
        _("Drawn: everybody who wished hears of it now."),
        valuing=form,
    )


def _try(event: Event, deed: Callable[[], Any], said: str, **forms: Any) -> Response:
    try:
        with transaction():
            deed()
    except DomainError as refusal:
        for form in forms.values() if refusal.field else ():
            form.say(refusal)
        context = _context(event, **forms) | ({} if refusal.field else {"refusal": refusal.message})
        return page(TEMPLATE, block="draw", status=refusal.status, **context)
    url = url_for(".draw", slug=event.slug)
    return done(url, said, fragment=lambda: page(TEMPLATE, block="draw", **_context(event)))


def _context(
    event: Event,
    opening: OpenDrawForm | None = None,
    naming: SourceForm | None = None,
    valuing: ValueForm | None = None,
) -> dict[str, Any]:
    found, now = find_draw(SESSIONS, event.id), clock.now()
    too_late = found is not None and found.frozen_at is None and found.known_at and found.known_at <= now
    drawn = [one for one in sessions_of(event.id) if one.session.entry is Entry.DRAW]
    return {
        "event": event,
        "here": "draw",
        "draw": found,
        "proof": proof_of(found) if found else None,
        "sessions": drawn,
        "wished": wished_in(event.id),
        "opening": opening or OpenDrawForm(formdata=None),
        "naming": naming or SourceForm(formdata=None),
        "too_late": too_late,
        "valuing": valuing or ValueForm(formdata=None),
        "now": now,
        "refusal": "",
    }
