"""The page of an event, answered before the application while nothing on it has changed.

The application draws the page that all visitors share (``views/kept_page``) and tells here what it depends on. Whoever comes
next with the same language, theme and cookies gets the same bytes, after one light statement has said that they still hold.
Everybody and everything else goes to the application. ``PORTAL_CARD_CACHE=0`` leaves the front out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, request

from portal.core.keeping import Kept, forget_with
from portal.core.plain import Driver, borrowed_driver
from portal.events.kept import Page
from portal.events.queries.stamp import ask_stamp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

BELOW = "/events/"
MOST_BROWSERS = 2000
#: where the application finds somebody who listens
_EAR = "portal.events.front"
#: headers of one answer only: its length, and the id that a slow request was noted with
_PASSING = ("Content-Length", "X-Request-ID")

Headers = list[tuple[str, str]]


class _Answer(NamedTuple):
    page: Page
    headers: Headers


class Front:
    """WSGI middleware around the application. ``lend`` gives a connection to read on."""

    def __init__(
        self,
        app: Flask,
        inner: WSGIApplication,
        lend: Callable[[], AbstractContextManager[Driver]] = borrowed_driver,
    ) -> None:
        self._app, self._inner, self._lend = app, inner, lend
        self._answers: Kept[_Answer] = Kept(MOST_BROWSERS)
        forget_with(self._answers)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_plain(environ):
            return self._inner(environ, start_response)
        key = tuple(environ.get(name) for name in ("PATH_INFO", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE"))
        answer = self._answers.find(key)
        if answer is None or not self._holds(answer.page):
            return self._ask(key, environ, start_response)
        body = answer.page.body
        start_response("200 OK", [*answer.headers, ("Content-Length", str(len(body)))])
        return [body]

    def _holds(self, page: Page) -> bool:
        """Whether the page would be drawn the same now. When nothing can be read the application has a page for that too."""
        try:
            with self._app.app_context(), self._lend() as driver:
                return not page.is_late() and ask_stamp(driver, page.slug) == page.stamp
        except Exception:
            log.exception("the front could not look")
            return False

    def _ask(
        self, key: tuple[Any, ...], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application answer, and keep what it tells about, unless cookies change."""
        told: list[Page] = []

        def listen(status: str, headers: Headers, error: Any = None) -> Callable[[bytes], object]:
            if (
                told
                and status.startswith("200")
                and not any(name == "Set-Cookie" for name, _value in headers)
            ):
                lasting = [(name, value) for name, value in headers if name not in _PASSING]
                self._answers.keep(key, _Answer(told[0], lasting))
            return start_response(status, headers, error)

        environ[_EAR] = told
        return self._inner(environ, listen)


def _is_plain(environ: WSGIEnvironment) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ["PATH_INFO"].startswith(BELOW)
        and not environ.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in environ
    )


def tell(page: Page) -> None:
    """Say that the answer to this request is this page, for every visitor."""
    if _EAR in request.environ:
        request.environ[_EAR].append(page)


def install(app: Flask) -> None:
    """Put the front before the application. Tests put it there themselves, on their own connection."""
    if app.config["PORTAL"].card_cache and not app.testing and not app.debug:
        app.wsgi_app = Front(app, app.wsgi_app)  # type: ignore[method-assign]
