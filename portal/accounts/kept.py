"""What somebody typed when the session was gone: kept for a day, offered again on the page where it was typed.

The text is a row, the browser's cookie holds the secret that finds it. Passwords, codes, tokens and files are never
kept. At most 64 KB, and at most one text for each browser.
"""

from __future__ import annotations

import json
import logging
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, current_app, flash, g, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from portal.accounts.models import KeptText
from portal.accounts.services.sweeping import TEXT_KEPT
from portal.core import clock
from portal.core.access import access_of, viewer
from portal.core.crypto import digest, random_token
from portal.core.db import db, transaction
from portal.core.i18n import _
from portal.core.limits import one_more
from portal.core.web import go, here, safe_path, wants_fragment

log = logging.getLogger(__name__)

KEY = "kept"
MOST_BYTES = 64 * 1024
#: this request was led elsewhere instead of being done
_NOT_SENT = "typed_text_not_sent"
NEVER = ("password", "current", "proof", "code", "csrf_token", "next")
#: so many texts may somebody leave; it would otherwise be free storage
_PACE = "30/hour"


def install(app: Flask) -> None:
    app.extensions["to_sign_in"] = to_sign_in
    app.extensions["take_kept"] = take_kept  # for pages of features below this one
    app.register_error_handler(CSRFError, answer_lost_token)
    app.after_request(_forget_when_sent)


def to_sign_in() -> Response:
    """Lead a visitor to sign-in and back. What they were sending is kept and said so."""
    setattr(g, _NOT_SENT, True)
    if keep_typed_text():
        flash(_("Sign in to go on. We kept what you typed."), "done")
    return go(url_for("accounts.sign_in", next=page_they_were_on()))


def answer_lost_token(error: CSRFError) -> Response:
    """The page was older than the session: nothing was done, the text is kept and waits on the page."""
    access = access_of(current_app, request.endpoint) if request.endpoint else None
    if viewer() is None and access is not None and access.audience != "public":
        return to_sign_in()
    setattr(g, _NOT_SENT, True)
    keep_typed_text()
    if request.cookies:
        flash(
            _(
                "This page had been open for a long time, so nothing was sent yet. What you typed is still here: please send it once more."
            ),
            "refused",
        )
    else:
        flash(
            _("Your browser sent us no cookie, so nothing was sent. Please allow cookies for this site."),
            "refused",
        )
    return go(page_they_were_on())


def keep_typed_text() -> bool:
    """Keep the text fields of this POST for its path. Opens a transaction. False when there was nothing to keep."""
    fields = {
        name: "\n".join(values)
        for name, values in request.form.lists()
        if name not in NEVER and any(value.strip() for value in values) and len(name) < 64
    }
    fits = request.method == "POST" and fields and len(json.dumps(fields)) <= MOST_BYTES
    if not fits or not one_more(_PACE, "kept text"):
        return False
    token = random_token()
    with transaction():
        _forget(session.get(KEY))
        db.session.add(
            KeptText(token_hash=digest(token), path=request.path[:255], fields=fields, created_at=clock.now())
        )
    session[KEY] = token
    return True


def take_kept(path: str) -> dict[str, str] | None:
    """What this browser typed for ``path`` (the address it was sent to), or None.

    It stays until it is sent there successfully, so that a reload shows it again.
    """
    token = session.get(KEY)
    row = db.session.get(KeptText, digest(token)) if token else None
    if row is None or row.path != path or row.created_at < clock.now() - TEXT_KEPT:
        return None
    return {name: value for name, value in row.fields.items() if isinstance(value, str)}


def page_they_were_on() -> str:
    """The page on which the visitor stood, as a path of this portal."""
    if request.method == "GET" and not wants_fragment():
        return here()
    sent = request.headers.get("HX-Current-URL") or request.referrer or ""
    parts = urlsplit(sent)
    if not parts.path or parts.netloc != request.host:
        return "/"
    return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def _forget_when_sent(response: Response) -> Response:
    """The text arrived where it belongs: no need to keep it."""
    if request.method != "POST" or KEY not in session or response.status_code >= 400 or g.get(_NOT_SENT):
        return response
    token = session[KEY]
    try:
        row = db.session.get(KeptText, digest(token))
        if row is None or row.path == request.path:
            with transaction():
                _forget(token)
            session.pop(KEY)
    except Exception:  # what was sent is stored: a busy database must not make a fault of it
        log.exception("could not forget a kept text")
    return response


def _forget(token: str | None) -> None:
    if token:
        db.session.execute(sa.delete(KeptText).where(KeptText.token_hash == digest(token)))
