"""What tests of contests do: members vote, and the count comes in its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from portal.accounts.queries import viewer_of
from portal.contests.models import Ballot, Contest, Entry
from portal.contests.queries.studio import find_card
from portal.contests.services import counting, voting
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from tests.make import Make

MINUTE = timedelta(minutes=1)


def act(verb: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """One write."""
    with transaction():
        return verb(*args, **facts)


def fresh(row: Any) -> Any:
    """The row as it is stored now."""
    return db.session.get_one(type(row), row.id, populate_existing=True)


def manager(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def seen(entry: Entry) -> str:
    """What staff's card shows of this name, to be decided by it."""
    card = find_card(db.session.get_one(Contest, entry.contest_id), entry.id)
    assert card is not None
    return card.seen


def names(make: Make, contest: Contest, *words: str, **facts: Any) -> list[Entry]:
    """Names that stand, each an hour after the one before."""
    first = contest.opens_at + timedelta(hours=1)
    return [
        make.entry(contest, words=said, submitted_at=first + timedelta(hours=number), **facts)
        for number, said in enumerate(words)
    ]


def vote(make: Make, contest: Contest, *chosen: Sequence[Entry]) -> list[Ballot]:
    """A ballot of a new voter for each of these choices."""
    by = [viewer_of(make.voter(contest).id) for _choice in chosen]
    with clock.travel(contest.vote_from + MINUTE):
        return [
            act(voting.cast, contest, [entry.id for entry in choice], by=who)
            for who, choice in zip(by, chosen, strict=True)
        ]


def count(contest: Contest) -> bool:
    """A minute after the close."""
    with clock.travel(contest.vote_until + MINUTE):
        return bool(act(counting.count, contest))


def counted(make: Make, *words: str, votes: Sequence[int], **facts: Any) -> tuple[Contest, list[Entry]]:
    """A contest whose names have so many votes each, counted."""
    contest = make.contest("closed", **facts)
    entries = names(make, contest, *words)
    ballots = [[entry] for entry, number in zip(entries, votes, strict=True) for _vote in range(number)]
    vote(make, contest, *ballots)
    assert count(contest)
    return fresh(contest), entries
