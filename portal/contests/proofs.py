"""What ``flask prove`` recomputes of contests: every count from the ballots, the hash of all of it, and the rules."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.contests.models import Contest, ContestRules, Tally
from portal.contests.queries.book import counted_book
from portal.contests.rules import proof
from portal.contests.rules.making import rules_content
from portal.core.db import db
from portal.core.feature import Proof


def wrong_tallies() -> Iterable[tuple[str, int, int]]:
    """Votes and places of every name that was counted."""
    for contest in db.session.scalars(sa.select(Contest).where(Contest.counted_at.is_not(None))):
        book = counted_book(contest)
        if book is None:
            yield f"rules of contest {contest.slug}", 0, 1
            continue
        kept = {
            entry_id: (votes, place)
            for entry_id, votes, place in db.session.execute(
                sa.select(Tally.entry_id, Tally.votes, Tally.place).where(Tally.contest_id == contest.id)
            )
        }
        for one in proof.ranked(book.names, book.ballots):
            votes, place = kept[one.id]
            if votes != one.votes:
                yield f"votes of name {one.id} in {contest.slug}", votes, one.votes
            if place != one.place:
                yield f"place of name {one.id} in {contest.slug}", place, one.place
        if proof.tally_hash(book) != contest.tally_hash:
            yield f"hash of the tally of {contest.slug}", 0, 1


def wrong_rules() -> Iterable[tuple[str, int, int]]:
    """The hash of all rules that froze, and whether the contest still goes by them."""
    frozen = sa.select(ContestRules, Contest).join(Contest, Contest.id == ContestRules.contest_id)
    for rules, contest in db.session.execute(frozen):
        if proof.sha(proof.canonical(rules.rules)) != rules.hash:
            yield f"hash of the rules of contest {contest.id}", 0, 1
        secret_hash = proof.sha(contest.secret) if contest.secret else rules.rules["secret_hash"]
        for name, value in rules_content(contest, secret_hash).items():
            if rules.rules.get(name) != value:
                yield f"{name} in the rules of contest {contest.id}", 0, 1


PROOFS = (Proof("tallies of contests", wrong_tallies), Proof("rules of contests", wrong_rules))
