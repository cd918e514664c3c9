"""The application's side of the front: which pieces of a wall are its reader's, and how they are drawn."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_wtf.csrf import generate_csrf

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.fronts import listens, tell
from portal.core.web import render
from portal.stories import front
from portal.stories.queries.own import Mine
from portal.stories.views import around
from portal.stories.walls import Pieces, Told


def install(app: Flask) -> None:
    """Put the front before the application. Tests put it there themselves, on their own connection."""
    if app.config["PORTAL"].card_cache and not app.testing and not app.debug:
        app.wsgi_app = front.Front(app, app.wsgi_app, own_pieces)  # type: ignore[method-assign]


def own_pieces(mine: Mine) -> Pieces:
    """What tells about the member behind this request, by the templates that the page includes."""
    own = around.card_for(mine.standing)
    return {
        "corner": render("_layout/corner.html", unread=lambda: mine.unread),
        "strip": render("stories/_strip.html", own=own),
        "card": render("stories/_membership.html", own=own),
    }


def tell_front(me: Viewer | None, context: dict[str, Any]) -> None:
    """``context`` of the wall's template. Of staff, of who has texts to accept or keeps apart, and of who has a story on its way, nothing is told."""
    if not listens():
        return
    if me is None:
        tell(Told())
    elif not (me.is_staff or me.sees_bar or me.keeps_apart or context["own"].on_the_way):
        tell(_told_of(context["mine"], context))


def _told_of(mine: Mine, context: dict[str, Any]) -> Told:
    ids: list[str] = context["ids"]
    calm, red = (context["cards_for"](liked) for liked in (frozenset(), frozenset(ids)))
    house = brand.current()
    hour = clock.in_zone(clock.now(), house.time_zone).replace(minute=0, second=0, microsecond=0)
    return Told(
        mine=mine,
        own=own_pieces(mine),
        hour=(house.version, hour),
        token=generate_csrf(),
        cards=dict(zip(ids, zip(calm, red, strict=True), strict=True)),
    )
