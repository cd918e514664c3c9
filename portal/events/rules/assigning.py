"""Who gets which session: the order comes from the draw, the rest follows from it, so that anybody can compute it again.

In rounds. In every round each entry, in the order of the draw, gets its dearest wish that has room for its whole party and
goes together with what it got before; one wish a round. It ends when a round gives nothing. A wish that fell once never comes
back (rooms only fill, plans only grow), so the first reason it fell for is its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.events.models import WishOutcome

Outcomes = dict[str, dict[str, WishOutcome]]


def assign(
    order: Sequence[str],
    wishes: Mapping[str, Sequence[str]],
    people: Mapping[str, int],
    places: Mapping[str, int],
    clashes: Iterable[tuple[str, str]],
) -> Outcomes:
    """What became of every wish of every entry. ``wishes`` are session ids, the dearest first; ``clashes`` pairs of them."""
    left = dict(places)
    far = {pair for one, other in clashes for pair in ((one, other), (other, one))}
    found: Outcomes = {entry: {} for entry in order}
    going = True
    while going:
        going = False
        for entry in order:
            won = _turn(wishes.get(entry, ()), found[entry], people[entry], left, far)
            if won is not None:
                left[won] -= people[entry]
                going = True
    return found


def _turn(
    wishes: Sequence[str],
    said: dict[str, WishOutcome],
    people: int,
    left: Mapping[str, int],
    far: Collection[tuple[str, str]],
) -> str | None:
    """One entry's turn: the session it gets, None when no wish of it can come true any more."""
    for wish in wishes:
        if wish in said:
            continue
        mine = [other for other, outcome in said.items() if outcome is WishOutcome.WON]
        if any((wish, other) in far for other in mine):
            said[wish] = WishOutcome.CLASH
        elif left.get(wish, 0) < people:
            said[wish] = WishOutcome.FULL
        else:
            said[wish] = WishOutcome.WON
            return wish
    return None
