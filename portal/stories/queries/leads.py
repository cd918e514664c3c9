"""Where a hashtag leads beyond the stories told under it: the rooms above say so, each for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lead:
    """``said`` is the sentence before the link, ``name`` the link's text."""

    icon: str
    said: str
    name: str
    url: str


#: by the name of the room that answers; each is asked for the id of a hashtag, in one query
_asked: dict[str, Callable[[str], Lead | None]] = {}


def let_lead(room: str, lead_of: Callable[[str], Lead | None]) -> None:
    """From now on a hashtag's page also shows where ``lead_of(hashtag id)`` leads, if anywhere."""
    _asked[room] = lead_of


def leads_of(hashtag_id: str) -> list[Lead]:
    """All that there are. One query for each room that was let."""
    return [lead for lead_of in _asked.values() if (lead := lead_of(hashtag_id))]
