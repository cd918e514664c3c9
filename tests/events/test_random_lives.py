"""Any sequence of sign-ups, money, leaving and waiting: never oversold, in order, together, and nobody's money is kept in vain."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.lives import PEOPLE, Lives
from tests.make import Make

DEEDS = (
    *["hold"] * 4,
    *["buy"] * 4,
    *["details"] * 3,
    *["begin"] * 3,
    *["pay"] * 4,
    "fail",
    "refunds",
    "staff_refund",
    "give_up",
    *["cancel"] * 2,
    "fewer",
    "more",
    "pass_on",
    *["wait"] * 4,
    "leave_line",
    *["capacity"] * 2,
    *["sweep"] * 2,
    "call_off",
    *["time"] * 2,
)

Step = tuple[str, int, int, int]
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, PEOPLE - 1), st.integers(0, 2), st.integers(1, 4))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=8, max_size=40))
def test_whatever_they_do(app: Flask, make: Make, steps: list[Step]) -> None:
    lives = Lives(make)
    for step in steps:
        lives.step(*step)


@pytest.mark.parametrize(
    "story",
    [
        # sold out, a party waits, a smaller one behind it; the seats come back one after the other
        "hold 1 0 4, details 1 0 4, wait 2 0 3, wait 3 0 1, hold 4 0 1, cancel 1 0 1, details 2 0 3",
        # an offer runs out, the next one is asked; who pays late finds the seat taken
        "hold 1 2 4, begin 1 2 4, wait 2 2 3, time 0 0 1, sweep 0 0 1, pay 1 2 1, begin 2 2 3, pay 2 2 1, refunds 0 0 1",
        # a payment fails, the next one is paid; then the first one all the same, and staff give the ticket's money back
        "hold 1 2 1, begin 1 2 1, fail 1 2 1, begin 1 2 1, pay 1 2 2, pay 1 2 1, refunds 0 0 1, staff_refund 1 0 1",
        # one of two goes back, and before that money has arrived staff send the rest: with the last of it the ticket ends
        "buy 1 1 4, fewer 1 0 1, staff_refund 1 0 1, refunds 0 0 1",
        # who sat on the reserve passes on; then it is free for all
        "hold 0 0 2, details 0 0 2, pass_on 0 0 2, cancel 2 0 2, time 0 2 1, time 1 2 1, time 0 2 1, sweep 0 0 1, hold 3 0 4",
        # staff change the seats while somebody waits
        "hold 1 0 4, details 1 0 4, wait 2 0 2, capacity 0 0 4, capacity 0 0 1, fewer 1 0 1, more 1 0 1",
        # near the start it is called off: one gives the ticket back before the worker comes, one waits for it, one pays too late
        "buy 1 2 2, buy 2 2 1, begin 3 0 1, hold 3 2 1, begin 3 2 1, time 2 0 1, time 2 0 1, time 2 0 1, time 1 0 1, time 1 0 1, "
        "call_off 0 0 4, cancel 0 0 2, sweep 0 0 1, pay 3 2 1, refunds 0 0 1",
    ],
)
def test_these_lives(app: Flask, make: Make, story: str) -> None:
    lives = Lives(make)
    for step in story.split(", "):
        deed, *numbers = step.split(" ")
        lives.step(deed, *map(int, numbers))
