"""Wishes for sessions that a draw gives, and the files with which anybody checks who got what."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.draw.queries import find_draw
from portal.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.programs import Program
from portal.core.web import download, page
from portal.events import check_sessions
from portal.events.queries.plan import get_session
from portal.events.queries.programme import get_public_event
from portal.events.rules.planning import SESSIONS
from portal.events.services import session_draw
from portal.events.services import wishes as services
from portal.events.views.blueprint import bp
from portal.events.views.plan import TEMPLATE, asked_for, changed, plan_context, refused

PROGRAM = Program(Path(check_sessions.__file__), "check_sessions.py")


@bp.post("/events/<slug>/wishes/<session_id>")
@members
@WRITING
def wish(slug: str, session_id: str) -> Response:
    """``do``: add, remove, up or down."""
    event, ticket = asked_for(slug)
    session, registration, by = get_session(event, session_id), ticket.registration, the_viewer()
    try:
        with transaction():
            match request.form.get("do"):
                case "add":
                    services.wish(session, registration, by=by, salt=secrets.token_hex(8))
                case "remove":
                    services.unwish(session, registration, by=by)
                case "up" | "down" as way:
                    services.move(session, registration, up=way == "up", by=by)
                case _other:
                    raise Conflict(_("Something happened meanwhile. Please look again."))
    except (Conflict, NotAllowed) as refusal:
        return refused(event, session.id, refusal)
    return changed(event, session.id, _("Your wishes are kept."))


@bp.post("/events/<slug>/wishes")
@members
@WRITING
def wish_salt(slug: str) -> Response:
    """The string of their own that is mixed into the draw."""
    event, ticket = asked_for(slug)
    try:
        with transaction():
            services.salt(event, ticket.registration, request.form.get("salt", ""), by=the_viewer())
    except (Invalid, Conflict) as refusal:
        return _again(slug, refusal)
    return changed(event, "wishes", _("Your string is in the draw."))


@bp.get("/events/<slug>/proof/sessions.json")
@public
def sessions_given(slug: str) -> Response:
    """Who got which session, by the entries of the draw: what the script compares with what it computes."""
    event = get_public_event(slug, viewer())
    draw = find_draw(SESSIONS, event.id)
    if draw is None or draw.drawn_at is None:
        raise NotFound(_("Nothing was drawn yet."))
    content = json.dumps(session_draw.given(draw), indent=1, sort_keys=True)
    return download(content.encode(), "application/json", "sessions.json")


@bp.get("/events/<slug>/proof/check_sessions.py")
@public
def sessions_script(slug: str) -> Response:
    get_public_event(slug, viewer())
    return PROGRAM.sent()


def _again(slug: str, refusal: DomainError) -> Response:
    event = get_public_event(slug, the_viewer())
    said = {
        "session_id": "wishes",
        "message": refusal.message,
        "others": [],
        "typed": request.form.get("salt", ""),
    }
    return page(TEMPLATE, block="plan", status=refusal.status, **plan_context(event, said))
