"""The page of an event, drawn once for all visitors.

Most who open it have followed a link and are nobody the house knows: they see the same page. It is kept with the stamp of
everything on it, which is asked of the database each time, and until the first moment at which time alone changes it; so
seats that are left and sales that open are never shown as they were. Members, and visitors whose browser carries something
of its own (a code that was typed, a sentence that waits), have it drawn for them alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import current_app, request, session
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import Viewer
from portal.core.i18n import language
from portal.core.keeping import Kept, forget_with, keeps
from portal.core.ui import chosen_theme
from portal.core.web import wants_fragment, whole
from portal.events import front
from portal.events.kept import Page
from portal.events.queries.stamp import find_stamp

MOST_PAGES = 80


class Drawn(NamedTuple):
    """A page just drawn, and until when time leaves it as it is."""

    body: bytes
    until: datetime


_pages: Kept[Page] = Kept(MOST_PAGES)
forget_with(_pages)


def answer(me: Viewer | None, slug: str, draw: Callable[[], Drawn | None]) -> Response | None:
    """The page as all visitors have it; None when it has to be drawn for this one alone. ``draw`` is asked when it is not kept.

    One light query. It comes before the others, so a page is never older than its stamp says.
    """
    if me is not None or not _fits():
        return None
    key = (slug, language(), chosen_theme())
    page = _pages.find(key)
    if page is None or page.is_late() or find_stamp(slug) != page.stamp:
        page = _draw_anew(slug, draw)
        if page is None:
            return None
        _pages.keep(key, page)
    front.tell(page)
    return whole(page.body)


def _draw_anew(slug: str, draw: Callable[[], Drawn | None]) -> Page | None:
    stamp, house = find_stamp(slug), brand.current().version
    drawn = draw() if stamp else None
    if stamp is None or drawn is None:
        return None
    return Page(slug, drawn.body, stamp, drawn.until, house)


def _fits() -> bool:
    """Whether this visitor asks for the page as any other would."""
    return (
        not request.query_string
        and not session
        and keeps()
        and not current_app.debug
        and not wants_fragment()
    )
