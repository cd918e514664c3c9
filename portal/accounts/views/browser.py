"""The browser's side of a session: its cookie, its device, when it was last here, and what it waits for."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field

from flask import Flask, current_app, flash, g, has_request_context, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.kept import KEY as KEPT
from portal.accounts.queries import SignedIn
from portal.accounts.rules import device_label
from portal.core import i18n
from portal.core.access import Viewer, viewer
from portal.core.db import before_writing, transaction
from portal.core.installation import login
from portal.core.limits import client_address
from portal.core.web import go, safe_path

log = logging.getLogger(__name__)

_WAITING = "mailed"
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    login.user_loader(_load)
    app.after_request(_note_presence)


def _load(token: str) -> Viewer | None:
    found = queries.find_session(str(token))
    if found is None:
        return None
    g.signed_in = found
    return found.viewer


def _note_presence(response: Response) -> Response:
    """At most every ten minutes: this browser was here, and its cookie lives on."""
    found: SignedIn | None = g.get("signed_in")
    if found is None or not found.is_to_be_noted:
        return response
    me = viewer()
    if me is not None:
        try:
            with transaction():
                services.note_presence(me.session_id)
            session.modified = True
        except Exception:  # a busy database must not spoil a page that is ready
            log.exception("could not note that a member was here")
    return response


@before_writing
def _is_still_here() -> None:
    """Nobody writes as somebody who was erased or signed out a moment ago; who erases waits for those who write."""
    me = viewer() if has_request_context() else None
    if me is not None:
        services.must_be_here(me)


# ------------------------------------------------------------------ in and out


def enter(token: str, *, to: str, message: str = "") -> Response:
    """Give the browser its new session (everything of the old one goes, but for kept text) and lead it on."""
    kept = session.get(KEPT)
    session.clear()
    session.permanent = True
    if kept:
        session[KEPT] = kept
    me = queries.load_viewer(token)
    if me is None:  # erased, or signed out elsewhere, in the blink since the session was opened
        return go(url_for("accounts.sign_in"))
    login_user(me)
    if message:
        flash(message, "done")
    response = go(safe_path(to, default="/me"))
    if me.language and i18n.COOKIE not in request.cookies:
        remember(response, i18n.COOKIE, me.language)
    return response


def leave() -> None:
    """Forget everything this browser's cookie held."""
    logout_user()
    session.clear()


def device() -> str:
    return device_label(request.user_agent.string)


def open_session(member_id: str) -> str:
    """A session for this browser, inside the open transaction. A session it had before is closed: ids change."""
    if (me := viewer()) is not None:
        services.close_session(me.session_id)
    return services.open_session(member_id, address=client_address(), device=device())


def remember(response: Response, name: str, value: str) -> None:
    """A choice of this browser, for a year; an empty value forgets it."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if value:
        response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    else:
        response.delete_cookie(name, samesite="Lax", httponly=True, secure=secure)


# ------------------------------------------------------------------ waiting for a code


@dataclass
class Waiting:
    """What this browser waits for: ids of the codes (the latest first), sent where, and where to go then."""

    contact: str
    ids: list[str] = field(default_factory=list)
    to: str = ""

    @classmethod
    def found(cls) -> Waiting | None:
        """What this browser waits for, if it does."""
        kept = session.get(_WAITING)
        return cls(**kept) if isinstance(kept, dict) and kept.keys() <= {"contact", "ids", "to"} else None

    def add(self, code_id: str) -> None:
        """Another code is on its way; the last three may be typed."""
        self.ids = [code_id, *self.ids][:3]
        session[_WAITING] = asdict(self)


def begin_waiting(contact: str, code_id: str, *, to: str) -> None:
    Waiting(contact, to=safe_path(to, default="")).add(code_id)


def stop_waiting() -> None:
    session.pop(_WAITING, None)
