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
    """The sheet, the stories on it, and their cards by story and "liked or not", as far as somebody needed them."""

    sheet: Sheet
    shown: list[str]
    cards: dict[tuple[str, bool], bytes]
    until: float


_walls: Kept[_Wall] = Kept(MOST_SHEETS)
_pieces: Kept[dict[str, bytes]] = Kept(MOST_MEMBERS)
_tokens: Kept[bytes] = Kept(MOST_MEMBERS)
cards.forget_with(_walls, _pieces, _tokens)


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
        return _draw(key, context_of())
    mine = mine_among(me.id, wall.shown)
    if mine.standing.on_the_way:
        return page(TEMPLATE, **context_of())
    pieces = _cards_of(wall, mine.liked) | _pieces_of(me, mine, hour)
    return whole(wall.sheet.filled(pieces | {"token": _token()}))


def _draw(key: tuple[Any, ...], context: Context) -> Response:
    """The page as it is for this member, cut and kept for the others unless it is theirs alone."""
    drawn = render(TEMPLATE, **context)
    own: around.Own = context["own"]
    if not own.on_the_way:
        shown: dict[str, Any] = dict(zip(context["ids"], context["cards"], strict=True))
        sheet = cut(drawn, shown | _texts(own, context["unread"]()) | {"token": generate_csrf()})
        if sheet is not None:
            liked: frozenset[str] = context["liked"]
            both = {(story_id, story_id in liked): card.encode() for story_id, card in shown.items()}
            _walls.keep(key, _Wall(sheet, list(shown), both, time.monotonic() + FRESH_SECONDS))
    return whole(drawn)


def _cards_of(wall: _Wall, liked: frozenset[str]) -> dict[str, bytes]:
    """The stories' cards for somebody who likes these. One query while nobody before was of the same mind."""
    missing = [story_id for story_id in wall.shown if (story_id, story_id in liked) not in wall.cards]
    if missing:
        rows = queries.cards(missing)
        for row, card in zip(rows, cards.render_cards(rows, liked=liked), strict=True):
            wall.cards[row.id, row.id in liked] = card.encode()
    return {story_id: wall.cards[story_id, story_id in liked] for story_id in wall.shown}


def _pieces_of(me: Viewer, mine: Mine, hour: datetime) -> dict[str, bytes]:
    """What stands on the page about this member, kept by everything that it tells."""
    key = (language(), brand.current().version, hour, me.display_name, me.avatar, mine.standing, mine.unread)
    pieces = _pieces.find(key)
    if pieces is None:
        texts = _texts(around.card_for(mine.standing), mine.unread)
        pieces = {name: text.encode() for name, text in texts.items()}
        _pieces.keep(key, pieces)
    return pieces


def _token() -> bytes:
    """A token for the secret of this session: it does not expire, so one for each secret will do."""
    token = _tokens.find(session.get("csrf_token"))
    if token is None:
        token = generate_csrf().encode()
        _tokens.keep(session["csrf_token"], token)
    return token


def _texts(own: around.Own, unread: int) -> dict[str, str]:
    """The same templates that the page includes."""
    return {
        "corner": render("_layout/corner.html", unread=lambda: unread),
        "strip": render("stories/_strip.html", own=own),
        "card": render("stories/_membership.html", own=own),
    }
