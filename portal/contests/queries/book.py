"""What is counted: the names on the ballot and all ballots. Nothing here may be shown before the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from portal.contests.models import Ballot, Contest, ContestRules, Entry, EntryState, Tally, Vote
from portal.contests.rules import proof
from portal.core.db import db


def rules_of(contest_id: str) -> ContestRules | None:
    """The rules as they froze; None before the opening."""
    return db.session.get(ContestRules, contest_id)


def counted_entries(contest_id: str) -> list[Entry]:
    """The names that were counted, in the order of submission, whatever became of them since."""
    statement = sa.select(Entry).join(Tally, Tally.entry_id == Entry.id)
    ordered = statement.where(Tally.contest_id == contest_id).order_by(Entry.submitted_at, Entry.id)
    return list(db.session.scalars(ordered))


def book_of(contest_id: str, rules_hash: str, entries: Sequence[Entry]) -> proof.Book:
    """All ballots on these names. A choice counts for the name, whichever entry of it stood on that ballot."""
    first = {one.key: one.id for one in entries}
    statement = (
        sa.select(Ballot.receipt, Vote.entry_id, Entry.key)
        .outerjoin(Vote, Vote.ballot_id == Ballot.id)
        .outerjoin(Entry, Entry.id == Vote.entry_id)
        .where(Ballot.contest_id == contest_id)
    )
    ballots: dict[str, set[str]] = {}
    removed: set[str] = set()
    for receipt, entry_id, key in db.session.execute(statement):
        chosen = ballots.setdefault(receipt, set())
        if entry_id is not None:
            chosen.add(first.get(key, entry_id))
            if key not in first:
                removed.add(entry_id)
    return proof.Book(
        rules_hash=rules_hash,
        names=tuple(proof.CountedName(one.id, proof.moment(one.submitted_at), one.words) for one in entries),
        ballots=tuple(proof.Cast(receipt, tuple(sorted(chosen))) for receipt, chosen in ballots.items()),
        removed=tuple(sorted(removed)),
    )


def counted_book(contest: Contest) -> proof.Book | None:
    """What was counted, from what is stored; None before the count."""
    rules = rules_of(contest.id)
    if contest.counted_at is None or rules is None:
        return None
    return book_of(contest.id, rules.hash, counted_entries(contest.id))


@dataclass(frozen=True, slots=True)
class CountedFile:
    """What the downloaded tally depends on: the count, which never changes, and the names that were taken down since."""

    contest_id: str
    tally_hash: str
    withheld: frozenset[str]

    @property
    def tag(self) -> str:
        """The same for the same bytes."""
        return proof.sha(" ".join((self.tally_hash, *sorted(self.withheld))))


def counted_file(contest: Contest) -> CountedFile | None:
    """What can be downloaded now; None before the count. One query."""
    if contest.counted_at is None:
        return None
    counted = sa.select(Entry.id).join(Tally, Tally.entry_id == Entry.id)
    hidden = counted.where(Tally.contest_id == contest.id, Entry.state != EntryState.STANDING)
    return CountedFile(contest.id, contest.tally_hash, frozenset(db.session.scalars(hidden)))


@lru_cache(4)
def tally_file(one: CountedFile) -> bytes:
    """The names and ballots as they can be downloaded, which the script ``recount`` reads. The last few are kept: who asks again
    and again does not make us read, sort and hash all ballots each time."""
    book = counted_book(db.session.get_one(Contest, one.contest_id))
    assert book is not None
    return proof.tally_file(book, one.tally_hash, one.withheld)
