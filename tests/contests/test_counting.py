"""The count: exact, once, never early; and nothing leads back to a member afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.contests.models import Ballot, Contest, Entry, Tally, Vote
from portal.contests.proofs import PROOFS
from portal.contests.queries.book import counted_book
from portal.contests.queries.results import ranking
from portal.contests.services import counting, making, screening, voting
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid
from portal.rewards.models import Deed, PointEntry
from tests.contests.lives import MINUTE, act, count, counted, fresh, manager, names, vote
from tests.make import Make


def places(contest: Contest) -> list[tuple[str, int, int]]:
    return [(row.entry.words, row.votes, row.place) for row in ranking(contest, cursor=None).items]


def wrong() -> list[str]:
    db.session.rollback()
    return [line[0] for proof in PROOFS for line in proof.differences()]


def test_votes_are_counted_and_of_equals_the_earlier_comes_first(make: Make) -> None:
    contest = make.contest("closed")
    one, two, three, four = names(make, contest, "晚霞", "枫糖", "开窑", "秋收")
    vote(make, contest, [two, three], [three, two], [one], [two, three, four])
    assert count(contest)
    assert places(contest) == [("枫糖", 3, 1), ("开窑", 3, 2), ("晚霞", 1, 3), ("秋收", 1, 4)]
    assert wrong() == []


def test_nothing_is_counted_before_voting_is_over(make: Make) -> None:
    contest = make.contest("voting")
    vote(make, contest, names(make, contest, "晚霞"))
    with clock.travel(contest.vote_until - MINUTE):
        assert not act(counting.count, contest)
        assert counting.due(9) == []
    assert fresh(contest).tally_hash == "" and db.session.scalars(sa.select(Tally)).all() == []


def test_it_is_counted_once(make: Make) -> None:
    contest, _names = counted(make, "晚霞", "枫糖", votes=(1, 2))
    before = fresh(contest).tally_hash
    assert not count(contest)
    assert fresh(contest).tally_hash == before
    recorded = sa.select(sa.func.count()).where(AuditEntry.action == "contest.counted")
    assert db.session.scalar(recorded.where(AuditEntry.target_id == contest.id)) == 1


def test_the_secret_goes_with_the_count_and_ballots_are_their_receipts(make: Make) -> None:
    contest, _names = counted(make, "晚霞", votes=(3,))
    assert fresh(contest).secret == ""
    voters = db.session.execute(
        sa.select(Ballot.voter, Ballot.receipt).where(Ballot.contest_id == contest.id)
    )
    assert all(voter == receipt for voter, receipt in voters)


def test_the_database_forgets_in_which_order_they_came(make: Make) -> None:
    """Rows lie by receipt afterwards, and say the same."""
    contest = make.contest("closed")
    entries = names(make, contest, "晚霞", "枫糖")
    came = [one.receipt for one in vote(make, contest, *([entries[number % 2]] for number in range(12)))]

    def lie() -> list[str]:
        place = sa.text("ctid") if db.engine.dialect.name == "postgresql" else Ballot.id
        statement = sa.select(Ballot.receipt).where(Ballot.contest_id == contest.id).order_by(place)
        return list(db.session.scalars(statement))

    by_id = db.engine.dialect.name == "sqlite"
    assert by_id or lie() == came, "PostgreSQL does keep them as they came: the comparison can tell"
    assert count(contest)
    assert by_id or lie() == sorted(came)
    assert sorted(lie()) == sorted(came) and lie() != came and wrong() == []
    assert [votes for _words, votes, _place in places(contest)] == [6, 6]


def test_no_vote_after_the_count(make: Make) -> None:
    contest, entries = counted(make, "晚霞", votes=(1,))
    with pytest.raises(Conflict):
        vote(make, contest, entries)


def test_a_name_that_was_taken_down_is_not_followed_by_the_next_who_gave_it(make: Make) -> None:
    """It comes back with all who gave it, and the choices made before count for it again."""
    contest = make.contest("closed")
    first, other = names(make, contest, "云朵", "晚霞")
    second = make.entry(contest, words="雲 朵", submitted_at=other.submitted_at)
    vote(make, contest, [first], [first, other])
    act(screening.take_down, first.id, "spam")
    for gone in (first, second):
        with pytest.raises(Invalid):
            vote(make, contest, [gone])
    act(screening.put_back, first.id, "standing")
    vote(make, contest, [first])
    assert count(contest)
    assert places(contest) == [("云朵", 3, 1), ("晚霞", 1, 2)]
    assert wrong() == []


def test_after_the_count_all_ballots_are_of_one_day(make: Make) -> None:
    """Else whoever voted alone on a day would be known by it."""
    contest = make.contest("closed")
    entries = names(make, contest, "晚霞")
    vote(make, contest, entries, entries)
    by = viewer_of(make.voter(contest).id)
    with clock.travel(contest.vote_from + timedelta(days=3)):
        act(voting.cast, contest, [entries[0].id], by=by)
    days = sa.select(Ballot.cast_on).where(Ballot.contest_id == contest.id)
    assert len(set(db.session.scalars(days))) == 2
    assert count(contest)
    assert list(db.session.scalars(days)) == [contest.vote_until.date()] * 3


def test_a_name_that_was_taken_down_counts_for_nothing_and_everybody_sees_that(make: Make) -> None:
    contest = make.contest("closed")
    gone, stays = names(make, contest, "云朵", "晚霞")
    vote(make, contest, [gone, stays], [gone])
    act(screening.take_down, gone.id, "spam")
    assert count(contest)
    book = counted_book(fresh(contest))
    assert book is not None and book.removed == (gone.id,) and len(book.ballots) == 2
    assert places(contest) == [("晚霞", 1, 1)]


def test_what_is_decided_about_a_name_afterwards_leaves_the_count_as_it_was(make: Make) -> None:
    _contest, (first, _second) = counted(make, "晚霞", "枫糖", votes=(2, 1))
    act(screening.take_down, first.id, "spam")
    assert wrong() == []


def test_a_contest_nobody_took_part_in_is_counted_too(make: Make) -> None:
    contest = make.contest("closed")
    assert count(contest)
    assert len(fresh(contest).tally_hash) == 64 and wrong() == []


@pytest.mark.parametrize(
    ("lie", "found"),
    [
        (sa.update(Tally).where(Tally.place == 1).values(votes=9), "votes of name"),
        (sa.update(Contest).values(tally_hash="0" * 64), "hash of the tally"),
        (sa.update(Entry).where(Entry.words == "枫糖").values(words="槭糖"), "hash of the tally"),
        (sa.update(Ballot).values(receipt=Ballot.receipt + "X"), "hash of the tally"),
    ],
)
def test_what_was_moved_behind_our_back_is_found(make: Make, lie: Any, found: str) -> None:
    counted(make, "晚霞", "枫糖", votes=(2, 1))
    act(changed_rows, lie)
    assert any(line.startswith(found) for line in wrong())


def test_the_worker_counts_by_itself(make: Make, run_jobs: Any) -> None:
    contest = make.contest("voting")
    vote(make, contest, names(make, contest, "晚霞"))
    with clock.travel(contest.vote_until + MINUTE):
        run_jobs()
        assert fresh(contest).counted_at == clock.now()


def test_called_off_destroys_ballots_uncounted(make: Make) -> None:
    contest = make.contest("voting")
    vote(make, contest, names(make, contest, "晚霞"))
    act(making.cancel, contest, by=manager(make))
    assert fresh(contest).secret == ""
    assert db.session.scalars(sa.select(Ballot).where(Ballot.contest_id == contest.id)).all() == []
    with clock.travel(contest.vote_until + MINUTE):
        assert counting.due(9) == [] and not act(counting.count, contest)


def test_voting_earns_nothing(make: Make, run_jobs: Any) -> None:
    """No deed, no points, no message: not when voting, not when the name one chose wins."""
    contest = make.contest("voting")
    entries = names(make, contest, "晚霞")
    by = viewer_of(make.voter(contest).id)
    run_jobs()

    def earned() -> list[int]:
        mine = [sa.select(sa.func.count()).where(model.member_id == by.id) for model in (Deed, PointEntry)]
        return [db.session.scalar(one) or 0 for one in mine]

    before = earned()
    act(voting.cast, contest, [entries[0].id], by=by)
    run_jobs()
    count(contest)
    run_jobs()
    assert earned() == before == [0, 0]


def test_votes_stand_nowhere_but_on_ballots(make: Make) -> None:
    """The database itself keeps one ballot for a voter and one vote of a ballot for a name."""
    contest = make.contest("voting")
    [ballot] = vote(make, contest, names(make, contest, "晚霞"))
    twice = {"contest_id": contest.id, "voter": ballot.voter, "receipt": "OTHER", "cast_on": ballot.cast_on}
    with pytest.raises(sa.exc.IntegrityError):
        act(db.session.execute, sa.insert(Ballot).values(id="x" * 26, **twice))
    [entry_id] = db.session.scalars(sa.select(Vote.entry_id).where(Vote.ballot_id == ballot.id))
    with pytest.raises(sa.exc.IntegrityError):
        act(db.session.execute, sa.insert(Vote).values(ballot_id=ballot.id, slot=2, entry_id=entry_id))
