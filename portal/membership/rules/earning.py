"""Earned tiers: which one so many stitches reach, and what becomes of one that is not earned again. Pure.

A tier holds for twelve months from when it was reached. Whoever has its stitches then keeps it for twelve more. If not,
there is notice thirty days before, fourteen days' grace after, and then one step down, never more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: deeds of so long count
COUNTED = timedelta(days=365)
HOLDS = timedelta(days=365)
NOTICE = timedelta(days=30)
GRACE = timedelta(days=14)
#: in its last month a tier that is still earned is looked at once a day: deeds grow old
EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier of the ladder: its id and how many stitches it asks for. A ladder goes from the lowest to the highest."""

    tier_id: str
    stitches: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds. Times as in the row of the same name."""

    tier_id: str
    since: datetime
    valid_until: datetime
    grace_until: datetime | None = None
    noticed_at: datetime | None = None


def counted_until(now: datetime) -> datetime:
    """A deed of this very moment counts."""
    return now + timedelta(microseconds=1)


class Change(StrEnum):
    REACHED = "reached"
    KEPT = "kept"
    NOTICE = "notice"
    GRACE = "grace"
    LEFT = "left"


def reached(ladder: Sequence[Rung], stitches: int) -> Rung:
    """The highest rung that so many stitches reach; the lowest asks for none."""
    return max((rung for rung in ladder if rung.stitches <= stitches), key=lambda rung: rung.stitches)


def looked_at(
    held: Held, ladder: Sequence[Rung], stitches: int, now: datetime, *, lasting: int | None = None
) -> tuple[Held, list[Change]]:
    """What is held after looking at it now, and what changed, in order. Looking twice changes nothing more.

    ``lasting`` are those of the stitches that will still count on the last day (all of them): notice is given of what is
    going to happen, not of what has happened.
    """
    place = _place(ladder, held.tier_id)
    best = list(ladder).index(reached(ladder, stitches))
    if best == place == 0:
        return held, []
    if best > place:
        return Held(ladder[best].tier_id, now, now + HOLDS), [Change.REACHED]
    if best == place and (lasting is None or lasting >= ladder[place].stitches):
        return _still_earned(held, now)
    return _not_earned(held, ladder, place, now)


def next_look(held: Held, now: datetime, *, lowest: bool) -> datetime | None:
    """When time alone may change something, after it was looked at now; None on the lowest rung."""
    if lowest:
        return None
    if held.grace_until is not None:
        return held.grace_until
    notice = held.valid_until - NOTICE
    if held.noticed_at is None and notice > now:
        return notice
    return held.valid_until if held.noticed_at is not None else min(now + EVERY, held.valid_until)


def shaken(held: Held, now: datetime) -> Held:
    """A deed was taken back under it: it is looked at again in thirty days, with notice as ever."""
    sooner = min(held.valid_until, now + NOTICE)
    return replace(held, valid_until=sooner)


def _still_earned(held: Held, now: datetime) -> tuple[Held, list[Change]]:
    if held.grace_until is None and now < held.valid_until:
        return replace(held, noticed_at=None), []
    return replace(held, valid_until=now + HOLDS, grace_until=None, noticed_at=None), [Change.KEPT]


def _not_earned(held: Held, ladder: Sequence[Rung], place: int, now: datetime) -> tuple[Held, list[Change]]:
    changes: list[Change] = []
    if held.noticed_at is None and now >= held.valid_until - NOTICE:
        # who was never told keeps the tier for the whole time of the notice
        held = replace(held, noticed_at=now, valid_until=max(held.valid_until, now + NOTICE))
        changes.append(Change.NOTICE)
    if held.grace_until is None and now >= held.valid_until:
        held = replace(held, grace_until=held.valid_until + GRACE)
        changes.append(Change.GRACE)
    if held.grace_until is not None and now >= held.grace_until:
        return Held(ladder[place - 1].tier_id, now, now + HOLDS), [*changes, Change.LEFT]
    return held, changes


def _place(ladder: Sequence[Rung], tier_id: str) -> int:
    return next(place for place, rung in enumerate(ladder) if rung.tier_id == tier_id)
