"""Cards of the wall, rendered once per process and kept by everything that can change what they show.

A card holds nothing of the viewer but whether they like the story, which is part of its key; it carries no token:
its button belongs to the one form ``act`` of the page. ``PORTAL_CARD_CACHE=0`` renders every card anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup

from portal.brand import queries as brand
from portal.brand.showing import when
from portal.core import clock
from portal.core.i18n import _, language
from portal.core.web import render
from portal.stories.keeping import Fresh, Kept
from portal.stories.queries import CardRow

MOST_CARDS = 3000
MOST_PAGES = 64

_cards: Kept[Markup] = Kept(MOST_CARDS)
#: whole pages for visitors without account, by all cards on them and everything around the cards
pages: Kept[bytes] = Kept(MOST_PAGES)
_others: list[Fresh[Any]] = []


def render_cards(rows: Iterable[CardRow], *, liked: AbstractSet[str] | None) -> list[Markup]:
    """The cards of these stories in their order. ``liked``: ids that the viewer likes; None for a visitor."""
    shared = shared_key()
    return [_card(row, None if liked is None else row.id in liked, shared) for row in rows]


def shared_key() -> tuple[Any, ...]:
    """What every card depends on besides its story: the language, the brand, and the day ("today", "yesterday")."""
    house = brand.current()
    return language(), house.version, brand.shop_day(clock.now())


def keeps() -> bool:
    """Whether this deployment keeps rendered cards."""
    return bool(current_app.config["PORTAL"].card_cache)


def key_of(row: CardRow) -> Sequence[Any]:
    """Everything in a row: a story, its author, its product or its counters cannot change without it."""
    return row


def forget() -> None:
    """Start anew (tests)."""
    _cards.forget()
    pages.forget()
    for fresh in _others:
        fresh.forget()


def forget_with(*kept: Fresh[Any]) -> None:
    """Let :func:`forget` empty these too."""
    _others.extend(kept)


def _card(row: CardRow, liked: bool | None, shared: tuple[Any, ...]) -> Markup:
    if not keeps():
        return draw(row, liked)
    key = (key_of(row), liked, shared)
    card = _cards.find(key)
    if card is None:
        card = draw(row, liked)
        _cards.keep(key, card)
    return card


def _day(moment: datetime | None) -> str:
    """The day in words, short enough for a narrow card."""
    if moment is None:
        return ""
    return _("Today") if brand.shop_day(moment) == brand.shop_day(clock.now()) else when(moment)


def draw(row: CardRow, liked: bool | None, *, waiting: str = "") -> Markup:
    """One card. ``liked`` is None for a visitor, whose heart leads to sign-in. ``waiting`` says why nobody sees it."""
    html = render("stories/_card.html", story=row, liked=liked, waiting=waiting, told=_day(row.published_at))
    return Markup(html)  # noqa: S704 our own template, which escapes what members wrote
