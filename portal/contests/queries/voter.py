"""What a member may do at the vote, and their own ballot, as long as it can be told from others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.contests.models import Ballot, Contest, Vote
from portal.contests.rules.ballots import voter_of
from portal.contests.rules.phases import joined_in_time
from portal.core.access import Viewer
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """For its voter's eyes alone."""

    receipt: str
    cast_on: date
    chosen: frozenset[str]


def own_ballot(contest: Contest, member_id: str) -> OwnBallot | None:
    """None when they did not vote, and for everybody once the secret is gone. One query, none then."""
    if not contest.secret:
        return None
    mine = (
        sa.select(Ballot.receipt, Ballot.cast_on, Vote.entry_id)
        .outerjoin(Vote, Vote.ballot_id == Ballot.id)
        .where(Ballot.contest_id == contest.id, Ballot.voter == voter_of(contest, member_id))
    )
    rows = db.session.execute(mine).all()
    if not rows:
        return None
    return OwnBallot(rows[0].receipt, rows[0].cast_on, frozenset(row.entry_id for row in rows))


def is_voter(contest: Contest, viewer: Viewer) -> bool:
    """Whether they were a member before it opened. One query."""
    joined_at = db.session.scalar(sa.select(Member.joined_at).where(Member.id == viewer.id))
    return joined_at is not None and joined_in_time(contest, joined_at)
