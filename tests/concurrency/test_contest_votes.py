"""300 members vote at once from several processes, each twice at the same time: every name has exactly its votes. And whoever
votes while the votes are being counted is counted or refused, never lost between both."""

from __future__ import annotations

import random
import secrets
import time
from collections import ChainMap, Counter
from contextlib import nullcontext
from functools import partial
from itertools import cycle
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.contests.models import Ballot, Contest, Tally, Vote
from portal.contests.services import counting, voting
from portal.core import clock
from portal.core.db import db, is_sqlite, transaction
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

VOTERS, PROCESSES, VOTES, NAMES = 300, 4, 3, 12
CHANGING, OPEN_SECONDS = 20, 1.5


def cast(contest_id: str, choices: dict[str, list[str]], seed: int, guarded: bool) -> list[Any]:
    """All of these voters, in an order of this process's own."""
    order = sorted(choices)
    random.Random(seed).shuffle(order)
    anybody = patch.object(voting, "voter_of", lambda _contest, _member: secrets.token_hex(32))
    with nullcontext() if guarded else anybody:
        return [outcome(partial(_cast, contest_id, one, choices[one])) for one in order]


def change_until_closed(
    contest_id: str, choices: dict[str, list[str]], guarded: bool
) -> dict[str, list[str]]:
    """These voters change their ballots to one name, then to all again, and so on, until somebody says that it is over; what
    each of them was last told is in. Unguarded they take their time, and wait for no count.
    """
    told, pause = {}, 0.0 if guarded else 0.2
    with nullcontext() if guarded else patch.object(voting, "hold_votes", _hold_nobody):
        for step, one in enumerate(cycle(choices)):
            chosen = choices[one][: 1 if step // len(choices) % 2 == 0 else VOTES]
            if outcome(partial(_cast, contest_id, one, chosen, pause=pause)) != "in":
                break
            told[one] = chosen
    return told


def count_at_the_close(contest_id: str) -> dict[str, list[str]]:
    """Voting ends in a moment; whoever notices it first counts."""
    closes = clock.now() + clock.minutes(OPEN_SECONDS / 60)
    with transaction():
        db.session.get_one(Contest, contest_id).vote_until = closes
    while clock.now() < closes:
        time.sleep(0.01)
    with transaction():
        counting.count(db.session.get_one(Contest, contest_id))
    return {}


@pytest.mark.parametrize("guarded", [True, False])
def test_every_vote_counts_once(house: House, people: Make, guarded: bool) -> None:
    contest_id, choices = _contest(people)
    shares = [(contest_id, choices, seed, guarded) for seed in range(PROCESSES)]
    answers = Counter(answer for process in at_once(house, cast, shares) for answer in process)
    assert answers == {"in": VOTERS * PROCESSES}
    db.session.rollback()
    counted = _votes(contest_id)
    wanted = Counter(entry_id for chosen in choices.values() for entry_id in chosen)
    if guarded:
        assert counted == wanted
        assert sum(counted.values()) == VOTERS * VOTES
        assert _ballots(contest_id) == VOTERS
    else:
        assert sum(counted.values()) > VOTERS * VOTES


@pytest.mark.parametrize("guarded", [True, False])
def test_the_count_is_of_the_last_ballots(house: House, people: Make, guarded: bool) -> None:
    """Whoever changes a ballot at the close is counted as changed, or refused."""
    contest_id, choices = _contest(people)
    voters = list(choices.items())[: PROCESSES * CHANGING]
    for one, chosen in voters:
        _cast(contest_id, one, chosen)
    deeds = [(contest_id, dict(voters[start::PROCESSES]), guarded) for start in range(PROCESSES)]
    told = at_once(house, _vote_or_count, [*deeds, (contest_id, {}, guarded)])
    db.session.rollback()
    assert db.session.get_one(Contest, contest_id).counted_at is not None
    assert all(told[:PROCESSES])
    last = ChainMap(*told, dict(voters))
    wanted = Counter(entry_id for chosen in last.values() for entry_id in chosen)
    tallied = sa.select(Tally.entry_id, Tally.votes).where(Tally.contest_id == contest_id, Tally.votes > 0)
    counted = Counter({row[0]: row[1] for row in db.session.execute(tallied)})
    if guarded or is_sqlite():  # SQLite lets one write at a time, whoever holds what
        assert counted == _votes(contest_id) == wanted
    else:
        assert counted != wanted


# ------------------------------------------------------------------ inside


def _vote_or_count(contest_id: str, choices: dict[str, list[str]], guarded: bool) -> dict[str, list[str]]:
    return change_until_closed(contest_id, choices, guarded) if choices else count_at_the_close(contest_id)


def _cast(contest_id: str, member_id: str, chosen: list[str], *, pause: float = 0.0) -> str:
    contest, by = db.session.get_one(Contest, contest_id), viewer_of(member_id)
    with transaction():
        voting.cast(contest, chosen, by=by)
        time.sleep(pause)
    return "in"


def _hold_nobody(contest_id: str, *, counting: bool = False) -> None:
    """The guard, off."""


def _contest(people: Make) -> tuple[str, dict[str, list[str]]]:
    """A contest, and what each voter chooses."""
    with transaction():
        contest = people.contest("voting", votes=VOTES)
        names = [people.entry(contest, words=f"名字{number}").id for number in range(NAMES)]
        voters = [people.voter(contest).id for _voter in range(VOTERS)]
        contest_id = contest.id
    return contest_id, {
        one: [names[(place + step * step) % NAMES] for step in range(VOTES)]
        for place, one in enumerate(voters)
    }


def _votes(contest_id: str) -> Counter[str]:
    statement = sa.select(Vote.entry_id, sa.func.count()).join(Ballot, Ballot.id == Vote.ballot_id)
    grouped = statement.where(Ballot.contest_id == contest_id).group_by(Vote.entry_id)
    return Counter({row[0]: row[1] for row in db.session.execute(grouped)})


def _ballots(contest_id: str) -> int:
    mine = sa.select(sa.func.count()).where(Ballot.contest_id == contest_id)
    return db.session.scalar(mine) or 0
