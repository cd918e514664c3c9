"""What stands around the cards: the member's own card, who was here today, what to choose from, empty walls."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from flask import url_for
from markupsafe import Markup

from portal.accounts import queries as accounts
from portal.accounts.queries import Card
from portal.catalog.queries import get_product
from portal.core.access import Viewer, viewer
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.keeping import Fresh, forget_with
from portal.stories import cards, queries, ways
from portal.stories.models import StoryState
from portal.stories.queries import CardRow, WallFilter
from portal.stories.queries.apart import unseen_among
from portal.stories.queries.own import Standing, on_the_way

FACES = 4
#: fewer than this is nothing to tell
FEWEST_PRESENT = 2
PRESENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Face:
    """Somebody who was here today, as the avatar macro wants them."""

    display_name: str
    avatar: str | None


@dataclass(frozen=True)
class Presence:
    """How many members were here today, and some of their faces."""

    count: int
    faces: tuple[Face, ...]


@dataclass(frozen=True)
class Own:
    """The member's card, and how many of their stories nobody else sees yet."""

    card: Card
    on_the_way: int


@dataclass(frozen=True)
class Nothing:
    """An empty wall: what it says and where it leads."""

    title: str
    text: str
    url: str
    label: str
    icon: str


def _ask_presence(_argument: str = "", me: Viewer | None = None) -> Presence | None:
    number, faces = accounts.presence_today(FACES, me)
    if number < FEWEST_PRESENT:
        return None
    return Presence(number, tuple(Face(name, avatar) for name, avatar in faces))


_presence: Fresh[Presence | None] = Fresh(PRESENCE_SECONDS, _ask_presence)
forget_with(_presence, ways.kept)


def presence(me: Viewer | None) -> Presence | None:
    """Who was here today, at most a minute old; None while there is nobody to tell about.

    Whoever keeps away from people is told of the others only.
    """
    return _ask_presence(me=me) if me and me.keeps_apart else _presence()


def filter_name(chosen: WallFilter) -> str:
    """How a filter is called in a heading. One query for a product, none for the others."""
    if chosen.kind == "featured":
        return _("Staff picks")
    if chosen.kind == "tag":
        return f"#{chosen.value}"
    if chosen.kind != "product":
        return chosen.value
    try:
        return get_product(chosen.value).name
    except NotFound:
        return chosen.value


def card_for(standing: Standing) -> Own:
    """The membership card with the number of stories."""
    card = accounts.card_of(standing)
    facts = [*card.facts, (_("Stories"), str(standing.stories))]
    return Own(replace(card, facts=facts), standing.on_the_way)


def story_cards(rows: Sequence[CardRow]) -> list[Markup]:
    """Cards for the viewer of this request, for pages of other rooms. One query for a member, none for a visitor."""
    me, ids = viewer(), [row.id for row in rows]
    liked = queries.liked_by(me.id, ids) if me else None
    return cards.render_cards(rows, liked=liked, unseen=unseen_among(me, ids))


def waiting_cards(me: Viewer) -> list[Markup]:
    """The member's own stories on their way to the wall. One query."""
    return own_cards(on_the_way(me.id), frozenset(), me)


def own_cards(rows: Sequence[CardRow], liked: AbstractSet[str], me: Viewer) -> list[Markup]:
    """Cards for their author: those that nobody else sees say why, and are never kept."""
    said = {
        StoryState.PREPARING: _("Photos are being prepared"),
        StoryState.HELD: _("In review · only you see this"),
        StoryState.REJECTED: _("Not on the wall · see why"),
        StoryState.HIDDEN: _("Taken off the wall · see why"),
    }
    told = [row for row in rows if row.state not in said]
    unseen = unseen_among(me, [row.id for row in told])
    kept = iter(cards.render_cards(told, liked=liked, unseen=unseen))
    return [
        cards.draw(row, None, waiting=said[row.state]) if row.state in said else next(kept) for row in rows
    ]


def nothing(chosen: WallFilter, name: str) -> Nothing:
    """What an empty wall says: the very first one, or a filter without stories."""
    if chosen.kind == "newest":
        return Nothing(
            _("This wall is still empty"),
            _("The first stitch is yours."),
            url_for("stories.new"),
            _("Tell a story"),
            "scissors",
        )
    if chosen.kind == "member":
        return Nothing(
            _("No stories yet"),
            _("When there is one, it will hang here."),
            url_for("stories.wall"),
            _("To the wall"),
            "scissors",
        )
    if chosen.kind == "product":
        return Nothing(
            _("Nobody has told a story with “%(product)s” yet", product=name),
            _("Yours would be the first: where has it been with you?"),
            url_for("stories.new", product=chosen.value),
            _("Tell your story with it"),
            "scissors",
        )
    return Nothing(
        _("No story for “%(filter)s” yet", filter=name),
        _("Take the filter off, or be the first to tell one."),
        url_for("stories.wall"),
        _("Show all stories"),
        "search",
    )
