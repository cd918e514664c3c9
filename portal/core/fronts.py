"""What fronts share: they answer a page before the application does, from what it drew for somebody else.

A front reads who asks from the headers alone. The application tells it what of an answer belongs to its reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, request, session
from flask_wtf.csrf import generate_csrf

from portal.core.access import session_token
from portal.core.i18n import language
from portal.core.keeping import Kept
from portal.core.ui import chosen_theme

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_BROWSERS = 4000
FLASHED = "_flashes"
#: what every session of somebody who is signed in holds
_USUAL = {"_user_id", "_id", "_fresh", "_permanent", "csrf_token"}
#: where the application finds somebody who listens
_EAR = "portal.front"
#: headers of one answer only: its length, and the id that a slow request was noted with
_PASSING = ("Content-Length", "X-Request-ID")

Headers = list[tuple[str, str]]
#: language and theme
Look = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser's headers say: how it wants pages, and of a member the session and a token for forms.

    ``carries``: its cookie holds something of its own (a code that was typed, a text that was kept) that pages may show.
    """

    look: Look
    session: str | None = None
    token: bytes = b""
    carries: bool = False


class Browsers:
    """Those that asked lately, by their headers: with another cookie, changed by whomever, it is another browser."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: Kept[Browser] = Kept(MOST_BROWSERS)

    def of(self, environ: WSGIEnvironment) -> Browser | None:
        """The browser behind a request; None when its cookie is about to change."""
        way = (environ.get("HTTP_ACCEPT_LANGUAGE"), environ.get("HTTP_COOKIE"))
        browser = self._known.find(way)
        if browser is None:
            with self._app.request_context(environ):
                browser = _read()
            if browser is not None:
                self._known.keep(way, browser)
        return browser


def carries_something() -> bool:
    """Whether this browser's cookie holds more than who is signed in."""
    return not session.keys() <= _USUAL


def is_plain(environ: WSGIEnvironment) -> bool:
    """Whether somebody just looks at a page: no choice in its address, no piece for htmx."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in environ
    )


def lasting(status: str, headers: Headers) -> Headers | None:
    """The headers that others get too; None when the answer is no page, or changes cookies."""
    if not status.startswith("200") or any(name == "Set-Cookie" for name, _value in headers):
        return None
    return [(name, value) for name, value in headers if name not in _PASSING]


def ear(environ: WSGIEnvironment) -> list[Any]:
    """What the application tells about its answer to this request will stand in this list."""
    told: list[Any] = []
    environ[_EAR] = told
    return told


def listens() -> bool:
    """Whether the answer to this request may be kept."""
    return _EAR in request.environ


def tell(told: Any) -> None:
    """Say what the answer to this request is to others."""
    request.environ[_EAR].append(told)


def _read() -> Browser | None:
    look, token = (language(), chosen_theme()), session_token()
    if FLASHED in session or (token and "csrf_token" not in session):
        return None
    made = generate_csrf().encode() if token else b""
    return Browser(look, token, made, carries_something())
