"""The page of an event, answered before the application while nothing on it has changed.

The application draws a page that many share (``views/kept_page``) and tells here what it depends on, and what on it is its
reader's. Visitors get the same bytes after one light statement has said that they still hold. For a member a second one asks
whose session this is, and what of the page depends on them; their own pieces are put into their places. So nothing is stale,
and an ended session is refused at once.

Everybody and everything else goes to the application: who holds or held seats here, waits or gathers, staff, who keeps away
from people, a browser that carries a code. ``PORTAL_CARD_CACHE=0`` leaves the front out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask

from portal.core.cutting import Sheet, cut
from portal.core.db import new_id
from portal.core.fronts import Browser, Browsers, Headers, ear, is_plain, lasting
from portal.core.keeping import Kept, forget_with
from portal.core.plain import Driver, borrowed_driver
from portal.events.kept import Page
from portal.events.queries.reader import Reader, ask_reader
from portal.events.queries.stamp import ask_stamp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

BELOW = "/events/"
MOST_PAGES = 160
MOST_PIECES = 4000


class Pieces(NamedTuple):
    """How the pieces that tell about a member are drawn, in the request of that member."""

    corner: Callable[[Reader], str]
    coming: Callable[[int, int], str]


class _Answer(NamedTuple):
    page: Page
    sheet: Sheet
    headers: Headers


class Front:
    """WSGI middleware around the application. ``lend`` gives a connection to read on."""

    def __init__(
        self,
        app: Flask,
        inner: WSGIApplication,
        draw: Pieces,
        lend: Callable[[], AbstractContextManager[Driver]] = borrowed_driver,
    ) -> None:
        self._app, self._inner, self._draw, self._lend = app, inner, draw, lend
        self._browsers = Browsers(app)
        self._answers: Kept[_Answer] = Kept(MOST_PAGES)
        self._pieces: Kept[bytes] = Kept(MOST_PIECES)
        forget_with(self._answers, self._pieces)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        slug = _slug(environ)
        if not slug or not is_plain(environ):
            return self._inner(environ, start_response)
        found = self._look(environ, slug)
        if found is None:
            return self._ask(environ, start_response)
        headers, body = found
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _look(self, environ: WSGIEnvironment, slug: str) -> tuple[Headers, bytes] | None:
        """The page as it would be drawn for this browser now; None when the application has to draw it, or nothing can be
        read: it has a page for that too."""
        try:
            browser = self._browsers.of(environ)
            if browser is None or browser.carries:
                return None
            with self._app.app_context(), self._lend() as driver:
                reader = ask_reader(driver, browser.session, slug) if browser.session else None
                if browser.session and not (reader and reader.is_usual):
                    return None
                answer = self._answers.find((slug, browser.look, reader and reader.tiers))
                if answer is None or answer.page.is_late() or ask_stamp(driver, slug) != answer.page.stamp:
                    return None
            own = self._own(environ, browser, reader, answer.page) if reader else {}
            return answer.headers, answer.sheet.filled(own)
        except Exception:
            log.exception("the front could not look")
            return None

    def _own(
        self, environ: WSGIEnvironment, browser: Browser, reader: Reader, page: Page
    ) -> dict[str, bytes]:
        """A member's own pieces of this page."""
        me, near = reader.signed_in.viewer, page.near.get(reader.region, 0)
        drawn_from = (page.look, page.house)
        corner = (drawn_from, me.display_name, me.avatar, reader.unread)
        coming = (drawn_from, page.coming, near)
        return {
            "token": browser.token,
            "attempt": new_id().encode(),
            "corner": self._piece(environ, corner, lambda: self._draw.corner(reader)),
            "coming": self._piece(environ, coming, lambda: self._draw.coming(page.coming, near)),
        }

    def _piece(self, environ: WSGIEnvironment, key: tuple[Any, ...], draw: Callable[[], str]) -> bytes:
        piece = self._pieces.find(key)
        if piece is None:
            with self._app.request_context(environ):
                piece = draw().encode()
            self._pieces.keep(key, piece)
        return piece

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer, and keep what it tells about, unless cookies change."""
        told: list[Page] = ear(environ)

        def listen(status: str, headers: Headers, error: Any = None) -> Callable[[bytes], object]:
            kept = lasting(status, headers) if told else None
            if kept is not None:
                self._keep(told[0], kept)
            return start_response(status, headers, error)

        return self._inner(environ, listen)

    def _keep(self, page: Page, headers: Headers) -> None:
        sheet = cut(page.body.decode(), page.pieces)
        if sheet is not None:
            self._answers.keep(page.key, _Answer(replace(page, body=b"", pieces={}), sheet, headers))


def _slug(environ: WSGIEnvironment) -> str:
    """Which event's page is asked for; empty when it is another page."""
    path: str = environ["PATH_INFO"]
    slug = path.removeprefix(BELOW)
    return slug if slug != path and "/" not in slug else ""
