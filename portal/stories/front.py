"""The wall for visitors without account, answered before the application when nothing on it has changed.

Most visitors of a brand read its wall without an account, and all of them who speak one language see the same bytes.
So the answer that the application gave is kept with the stamp of everything on it; the next visitor costs one light
statement that compares the stamp, whatever process or machine changed the wall meanwhile. Stories, cards, themes,
numbers and the brand are thus always true; the hour, the day and who was here today are at most five seconds old.

Never kept: anything asked for with a session, by htmx, with a filter or a cursor. ``PORTAL_CARD_CACHE=0`` leaves it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from portal.core.db import db
from portal.core.i18n import language
from portal.core.ui import chosen_theme
from portal.stories.keeping import Kept
from portal.stories.queries.stamps import page_stamp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/stories"
#: a page for each language and theme, and the ways in which browsers ask for these
MOST_PAGES = 8
MOST_WAYS = 1000
FRESH_SECONDS = 5.0
#: set by the view when its answer is the same for everyone who reads this language in this theme
SHARED = "portal.shared_answer"

Headers = list[tuple[str, str]]
Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the application said, when, and what it depended on."""

    stamp: Stamp
    headers: Headers
    body: bytes
    until: float


class Front:
    """WSGI middleware around the application."""

    def __init__(self, app: Flask, inner: WSGIApplication, read_stamp: Callable[[], Stamp]) -> None:
        self._app, self._inner, self._read_stamp = app, inner, read_stamp
        self._session_cookie = app.config["SESSION_COOKIE_NAME"] + "="
        self._wanted: Kept[tuple[str, str]] = Kept(MOST_WAYS)
        self._answers: Kept[_Answer] = Kept(MOST_PAGES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or not self._fits(environ):
            return self._inner(environ, start_response)
        way = (environ.get("HTTP_ACCEPT_LANGUAGE"), environ.get("HTTP_COOKIE"))
        with self._app.app_context():
            stamp = self._read_stamp()
        answer = self._answers.find(self._wanted.find(way))
        if answer is not None and answer.stamp == stamp and time.monotonic() < answer.until:
            start_response("200 OK", list(answer.headers))
            return [answer.body]
        return self._ask(environ, start_response, way, stamp)

    def _fits(self, environ: WSGIEnvironment) -> bool:
        return (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("QUERY_STRING")
            and "HTTP_HX_REQUEST" not in environ
            and self._session_cookie not in environ.get("HTTP_COOKIE", "")
        )

    def _ask(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        way: tuple[str | None, str | None],
        stamp: Stamp,
    ) -> Iterable[bytes]:
        """Let the application answer, and keep what it says. The stamp was read before: the answer is not older."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, error: Any = None) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, error)

        answer = self._inner(environ, listen)
        wanted = environ.get(SHARED)
        if wanted is None:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        status, headers = said[-1]
        if status.startswith("200"):
            self._wanted.keep(way, wanted)
            self._answers.keep(wanted, _Answer(stamp, list(headers), body, time.monotonic() + FRESH_SECONDS))
        return [body]


def install(app: Flask) -> None:
    """Put the front before the application. Tests put it there themselves, on their own connection."""
    if app.config["PORTAL"].card_cache and not app.testing:
        app.wsgi_app = Front(app, app.wsgi_app, _read_stamp)  # type: ignore[method-assign]


def _read_stamp() -> Stamp:
    engine = db.engine
    connection = engine.raw_connection()
    try:
        return page_stamp(connection, engine.dialect)
    finally:
        connection.close()


def share_answer() -> None:
    """Say that the answer to this request holds nothing of the visitor."""
    request.environ[SHARED] = (language(), chosen_theme())
