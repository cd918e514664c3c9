"""A contest is counted by two workers at once: one of them does it."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.contests.models import Contest, Tally
from portal.contests.proofs import wrong_tallies
from portal.contests.services import counting, freezing
from portal.core.db import db, transaction
from tests.concurrency.crowd import House, at_once
from tests.contests.lives import names, vote
from tests.make import Make

PAUSE = 0.5


def count(contest_id: str, guarded: bool) -> str:
    """A worker that takes its time between looking and writing."""
    really = counting.book_of

    def slowly(*args: Any) -> Any:
        book = really(*args)
        time.sleep(PAUSE)
        return book

    def unheld(contest: Contest, by: None) -> Contest:
        return db.session.get_one(Contest, contest.id, populate_existing=True)

    hold = counting.hold if guarded else unheld
    hold_votes = counting.hold_votes if guarded else lambda contest_id, counting: None
    with (
        patch.object(counting, "book_of", slowly),
        patch.object(counting, "hold", hold),
        patch.object(counting, "hold_votes", hold_votes),
    ):
        try:
            with transaction():
                return str(counting.count(db.session.get_one(Contest, contest_id)))
        except DBAPIError as error:
            return f"failed: {type(error).__name__}"


@pytest.mark.parametrize("guarded", [True, False])
def test_it_is_counted_once(house: House, people: Make, guarded: bool) -> None:
    contest = people.contest("closed")
    one, two = names(people, contest, "晚霞", "枫糖")
    vote(people, contest, [one], [one, two], [two], [two])
    with transaction():
        freezing.freeze(db.session.get_one(Contest, contest.id))
    told = at_once(house, count, [(contest.id, guarded), (contest.id, guarded)])
    db.session.rollback()
    assert (sorted(told) == ["False", "True"]) == (guarded or house.kind == "sqlite"), told
    rows = db.session.execute(sa.select(Tally.votes, Tally.place).where(Tally.contest_id == contest.id))
    assert sorted(rows, key=lambda row: row.place) == [(3, 1), (2, 2)]
    assert [line for line in wrong_tallies() if contest.slug in line[0]] == []
