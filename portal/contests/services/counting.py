"""The count: once, when voting is over. The secret goes in the same transaction, so nobody ever learns who chose what."""

from __future__ import annotations

import sqlalchemy as sa

from portal.contests.models import Ballot, Contest, Tally, Vote
from portal.contests.queries.book import book_of
from portal.contests.queries.names import entries_on_ballot
from portal.contests.rules import proof
from portal.contests.rules.phases import Phase, phase_of
from portal.contests.services.freezing import freeze
from portal.contests.services.holding import hold_votes
from portal.contests.services.making import KIND, destroy_ballots, hold
from portal.contests.services.settling import settle_unread
from portal.core import audit, clock
from portal.core.db import db, key_of


def count(contest: Contest) -> bool:
    """Count all ballots, write the places and their hash down, and forget the secret; True when this call did it.

    Voters wait for it, and it for them. Before voting is over, and when it was counted or called off, nothing happens.
    """
    hold_votes(key_of(contest), counting=True)
    contest = hold(contest, None)
    if phase_of(contest, clock.now()) is not Phase.CLOSED:
        return False
    rules = freeze(contest)
    settle_unread(contest)
    book = book_of(contest.id, rules.hash, entries_on_ballot(contest.id))
    places = [
        {"contest_id": contest.id, "entry_id": one.id, "votes": one.votes, "place": one.place}
        for one in proof.ranked(book.names, book.ballots)
    ]
    if places:
        db.session.execute(sa.insert(Tally), places)
    _forget(contest, proof.tally_hash(book))
    audit.record("contest.counted", by=None, target_kind=KIND, target_id=contest.id, hash=contest.tally_hash)
    return True


def due(limit: int) -> list[str]:
    """Contests whose voting is over and that nobody counted yet, the longest over first."""
    statement = sa.select(Contest.id).where(
        Contest.published_at.is_not(None),
        Contest.cancelled_at.is_(None),
        Contest.counted_at.is_(None),
        Contest.vote_until <= clock.now(),
    )
    return list(db.session.scalars(statement.order_by(Contest.vote_until, Contest.id).limit(limit)))


def _forget(contest: Contest, tally_hash: str) -> None:
    """From here on a ballot is its receipt, and nothing leads back to a member."""
    _write_anew(contest)
    contest.secret, contest.tally_hash, contest.counted_at = "", tally_hash, clock.now()
    contest.version += 1
    db.session.flush()


def _write_anew(contest: Contest) -> None:
    """All ballots in the order of their receipts, and all of one day: some databases keep rows in the order in which they came,
    and so would tell who voted when, as would the day of whoever voted alone on theirs."""
    contest_id, ballots, votes = contest.id, Ballot.__table__, Vote.__table__
    mine = sa.select(ballots).where(ballots.c.contest_id == contest_id).order_by(ballots.c.receipt)
    same = {"cast_on": contest.vote_until.date()}
    kept = [dict(row) | same | {"voter": row["receipt"]} for row in db.session.execute(mine).mappings()]
    chosen = sa.select(votes).join(ballots, ballots.c.id == votes.c.ballot_id)
    chosen = chosen.where(ballots.c.contest_id == contest_id).order_by(ballots.c.receipt, votes.c.slot)
    choices = [dict(row) for row in db.session.execute(chosen).mappings()]
    destroy_ballots(contest_id)
    for model, rows in ((Ballot, kept), (Vote, choices)):
        if rows:
            db.session.execute(sa.insert(model), rows)
    db.session.expire_all()
