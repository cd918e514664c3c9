"""The wall for a member: its first page is kept as a sheet, and only what is theirs is asked for.

A sheet depends on the stamp of everything on the page (as in :mod:`portal.stories.front`), on language, theme, the
shop's hour, and on what the viewer may do: the shell shows it. Theirs are the token of their session, the bell, their
face, their card, and which stories they like. Who has a story on its way to the wall, or a sentence waiting to be
said, gets a page of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.i18n import language
from portal.core.ui import chosen_theme
from portal.core.web import page, render, wants_fragment, whole
from portal.stories import cards, queries
from portal.stories.front import FRESH_SECONDS
from portal.stories.keeping import Kept
from portal.stories.queries.own import Mine, mine_among
from portal.stories.queries.stamps import page_stamp_now
from portal.stories.sheets import Sheet, cut
from portal.stories.views import around

TEMPLATE = "stories/wall.html"
#: languages, themes and kinds of staff, twice: while one grows old the next is drawn
MOST_SHEETS = 48
MOST_MEMBERS = 2000
_FLASHED = "_flashes"

Context = dict[str, Any]


class _Wall(NamedTuple):
    """The sheet, and each story's card: not liked, and liked."""

    sheet: Sheet
    cards: dict[str, tuple[bytes, bytes]]
    until: float


_walls: Kept[_Wall] = Kept(MOST_SHEETS)
_pieces: Kept[dict[str, bytes]] = Kept(MOST_MEMBERS)
cards.forget_with(_walls, _pieces)


def fits() -> bool:
    """Whether this request asks for a page that is kept."""
    return (
        not request.query_string
        and _FLASHED not in session
        and cards.keeps()
        and not current_app.debug
        and not wants_fragment()
    )


def answer(me: Viewer, context_of: Callable[[], Context]) -> Response:
    """The wall for this member. ``context_of`` tells what the template needs; asked only if something is new.

    Three light queries while nothing is.
    """
    hour = clock.in_zone(clock.now(), brand.current().time_zone).replace(minute=0, second=0, microsecond=0)
    key = (language(), chosen_theme(), brand.current().version, hour, me.permissions, page_stamp_now())
    wall = _walls.find(key)
    if wall is None or time.monotonic() > wall.until:
        context = context_of()
        wall = _draw(me, context)
        if wall is None:
            return page(TEMPLATE, **context)
        _walls.keep(key, wall)
    mine = mine_among(me.id, list(wall.cards))
    if mine.standing.on_the_way:
        return page(TEMPLATE, **context_of())
    theirs = {story_id: both[story_id in mine.liked] for story_id, both in wall.cards.items()}
    theirs["token"] = generate_csrf().encode()
    return whole(wall.sheet.filled(theirs | _pieces_of(me, mine, hour)))


def _draw(me: Viewer, context: Context) -> _Wall | None:
    """The page as it is for this member, cut. None when it is theirs alone."""
    own: around.Own = context["own"]
    if own.on_the_way:
        return None
    drawn = render(TEMPLATE, **context)
    shown: dict[str, Any] = dict(zip(context["ids"], context["cards"], strict=True))
    pieces = shown | _texts(own) | {"token": generate_csrf()}
    sheet = cut(drawn, pieces)
    if sheet is None:
        return None
    rows = queries.cards(list(shown))
    plain, liked = (cards.render_cards(rows, liked=some) for some in (frozenset(), frozenset(shown)))
    both = {row.id: (no.encode(), yes.encode()) for row, no, yes in zip(rows, plain, liked, strict=True)}
    return _Wall(sheet, both, time.monotonic() + FRESH_SECONDS) if both.keys() == shown.keys() else None


def _pieces_of(me: Viewer, mine: Mine, hour: datetime) -> dict[str, bytes]:
    """What stands on the page about this member, kept by everything that it tells."""
    key = (language(), brand.current().version, hour, me.display_name, me.avatar, mine.standing, mine.unread)
    pieces = _pieces.find(key)
    if pieces is None:
        texts = _texts(around.card_for(mine.standing), unread=lambda: mine.unread)
        pieces = {name: text.encode() for name, text in texts.items()}
        _pieces.keep(key, pieces)
    return pieces


def _texts(own: around.Own, **more: Any) -> dict[str, str]:
    """The same templates that the page includes."""
    return {
        "corner": render("_layout/corner.html", **more),
        "strip": render("stories/_strip.html", own=own),
        "card": render("stories/_membership.html", own=own),
    }
