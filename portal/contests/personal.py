"""What is kept here about a member: shown to them on request. Names that stood stay, and read as from somebody who left.

Ballots are nobody's. As long as a contest has its secret one can tell that somebody voted, and no more is told than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.contests.models import Ballot, Contest, Entry, EntryState, Tally, Vote
from portal.contests.rules.ballots import voter_of
from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l


def export(member_id: str) -> Iterator[Part]:
    yield Part("contest_names.json", rows=_entries(member_id))
    yield Part("contest_votes.json", rows=_voted(member_id))


def erase(member_id: str) -> None:
    """What never stood on a ballot goes; of what did, only the name stays: others voted for it."""
    voted_for = sa.exists().where(Vote.entry_id == Entry.id)
    counted = sa.exists().where(Tally.entry_id == Entry.id)
    mine = Entry.member_id == member_id
    not_standing = sa.and_(mine, Entry.state != EntryState.STANDING, ~voted_for, ~counted)
    changed_rows(sa.delete(Entry).where(not_standing))
    changed_rows(sa.update(Entry).where(mine).values(why=""))
    db.session.expire_all()


def counts(member_id: str) -> list[tuple[Any, Any]]:
    return [(_l("Names in contests"), sa.select(sa.func.count()).where(Entry.member_id == member_id))]


PERSONAL = PersonalData(tables=frozenset({Entry.__tablename__}), export=export, erase=erase, counts=counts)


# ------------------------------------------------------------------ what the package says


def _entries(member_id: str) -> Iterator[dict[str, Any]]:
    statement = (
        sa.select(Entry, Contest)
        .join(Contest, Contest.id == Entry.contest_id)
        .where(Entry.member_id == member_id)
        .order_by(Entry.submitted_at, Entry.id)
    )
    for entry, contest in db.session.execute(statement.execution_options(yield_per=100)):
        yield {
            "contest": contest.name,
            "name": entry.words,
            "why": entry.why,
            "state": entry.state.value,
            "reason": entry.reason,
            "submitted_at": entry.submitted_at.isoformat(),
        }


def _voted(member_id: str) -> Iterator[dict[str, Any]]:
    """In which contests they voted, where that can still be known; never for what."""
    open_ones = sa.select(Contest).where(Contest.published_at.is_not(None), Contest.counted_at.is_(None))
    for contest in db.session.scalars(open_ones.order_by(Contest.id)).all():
        if not contest.secret:
            continue
        mine = sa.exists().where(
            Ballot.contest_id == contest.id, Ballot.voter == voter_of(contest, member_id)
        )
        if db.session.scalar(sa.select(mine)):
            yield {"contest": contest.name, "voted": True}
