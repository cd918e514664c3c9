"""The page of an event, drawn once for many: all visitors see the same one, and members with the same tiers do but for
their face, their bell, the tokens of their forms and how many come from where they live.

It is kept with the stamp of everything on it, which is asked of the database each time, and until the first moment at which
time alone changes it; so seats that are left and sales that open are never shown as they were. Whoever has a part in the
event, keeps away from people, works here, or carries something of their own in the browser (a code that was typed, a sentence
that waits) has it drawn for them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from flask import Flask, current_app, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import Viewer
from portal.core.fronts import Look, carries_something, listens, tell
from portal.core.i18n import language
from portal.core.keeping import Kept, forget_with, keeps
from portal.core.ui import chosen_theme
from portal.core.web import render, wants_fragment, whole
from portal.events.front import Front, Pieces
from portal.events.kept import Page
from portal.events.queries.reader import Reader, find_reader
from portal.events.queries.stamp import find_stamp

MOST_PAGES = 80


class Drawn(NamedTuple):
    """A page just drawn, and until when time leaves it as it is; of a member's what on it is their own."""

    body: bytes
    until: datetime
    pieces: Mapping[str, str] = {}
    coming: int = 0
    near: Mapping[str, int] = {}


_pages: Kept[Page] = Kept(MOST_PAGES)
forget_with(_pages)

#: draws the page for this viewer; None when it is not to be kept
Draw = Callable[[Viewer | None], Drawn | None]


def install(app: Flask) -> None:
    """Put the front before the application. Tests put it there themselves, on their own connection."""
    if app.config["PORTAL"].card_cache and not app.testing and not app.debug:
        app.wsgi_app = Front(app, app.wsgi_app, OWN)  # type: ignore[method-assign]


def answer(me: Viewer | None, slug: str, draw: Draw) -> Response | None:
    """The page as others have it; None when it has to be drawn for this one alone. ``draw`` is asked when it is not kept.

    One light query for a visitor. It comes before the others, so a page is never older than its stamp says.
    """
    if not _fits():
        return None
    if me is not None:
        return _of_member(me, slug, draw) if listens() else None
    page = _pages.find((slug, _look(), None))
    if page is None or page.is_late() or find_stamp(slug) != page.stamp:
        page = _draw_anew(slug, None, lambda: draw(None))
        if page is None:
            return None
        _pages.keep(page.key, page)
    if listens():
        tell(page)
    return whole(page.body)


def corner_of(reader: Reader) -> str:
    """The bell and the face, by the template that the page includes."""
    return render("_layout/corner.html", viewer=reader.signed_in.viewer, unread=lambda: reader.unread)


def coming_line(coming: int, near: int) -> str:
    """How many come, and how many of them from the reader's city, likewise."""
    return render("events/_coming.html", shown={"coming": coming, "near": near})


#: how the front fills in what is a member's own
OWN = Pieces(corner_of, coming_line)


def _of_member(me: Viewer, slug: str, draw: Draw) -> Response | None:
    """Drawn for this member, and told to the front unless who they are here changed while it was drawn."""
    reader = find_reader(me.session_id, slug)
    if reader is None or not reader.is_usual or vars(reader.signed_in.viewer) != vars(me):
        return None
    page = _draw_anew(slug, reader, lambda: draw(me))
    if page is None:
        return None
    after = find_reader(me.session_id, slug)
    if after is not None and after.is_usual and after.tiers == reader.tiers:
        tell(page)
    return whole(page.body)


def _draw_anew(slug: str, reader: Reader | None, draw: Callable[[], Drawn | None]) -> Page | None:
    stamp, house = find_stamp(slug), brand.current().version
    drawn = draw() if stamp else None
    if stamp is None or drawn is None:
        return None
    page = Page(slug, _look(), None, drawn.body, stamp, drawn.until, house)
    if reader is None:
        return page
    pieces = {"corner": corner_of(reader), "token": generate_csrf(), **drawn.pieces}
    return replace(page, readers=reader.tiers, pieces=pieces, coming=drawn.coming, near=drawn.near)


def _look() -> Look:
    return language(), chosen_theme()


def _fits() -> bool:
    """Whether this reader asks for the page as any other would."""
    return (
        not request.query_string
        and not carries_something()
        and keeps()
        and not current_app.debug
        and not wants_fragment()
    )
