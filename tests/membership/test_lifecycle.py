"""Every state of a subscription meets every event: what follows stands here once more, by hand."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from portal.core.errors import Conflict
from portal.membership.models import State
from portal.membership.rules.lifecycle import Event, after, may_happen

#: (paid, checkout_ended, renewed, upgraded, cancelled, kept, paused, resumed, period_over, grace_over, refunded,
#:  brought_back, erased)
TABLE = {
    "pending": "active dropped - - - - - - - - - - dropped",
    "dropped": "active - - - - - - - - - - - -",
    "active": "- - active active ending - paused - grace - refunded - lapsed",
    "ending": "- - active active - active - - lapsed - refunded - lapsed",
    "grace": "- - active - lapsed - - - - lapsed refunded active lapsed",
    "paused": "- - - - ending - - active - - refunded active lapsed",
    "lapsed": "- - active - - - - - - - refunded active -",
    "refunded": "- - - - - - - - - - - - -",
}


def test_the_table_names_every_state_and_every_event() -> None:
    assert set(TABLE) == set(State)
    assert all(len(row.split()) == len(Event) for row in TABLE.values())


@pytest.mark.one_database
@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_state_meets_every_event(app: Flask, state: State, event: Event) -> None:
    expected = TABLE[state].split()[list(Event).index(event)]
    assert may_happen(state, event) is (expected != "-")
    if expected != "-":
        assert after(state, event) is State(expected)
        return
    with pytest.raises(Conflict) as refusal:
        after(state, event)
    assert refusal.value.message.endswith(".")


def test_everything_that_lives_can_come_to_its_end() -> None:
    """From every state there is a way to one where nothing is given any more, without money."""
    over = {State.LAPSED, State.REFUNDED, State.DROPPED}
    free = set(Event) - {Event.PAID, Event.RENEWED, Event.UPGRADED}
    for state in State:
        seen, ways = {state}, [state]
        while ways:
            here = ways.pop()
            nexts = {after(here, event) for event in free if may_happen(here, event)} - seen
            seen |= nexts
            ways += nexts
        assert seen & over
