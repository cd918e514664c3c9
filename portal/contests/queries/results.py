"""Reads of the result: nothing of it is there before the count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import members_named
from portal.accounts.queries.distance import hidden_among
from portal.contests.models import Ballot, Contest, Entry, EntryState, Tally
from portal.contests.queries.listing import Listed
from portal.contests.rules.making import SHORTLIST
from portal.contests.rules.phases import OVER, Phase
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.paging import Page, keyset_page


@dataclass(frozen=True, slots=True)
class Ranked:
    """A name with what it came to."""

    entry: Entry
    votes: int
    place: int

    @property
    def stands(self) -> bool:
        """False once moderators took it down: then its words are not shown."""
        return self.entry.state is EntryState.STANDING


def ranking(contest: Contest, *, cursor: str | None) -> Page[Ranked]:
    """All names that were counted, first to last."""
    statement = (
        sa.select(Entry, Tally.votes.label("votes"), Tally.place.label("place"))
        .join(Entry, Entry.id == Tally.entry_id)
        .where(Tally.contest_id == contest.id)
    )
    found = keyset_page(statement, (Tally.place,), cursor=cursor, ascending=True, scalars=False)
    return Page([Ranked(*row) for row in found.items], found.next_cursor)


def candidates(contest: Contest) -> list[Ranked]:
    """Who can win: the first place, or with a jury the first five; a name that nobody chose, or that was taken down, cannot."""
    statement = (
        sa.select(Entry, Tally.votes, Tally.place)
        .join(Entry, Entry.id == Tally.entry_id)
        .where(Tally.contest_id == contest.id, Tally.votes > 0, Entry.state == EntryState.STANDING)
        .order_by(Tally.place)
    )
    return [Ranked(*row) for row in db.session.execute(statement.limit(SHORTLIST if contest.jury else 1))]


def can_be_called_off(contest: Contest, phase: Phase) -> bool:
    """Until the count; then only while no name can win, else whoever dislikes the winner would call it off."""
    if phase is Phase.COUNTED:
        return not candidates(contest)
    return phase is not Phase.DRAFT and phase not in OVER


def sharers_of(entry: Entry) -> list[Entry]:
    """Everybody who gave this name and was not refused, whoever gave it first in front."""
    same = sa.select(Entry).where(
        Entry.contest_id == entry.contest_id, Entry.key == entry.key, Entry.state == EntryState.STANDING
    )
    return list(db.session.scalars(same.order_by(Entry.submitted_at, Entry.id)))


def people_of(shared: list[Entry], viewer: Viewer | None) -> list[Member]:
    """Who they are, in this order; whoever keeps away from the reader is left out."""
    named = members_named([one.member_id for one in shared])
    hidden = hidden_among(viewer, named)
    return [named[one.member_id] for one in shared if one.member_id in named and one.member_id not in hidden]


def givers_of(decided: Iterable[Listed], viewer: Viewer | None) -> dict[str, list[Member]]:
    """By contest who gave the name that won, whoever was first in front; nobody who keeps away from the reader. At most three
    queries for any number of contests."""
    winner = sa.orm.aliased(Entry)
    statement = (
        sa.select(Entry)
        .join(winner, sa.and_(winner.contest_id == Entry.contest_id, winner.key == Entry.key))
        .where(
            winner.id.in_([one.contest.winner_id for one in decided if one.winner]),
            Entry.state == EntryState.STANDING,
        )
        .order_by(Entry.submitted_at, Entry.id)
    )
    shared: dict[str, list[Entry]] = defaultdict(list)
    for one in db.session.scalars(statement):
        shared[one.contest_id].append(one)
    everybody = [one for entries in shared.values() for one in entries]
    seen = {member.id: member for member in people_of(everybody, viewer)}
    return {
        contest_id: [seen[one.member_id] for one in entries if one.member_id in seen]
        for contest_id, entries in shared.items()
    }


def ballots_counted(contest: Contest) -> int:
    """How many voted. Asked only of what was counted; 0 before."""
    if contest.counted_at is None:
        return 0
    statement = sa.select(sa.func.count()).where(Ballot.contest_id == contest.id)
    return db.session.scalar(statement) or 0


def entry_of(contest: Contest) -> Entry | None:
    """The name that won, once that is decided."""
    return db.session.get(Entry, contest.winner_id) if contest.winner_id else None


def names_counted(contest: Contest) -> int:
    """How many names stood on the ballot; 0 before the count."""
    statement = sa.select(sa.func.count()).where(Tally.contest_id == contest.id)
    return db.session.scalar(statement) or 0
