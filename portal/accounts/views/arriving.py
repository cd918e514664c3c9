"""Where visitors come from: a printed code leads to the front page, and is remembered for a month.

The last code met before joining counts: it is the one that brought them to the door.
"""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.accounts import services
from portal.accounts.views.blueprint import bp
from portal.core.access import public
from portal.core.web import go

COOKIE = "came_from"
MONTH_SECONDS = 30 * 24 * 3600


@bp.get("/from/<code>")
@public
def came_from(code: str) -> Response:
    """The address behind a printed code. One that nobody knows, or that is closed, leads to the same place."""
    response = remember_source(go("/"), services.recognised(code))
    response.headers["Cache-Control"] = "no-store"  # whoever comes again comes through here again
    return response


def remember_source(response: Response, code: str | None) -> Response:
    """The last touch counts; no code leaves the one before in place."""
    if code:
        secure = bool(request.is_secure)
        response.set_cookie(COOKIE, code, max_age=MONTH_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return response


def source_here() -> str:
    """The open code that this browser met last, within a month; else nothing."""
    return services.recognised(request.cookies.get(COOKIE, ""))
