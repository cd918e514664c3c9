"""One answer to every refusal: a page with a sentence, or a toast under htmx. Never a bare status code."""

from __future__ import annotations

import logging

from flask import Flask, make_response, url_for
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response

from portal.core.db import db
from portal.core.errors import DomainError, TooMany
from portal.core.i18n import _
from portal.core.turns import busy
from portal.core.web import render, toast, wants_fragment

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(DomainError, answer_domain_error)
    app.register_error_handler(ObjectDeletedError, answer_gone)
    app.register_error_handler(RateLimitExceeded, answer_limit)
    app.register_error_handler(PoolTimeout, answer_busy)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_fault)


def refuse(status: int, message: str, *, retry_after: int | None = None) -> Response:
    """The page (or toast) for a refusal with this status and sentence."""
    if wants_fragment():
        response = make_response(toast(message, kind="refused"), status)
        response.headers["HX-Reswap"] = "none"
    else:
        response = make_response(_page(status, message), status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def answer_domain_error(error: DomainError) -> Response:
    return refuse(
        error.status, error.message, retry_after=error.retry_after if isinstance(error, TooMany) else None
    )


def answer_gone(_error: ObjectDeletedError) -> Response:
    """What was read before the write began is not there any more now that it holds the lock: somebody was faster."""
    db.session.rollback()
    return refuse(404, _("This is not here any more."))


def answer_limit(error: RateLimitExceeded) -> Response:
    seconds = int(error.limit.limit.get_expiry()) if error.limit else 60
    return refuse(429, _("That was a little fast. Please wait a moment and try again."), retry_after=seconds)


def answer_busy(_error: PoolTimeout) -> Response:
    """No connection to the database became free."""
    db.session.rollback()
    return answer_domain_error(busy())


def answer_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 405:  # to people a page that only takes what forms send is no page
        status = 404
    if isinstance(error, BadHost):  # no page can be drawn: none of its links has an address under this name
        return Response(sentence_for(400), status, mimetype="text/plain")
    return refuse(status, sentence_for(status))


def answer_fault(error: Exception) -> Response:
    """Something of ours broke: it is logged with the request id, the visitor learns what was kept."""
    log.exception("unhandled fault")
    try:
        db.session.rollback()
        return refuse(500, sentence_for(500))
    except Exception:  # the page of the fault itself is broken, or the database is gone
        log.exception("could not show the page for a fault")
        return make_response("Something broke on our side. Please try again in a moment.", 500)


def sentence_for(status: int) -> str:
    sentences = {
        400: _("We could not understand this request. Please go back and try again."),
        403: _("This page is not open to you."),
        404: _("There is no page at this address. It may have moved, or its author took it down."),
        413: _("This is too large to send. A photo may have up to 20 MB."),
        422: _("Something in the form needs another look."),
        429: _("That was a little fast. Please wait a moment and try again."),
    }
    return sentences.get(
        status, _("Something broke on our side. What you typed is still on your page: try again.")
    )


def title_for(status: int) -> str:
    titles = {
        403: _("Not open to you"),
        404: _("Nothing here"),
        413: _("Too large"),
        422: _("Please check once more"),
        429: _("A moment, please"),
    }
    return titles.get(status, _("A stitch came loose"))


def _page(status: int, message: str) -> str:
    return render(
        "_layout/error.html",
        code=status,
        title=title_for(status),
        message=message,
        action_url=url_for("home.landing"),
        action_label=_("To the front page"),
    )
