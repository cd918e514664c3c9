"""One member's life in any order: access is what the timeline says, and what a small model on paper says."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.make import Make
from tests.membership.life import Life

STEPS = (
    "join silver",
    "join gold",
    "renew",
    "upgrade",
    "upgrade longer",
    "upgrade summit",
    "choose silver",
    "choose gold",
    "cancel",
    "keep",
    "pause",
    "resume",
    *["pay"] * 5,
    "pay old",
    "pay twice",
    "expire",
    "refund last",
    "refund first",
    "refund some",
    "promise",
    "fulfil",
    "grant",
    "end grant",
    "gift silver",
    "gift gold",
    "gone",
    "code",
    "sweep",
    "days 13",
    "days 1",
    "days 25",
    "days 100",
    "days 5",
)


BEGINNINGS = ((), ("join silver", "pay"), ("join gold", "pay"), ("gift silver", "join gold", "pay"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.sampled_from(BEGINNINGS), steps=st.lists(st.sampled_from(STEPS), max_size=24))
def test_access_is_what_was_paid_given_and_redeemed(
    app: Flask, make: Make, before: tuple[str, ...], steps: list[str]
) -> None:
    life = Life(make)
    for step in (*before, *steps):
        life.step(step)


@pytest.mark.parametrize(
    "steps",
    [
        ["join silver", "pay", "upgrade", "pay", "refund last", "sweep"],
        ["join gold", "pay", "upgrade longer", "pay", "refund first", "upgrade longer", "sweep"],
        ["join gold", "pay", "pause", "days 100", "cancel", "sweep"],
        ["join gold", "pay", "pause", "cancel", "sweep", "keep", "sweep"],
        ["join silver", "pay", "renew", "pay", "refund first", "sweep", "days 25", "days 5", "sweep"],
        ["join silver", "pay", "days 25", "days 5", "days 1", "sweep", "renew", "pay", "sweep"],
        # whatever a member does first after ninety days of rest wakes it
        ["join silver", "pay", "pause", "days 100", "choose silver"],
        ["join gold", "pay", "pause", "days 100", "pause", "days 100", "keep", "sweep"],
        ["join silver", "join gold", "pay", "pay old", "days 100", "sweep", "pay old"],
        ["join gold", "pay", "upgrade longer", "days 5", "pay", "sweep"],
        ["join gold", "pay", "upgrade longer", "refund some", "pay", "sweep"],
        ["join gold", "expire", "pay", "pay twice", "refund last", "join silver", "pay twice"],
        ["join silver", "pay", "gift silver", "code", "grant", "days 100", "sweep", "renew", "pay"],
        # what is paid and what is given follow each other
        ["gift gold", "join gold", "pay", "renew", "pay", "days 100", "gone", "sweep"],
        ["join silver", "pay", "gift silver", "renew", "pay", "refund first", "sweep", "refund last"],
        ["join silver", "pay", "gift silver", "upgrade gold", "pay", "days 25", "refund last", "sweep"],
        ["join gold", "pay", "pause", "gift gold", "days 13", "resume", "gone", "sweep"],
        ["join gold", "pay", "gift gold", "upgrade longer", "pay", "pause", "days 100", "sweep"],
        ["grant", "join silver", "pay", "end grant", "days 1", "renew", "pay", "sweep"],
        # all the money is back, or promised to be: nothing is left
        ["join gold", "pay", "upgrade summit", "refund first", "sweep", "join silver", "pay"],
        ["join gold", "pay", "promise", "upgrade summit", "upgrade longer", "pay", "fulfil", "sweep"],
        # a change is paid back when it is over, or rests: what it took the place of goes on
        [
            "join gold",
            "pay",
            "days 100",
            "days 100",
            "upgrade summit",
            "pay",
            *["days 25"] * 4,
            "sweep",
            "refund last",
            "sweep",
            "days 1",
            "renew",
            "pay",
            "sweep",
        ],
        ["join gold", "pay", "upgrade longer", "pay", "pause", "refund last", "sweep", "days 100", "sweep"],
    ],
)
def test_roads_that_were_wrong_once(app: Flask, make: Make, steps: list[str]) -> None:
    life = Life(make)
    for step in steps:
        life.step(step)
