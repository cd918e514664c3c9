"""Whether somebody can be at two sessions: they must not overlap, and there is a way between two places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from portal.events.models import Event, EventSession, Walk

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ways:
    """How many minutes lie between two places of an event; none within one place."""

    usual: int = 0
    between: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event, walks: Iterable[Walk]) -> Ways:
        return cls(event.walk_minutes, {(walk.one_id, walk.other_id): walk.minutes for walk in walks})

    def minutes(self, one: str | None, other: str | None) -> int:
        """From one place to another, either way. Where nobody said which place, the usual way is counted."""
        if one == other:
            return 0
        if one is None or other is None:
            return self.usual
        return self.between.get((min(one, other), max(one, other)), self.usual)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why two sessions do not go together: they overlap, or the way between them takes ``walk`` minutes of which only
    ``gap`` are there."""

    walk: int
    gap: int

    @property
    def overlap(self) -> bool:
        return self.gap < 0


def clash_of(one: EventSession, other: EventSession, ways: Ways) -> Clash | None:
    """None when both can be lived through, in whichever order they stand."""
    first, second = sorted((one, other), key=lambda session: (session.starts_at, session.ends_at))
    gap = (second.starts_at - first.ends_at) // MINUTE
    walk = ways.minutes(first.venue_id, second.venue_id)
    return Clash(walk, gap) if gap < walk else None


def pairs(sessions: Iterable[EventSession], ways: Ways) -> list[tuple[str, str]]:
    """All that do not go together, the smaller id first, in order."""
    found = sorted(sessions, key=lambda session: session.id)
    return [
        (one.id, other.id)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if clash_of(one, other, ways)
    ]
