"""The page of a story, drawn once for all who only read it.

Most who open a story see the same page. It is kept with the stamp of everything on it, which is asked of the database
each time, so what changed is never shown as it was. Filled in are the heart and, for members, the bell with their
face and the token of their session. Whoever sees more than that has the page drawn for them alone: the author, staff
(their tools), who has texts to accept, who keeps away from people or is kept away, who has ever written below the
story (what is theirs, they may delete), and to whom a sentence or text of an earlier request has to be given back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from portal.accounts.kept import KEY as TYPED
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.cutting import Sheet, cut
from portal.core.fronts import FLASHED
from portal.core.i18n import language
from portal.core.keeping import Kept, forget_with, keeps
from portal.core.ui import chosen_theme
from portal.core.web import render, wants_fragment, whole
from portal.stories.queries.reading import MineHere, find_stamp

TEMPLATE = "stories/story.html"
MOST_PAGES = 160
#: characters; with 50 comments a member's page has 100,000
LONGEST_PAGE = 300_000
MOST_PIECES = 2000

Context = dict[str, Any]


class _Page(NamedTuple):
    """The page, and what it was drawn from."""

    drawn_from: tuple[Any, ...]
    sheet: Sheet


_pages: Kept[_Page] = Kept(MOST_PAGES)
_pieces: Kept[str] = Kept(MOST_PIECES)
forget_with(_pages, _pieces)


def answer(
    me: Viewer | None, mine: MineHere | None, story_id: str, context: Callable[[], Context]
) -> Response | None:
    """The page as others have it, filled in for this reader; None when it has to be drawn for them alone.

    ``context`` is asked for what the template needs only when the page is not kept. One light query otherwise.
    """
    stamp = find_stamp(story_id) if _fits(me, mine) else None
    if stamp is None or (me and me.id == stamp.author_id):
        return None
    key = (story_id, me is None, language(), chosen_theme())
    drawn_from = (stamp.shown, brand.current().version, brand.shop_day(clock.now()))
    page, pieces = _pages.find(key), _pieces_for(me, mine, story_id, stamp.reaction_count)
    if page is not None and page.drawn_from == drawn_from:
        return whole(page.sheet.filled({name: piece.encode() for name, piece in pieces.items()}))
    drawn = render(TEMPLATE, **context())
    sheet = cut(drawn, pieces)
    if sheet is not None and len(drawn) < LONGEST_PAGE:
        _pages.keep(key, _Page(drawn_from, sheet))
    return whole(drawn)


def _fits(me: Viewer | None, mine: MineHere | None) -> bool:
    """Whether this reader asks for the page, and sees it, as any other would."""
    return (
        not request.query_string
        and not (me and (me.is_staff or me.sees_bar or me.keeps_apart))
        and not (mine and mine.wrote)
        and FLASHED not in session
        and TYPED not in session
        and keeps()
        and not current_app.debug
        and not wants_fragment()
    )


def _pieces_for(me: Viewer | None, mine: MineHere | None, story_id: str, likes: int) -> dict[str, str]:
    """What is filled in, as the page's own templates draw it."""
    liked = mine.liked if mine else None
    heart = {"story_id": story_id, "count": likes, "liked": liked}
    pieces = {"heart": _drawn("stories/_like.html", tuple(heart.values()), **heart)}
    if me and mine:
        corner = (me.display_name, me.avatar, mine.unread)
        pieces["corner"] = _drawn("_layout/corner.html", corner, unread=lambda: mine.unread)
        pieces["token"] = generate_csrf()
    return pieces


def _drawn(template: str, depends_on: tuple[Any, ...], **values: Any) -> str:
    key = (template, language(), *depends_on)
    piece = _pieces.find(key)
    if piece is None:
        piece = render(template, **values)
        _pieces.keep(key, piece)
    return piece
