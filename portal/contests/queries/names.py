"""The names of a contest, as everybody may read them, and one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState, Tally
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the ballot, without who gave it: nobody votes for a person. ``why`` is what its giver says about it."""

    id: str
    words: str
    why: str


def names_on_ballot(contest_id: str) -> list[Name]:
    """Of names that are one, the earliest that stands; in no order that means anything. One query."""
    first = _first_of_each(contest_id).subquery()
    found = sa.select(first.c.id, first.c.words, first.c.why).where(first.c.place == 1).order_by(first.c.id)
    return [Name(*row) for row in db.session.execute(found)]


def names_by_place(contest_id: str) -> list[Name]:
    """The same once they are counted, the first first; without what was taken down since. One query."""
    counted = (
        sa.select(Entry.id, Entry.words, Entry.why)
        .join(Tally, Tally.entry_id == Entry.id)
        .where(Tally.contest_id == contest_id, Entry.state == EntryState.STANDING)
    )
    return [Name(*row) for row in db.session.execute(counted.order_by(Tally.place))]


def own_entries(contest: Contest, member_id: str) -> list[Entry]:
    """What a member handed in here, the earliest first, whatever became of it; not what they took back. One query."""
    mine = sa.select(Entry).where(
        Entry.contest_id == contest.id, Entry.member_id == member_id, Entry.state != EntryState.WITHDRAWN
    )
    newest = mine.order_by(Entry.submitted_at, Entry.id).execution_options(populate_existing=True)
    return list(db.session.scalars(newest))


def _first_of_each(contest_id: str) -> sa.Select[Any]:
    place = sa.func.row_number().over(partition_by=Entry.key, order_by=(Entry.submitted_at, Entry.id))
    return sa.select(Entry.id, Entry.words, Entry.why, place.label("place")).where(
        Entry.contest_id == contest_id, Entry.state == EntryState.STANDING
    )
