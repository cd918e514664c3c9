"""Walls that were drawn, kept for whoever comes next: as long as they are true, and without what is their reader's."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from portal.core.cutting import Sheet, cut
from portal.core.fronts import Headers, Look
from portal.core.keeping import Kept
from portal.stories.queries.own import Mine

#: one for each language and theme, for visitors and for members
MOST_WALLS = 16
MOST_MEMBERS = 2000
FRESH_SECONDS = 5.0

Pieces = dict[str, str]
Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the application says of a wall that others may get too; of a visitor's there is nothing to say.

    ``mine``: whose it is, and ``own``: the pieces on it that tell about them, drawn in this ``hour`` (of the shop,
    with the version of its settings). ``token``: as the forms carry it. ``cards``: by story the card for who does not
    like it, and the one for who does.
    """

    mine: Mine | None = None
    own: Pieces = field(default_factory=dict)
    hour: Hashable = None
    token: str = ""
    cards: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall without what is its reader's, and what it depends on."""

    sheet: Sheet
    headers: Headers
    stamp: Stamp
    hour: Hashable
    cards: dict[str, tuple[bytes, bytes]]
    until: float

    def filled(self, own: dict[str, bytes], liked: frozenset[str], token: bytes) -> bytes:
        """The wall of a member who likes these stories."""
        cards = {story_id: both[story_id in liked] for story_id, both in self.cards.items()}
        return self.sheet.filled({**own, **cards, "token": token})


class Walls:
    """All that are kept, and the pieces of members."""

    def __init__(self) -> None:
        self._walls: Kept[Wall] = Kept(MOST_WALLS)
        self._own: Kept[dict[str, bytes]] = Kept(MOST_MEMBERS)

    def find(self, look: Look, stamp: Stamp, *, visitor: bool) -> Wall | None:
        """The wall while it is true."""
        wall = self._walls.find((look, visitor))
        return wall if wall and wall.stamp == stamp and time.monotonic() < wall.until else None

    def keep(self, look: Look, stamp: Stamp, told: Told, headers: Headers, body: bytes) -> None:
        """Keep what the application drew. ``stamp`` was read before that: the wall is not older."""
        liked = told.mine.liked if told.mine else frozenset()
        shown = {story_id: cards[story_id in liked] for story_id, cards in told.cards.items()}
        token = {"token": told.token} if told.mine else {}
        sheet = cut(body.decode(), told.own | shown | token)
        if sheet is None:
            return
        cards = {story_id: (calm.encode(), red.encode()) for story_id, (calm, red) in told.cards.items()}
        wall = Wall(sheet, headers, stamp, told.hour, cards, time.monotonic() + FRESH_SECONDS)
        self._walls.keep((look, told.mine is None), wall)
        if told.mine:
            self.keep_own(look, told.hour, told.mine, told.own)

    def find_own(self, look: Look, wall: Wall, mine: Mine) -> dict[str, bytes] | None:
        """The pieces that tell about a member, as they are in the hour of this wall."""
        return self._own.find((look, wall.hour, mine.about))

    def keep_own(self, look: Look, hour: Hashable, mine: Mine, own: Pieces) -> dict[str, bytes]:
        drawn = {name: piece.encode() for name, piece in own.items()}
        self._own.keep((look, hour, mine.about), drawn)
        return drawn
