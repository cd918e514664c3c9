"""Cards of the wall, drawn once per process and kept by everything that can change what they show.

A card holds nothing of the viewer but whether they like the story, which is part of its key; it carries no token:
its button belongs to the one form ``act`` of the page. Whoever keeps away from people sees other figures on some cards (``unseen``): those are drawn for them and never
kept. ``PORTAL_CARD_CACHE=0`` draws every card anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from markupsafe import Markup

from portal.brand import queries as brand
from portal.brand.showing import when
from portal.core import clock
from portal.core.i18n import _, language
from portal.core.keeping import Kept, forget_with, keeps
from portal.core.web import render
from portal.stories import queries
from portal.stories.queries import CardRow, WallHead
from portal.stories.queries.apart import Unseen, without
from portal.stories.queries.head import by_hashtag, find_put_forward
from portal.stories.queries.stamps import HeadStamp, Stamp, head_stamp

MOST_CARDS = 3000
MOST_HEADS = 16
NOBODYS: Mapping[str, Unseen] = {}

_cards: Kept[Markup] = Kept(MOST_CARDS)
_heads: Kept[WallHead] = Kept(MOST_HEADS)
forget_with(_cards, _heads)


def render_cards(
    rows: Iterable[CardRow], *, liked: AbstractSet[str] | None, unseen: Mapping[str, Unseen] = NOBODYS
) -> list[Markup]:
    """The cards of these stories in their order. ``liked``: ids that the viewer likes; None for a visitor."""
    shared = shared_key()
    return [
        draw(without(row, unseen[row.id]), likes) if row.id in unseen else _card(row, likes, shared)
        for row, likes in ((row, None if liked is None else row.id in liked) for row in rows)
    ]


def render_stamped(
    stamps: Sequence[Stamp], *, liked: AbstractSet[str] | None, unseen: Mapping[str, Unseen] = NOBODYS
) -> list[Markup]:
    """The same for stamps: only stories whose cards are not kept are read, all in one query."""
    shared = shared_key()
    drawn: dict[str, Markup | None] = dict.fromkeys(stamp.id for stamp in stamps)
    if keeps():
        for stamp in (stamp for stamp in stamps if stamp.id not in unseen):
            drawn[stamp.id] = _cards.find(_key(stamp, None if liked is None else stamp.id in liked, shared))
    rows = queries.cards([story_id for story_id, card in drawn.items() if card is None])
    for row, card in zip(rows, render_cards(rows, liked=liked, unseen=unseen), strict=True):
        drawn[row.id] = card
    return [card for card in drawn.values() if card is not None]


def wall_head() -> WallHead:
    """What stands above the cards, in the visitor's language: one query, two more when it changed."""
    now = clock.now()
    stamp = head_stamp(today=brand.shop_day(now), now=now)
    key = (stamp, shared_key())
    head = _heads.find(key) if keeps() else None
    if head is None:
        head = _read_head(stamp)
        _heads.keep(key, head)
    return head


def _read_head(stamp: HeadStamp) -> WallHead:
    """Only what the stamp does not tell already. One or two queries."""
    themes, prompt, campaign = by_hashtag(language())
    news, week_story = find_put_forward() if stamp.news or stamp.week else (None, None)
    return WallHead(
        stories=stamp.stories or 0,
        storytellers=stamp.storytellers or 0,
        themes=themes,
        prompt=prompt,
        pinned_news=news,
        week_story=week_story,
        campaign=campaign,
    )


def shared_key() -> tuple[Any, ...]:
    """What every card depends on besides its story: the language, the brand, and the day ("today", "yesterday")."""
    house = brand.current()
    return language(), house.version, brand.shop_day(clock.now())


def draw(row: CardRow, liked: bool | None, *, waiting: str = "") -> Markup:
    """One card. ``liked`` is None for a visitor, whose heart leads to sign-in. ``waiting`` says why nobody sees it."""
    told = _day(row.published_at)
    html = render("stories/_card.html", story=row, liked=liked, waiting=waiting, told=told)
    return Markup(html)  # noqa: S704 our own template, which escapes what members wrote


def _card(row: CardRow, liked: bool | None, shared: tuple[Any, ...]) -> Markup:
    if not keeps():
        return draw(row, liked)
    key = _key(row, liked, shared)
    card = _cards.find(key)
    if card is None:
        card = draw(row, liked)
        _cards.keep(key, card)
    return card


def _key(story: CardRow | Stamp, liked: bool | None, shared: tuple[Any, ...]) -> tuple[Any, ...]:
    """Every change that a reader can see grows one of these numbers."""
    return (
        story.id,
        story.version,
        story.author_version,
        story.product_version,
        liked,
        shared,
    )


def _day(moment: datetime | None) -> str:
    """The day in words, short enough for a narrow card."""
    if moment is None:
        return ""
    return _("Today") if brand.shop_day(moment) == brand.shop_day(clock.now()) else when(moment)
