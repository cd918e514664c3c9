"""Who gets a seat when people stand in an order: first timers until their share is full, then everybody, no region beyond its
most. Pure, and the same again in ``who.py``, which readers run on the list of a draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: staff may choose one seat in so many outside the scores
NOMINATED_OF = 5


@dataclass(frozen=True, slots=True)
class Room:
    """What is left to give: ``seats``, of which ``for_newcomers`` at least; ``region_most`` of one region, which ``region_has``
    already."""

    seats: int
    for_newcomers: int
    region_most: int | None = None
    region_has: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Who named no region has one of their own: nothing holds them back."""

    newcomer: bool
    region: str


@dataclass(frozen=True, slots=True)
class Filling:
    """Who has a seat, and who comes next when one becomes free; each first to last."""

    won: tuple[str, ...]
    substitutes: tuple[str, ...]


def fill(order: Sequence[str], room: Room, people: Mapping[str, Person]) -> Filling:
    """Walk the order twice: for the share of first timers, then for all seats that are left."""
    has = Counter(room.region_has)
    won: dict[str, None] = {}  # in the order of the seats
    for newcomers, until in ((True, min(room.for_newcomers, room.seats)), (False, room.seats)):
        for one in order:
            person = people[one]
            full = room.region_most is not None and has[person.region] >= room.region_most
            if len(won) < until and one not in won and not full and (person.newcomer or not newcomers):
                won[one] = None
                has[person.region] += 1
    return Filling(tuple(won), tuple(one for one in order if one not in won))


def facts_of(room: Room, people: Mapping[str, Person]) -> dict[str, Any]:
    """What freezes with the list of a draw. Regions are numbers there, so that the list tells nobody's home."""
    numbers = {name: str(number) for number, name in enumerate(_regions(room, people), 1)}
    return {
        "seats": room.seats,
        "for_newcomers": room.for_newcomers,
        "region_most": room.region_most,
        "region_has": {numbers[name]: count for name, count in sorted(room.region_has.items())},
        "people": {
            one: {"newcomer": person.newcomer, "region": numbers[person.region]}
            for one, person in people.items()
        },
    }


def filled(order: Sequence[str], facts: Mapping[str, Any]) -> Filling:
    """The same from what froze with the list."""
    room = Room(facts["seats"], facts["for_newcomers"], facts["region_most"], facts["region_has"])
    return fill(order, room, {one: Person(**row) for one, row in facts["people"].items()})


def newcomers_of(seats: int, percent: int) -> int:
    """How many of so many seats are for who never tested; parts of a person upwards."""
    return -(-seats * percent // 100)


def nominated_of(seats: int) -> int:
    """How many of so many seats staff may give outside the scores."""
    return seats // NOMINATED_OF


def _regions(room: Room, people: Mapping[str, Person]) -> list[str]:
    """In the order of who comes first in the list: by name they could be told from their numbers."""
    met = [people[one].region for one in sorted(people)]
    return list(dict.fromkeys([*met, *sorted(room.region_has)]))
