"""The wall, answered before the application while nothing on it has changed.

The application draws a wall and tells what of it belongs to its reader (:func:`tell`). Kept with the stamp of
everything on it, the wall answers whoever comes next: visitors with the same bytes, members with their own pieces in
their places. That costs one light statement, and for a member a second one: whose session is this, and what does the
wall show of them? So nothing is stale, and an ended session is refused at once, whatever process or machine changed
something meanwhile; only the hour, the day and who was here today may be five seconds old.

Anything unusual goes to the application: staff, who keeps away from people or is kept away, a filter, htmx, a sentence
that waits to be said, texts to accept, a story on its way to the wall, presence that is to be noted.
``PORTAL_CARD_CACHE=0`` leaves the front out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask

from portal.core.access import viewer
from portal.core.fronts import Browser, Browsers, Headers, Look, ear, is_plain, lasting
from portal.core.plain import Driver, borrowed_driver
from portal.stories.queries.own import Mine, Reader, reader_of
from portal.stories.queries.stamps import page_stamp
from portal.stories.walls import Pieces, Stamp, Wall, Walls

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/stories"


@dataclass(frozen=True, slots=True)
class _Seen:
    """How the wall stands, for whom, and the answer unless the application has to give it."""

    look: Look
    stamp: Stamp
    answer: tuple[Headers, bytes] | None


class Front:
    """WSGI middleware around the application.

    ``draw`` makes the pieces that tell about the member of a request; ``lend`` gives a connection to read on.
    """

    def __init__(
        self,
        app: Flask,
        inner: WSGIApplication,
        draw: Callable[[Mine], Pieces],
        lend: Callable[[], AbstractContextManager[Driver]] = borrowed_driver,
    ) -> None:
        self._app, self._inner, self._draw, self._lend = app, inner, draw, lend
        self._browsers = Browsers(app)
        self._walls = Walls()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen = self._look(environ) if environ["PATH_INFO"] == PATH and is_plain(environ) else None
        if seen is None:
            return self._inner(environ, start_response)
        if seen.answer is None:
            return self._ask(environ, start_response, seen)
        headers, body = seen.answer
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _look(self, environ: WSGIEnvironment) -> _Seen | None:
        """None when only the application knows what to say, or nothing can be read: it has a page for that too."""
        try:
            browser = self._browsers.of(environ)
            if browser is None:
                return None
            with self._app.app_context(), self._lend() as driver:
                stamp = page_stamp(driver)
                wall = self._walls.find(browser.look, stamp, visitor=browser.session is None)
                reader = reader_of(driver, browser.session, wall.cards) if wall and browser.session else None
            body = self._fill(environ, wall, browser, reader) if wall else None
            return _Seen(browser.look, stamp, (wall.headers, body) if wall and body else None)
        except Exception:
            log.exception("the front could not look")
            return None

    def _fill(
        self, environ: WSGIEnvironment, wall: Wall, browser: Browser, reader: Reader | None
    ) -> bytes | None:
        """The wall for this browser; None when the application should look after it."""
        if browser.session is None:
            return wall.sheet.filled({})
        if reader is None or _is_unusual(reader):
            return None
        own = self._walls.find_own(browser.look, wall, reader.mine)
        own = own or self._learn(environ, browser.look, wall, reader.mine)
        return wall.filled(own, reader.mine.liked, browser.token) if own else None

    def _learn(self, environ: WSGIEnvironment, look: Look, wall: Wall, mine: Mine) -> dict[str, bytes] | None:
        """The pieces that tell about a member who was not here yet; None while just that changes."""
        with self._app.request_context(environ):
            me = viewer()
            if me is None or (me.display_name, me.avatar) != (mine.standing.display_name, mine.avatar):
                return None
            return self._walls.keep_own(look, wall.hour, mine, self._draw(mine))

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse, seen: _Seen) -> Iterable[bytes]:
        """Let the application answer, and keep the wall if it tells about it and leaves the cookies alone."""
        told = ear(environ)
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, error: Any = None) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, error)

        answer = self._inner(environ, listen)
        if not told:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        headers = lasting(*said[-1])
        if headers is not None:
            self._walls.keep(seen.look, seen.stamp, told[0], headers, body)
        return [body]


def _is_unusual(reader: Reader) -> bool:
    """Whether their wall looks like nobody else's, or there is more to do than to show it."""
    return not reader.signed_in.is_usual or reader.mine.standing.on_the_way > 0
