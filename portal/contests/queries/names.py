"""The names of a contest: those that are voted on, as everybody may read them, and one's own."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState, Tally
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class BallotName:
    """A name on the ballot, without who gave it: nobody votes for a person. ``why`` is what its giver says about it."""

    id: str
    words: str
    why: str


def names_on_ballot(contest_id: str) -> list[BallotName]:
    """What voters choose from, in no order that means anything. One query."""
    found = sa.select(Entry.id, Entry.words, Entry.why).where(Entry.id.in_(_first_of_each(contest_id)))
    return [BallotName(*row) for row in db.session.execute(found.order_by(Entry.id))]


def entries_on_ballot(contest_id: str) -> list[Entry]:
    """The same as they were handed in, the earliest first: what is counted. One query."""
    found = sa.select(Entry).where(Entry.id.in_(_first_of_each(contest_id)))
    return list(db.session.scalars(found.order_by(Entry.submitted_at, Entry.id)))


def names_by_place(contest_id: str) -> list[BallotName]:
    """The same once they are counted, the first first; without what was taken down since. One query."""
    counted = (
        sa.select(Entry.id, Entry.words, Entry.why)
        .join(Tally, Tally.entry_id == Entry.id)
        .where(Tally.contest_id == contest_id, Entry.state == EntryState.STANDING)
    )
    return [BallotName(*row) for row in db.session.execute(counted.order_by(Tally.place))]


def own_entries(contest: Contest, member_id: str) -> list[Entry]:
    """What a member handed in here, the earliest first, whatever became of it; not what they took back. One query."""
    mine = sa.select(Entry).where(
        Entry.contest_id == contest.id, Entry.member_id == member_id, Entry.state != EntryState.WITHDRAWN
    )
    newest = mine.order_by(Entry.submitted_at, Entry.id).execution_options(populate_existing=True)
    return list(db.session.scalars(newest))


def _first_of_each(contest_id: str) -> sa.Select[str]:
    """Of names that are one, the earliest entry that stands."""
    place = sa.func.row_number().over(partition_by=Entry.key, order_by=(Entry.submitted_at, Entry.id))
    stands = sa.select(Entry.id, place.label("place")).where(
        Entry.contest_id == contest_id, Entry.state == EntryState.STANDING
    )
    placed = stands.subquery()
    return sa.select(placed.c.id).where(placed.c.place == 1)
