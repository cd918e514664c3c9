"""Voting: one ballot a voter, changeable until the close, told to nobody, refused by the database where it must be."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.queries import viewer_of
from portal.contests.models import Ballot, Contest, Vote, new_ballot_id
from portal.contests.queries.names import names_on_ballot
from portal.contests.queries.voter import own_ballot
from portal.contests.rules.ballots import shuffled, voter_of
from portal.contests.services.voting import cast
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.timeline import timeline_of
from portal.notifications.models import Notification
from portal.rewards.models import Deed, PointEntry
from tests.contacts import BY_EITHER, prove
from tests.make import Make


def vote(contest: Contest, member: Any, *entries: Any) -> None:
    with transaction():
        cast(contest, [one.id for one in entries], by=viewer_of(member.id))


def chosen(contest: Contest, member: Any) -> set[str]:
    found = own_ballot(contest, member.id)
    return set(found.chosen) if found else set()


@pytest.fixture
def running(make: Make) -> Contest:
    contest: Contest = make.contest("voting", votes=2)
    return contest


def test_a_ballot_may_be_changed_and_keeps_its_receipt(make: Make, running: Contest) -> None:
    one, two, three = (make.entry(running, words=words) for words in ("云朵", "月光", "麦浪"))
    member = make.voter(running)
    vote(running, member, one, two)
    first = own_ballot(running, member.id)
    vote(running, member, three)
    vote(running, member, three)
    again = own_ballot(running, member.id)
    assert first is not None
    assert again is not None
    assert again.receipt == first.receipt
    assert again.chosen == {three.id}
    assert db.session.query(Ballot).count() == 1
    assert db.session.query(Vote).count() == 1


def test_one_may_vote_for_ones_own(make: Make, running: Contest) -> None:
    member = make.voter(running)
    mine = make.entry(running, member)
    vote(running, member, mine)
    assert chosen(running, member) == {mine.id}


def test_too_few_too_many_and_names_that_are_not_on_it(make: Make, running: Contest) -> None:
    member = make.voter(running)
    names = [make.entry(running, words=words) for words in ("云朵", "月光", "麦浪")]
    waiting = make.entry(running, words="等等", state="waiting")
    foreign = make.entry(make.contest("voting"))
    later = make.entry(running, words="雲朵", submitted_at=running.opens_at + clock.days(2))
    for wrong in ([], names, [waiting], [foreign], [later], [names[0], foreign]):
        with pytest.raises(Invalid):
            vote(running, member, *wrong)
    assert db.session.query(Ballot).count() == 0
    vote(running, member, names[0], names[0])
    assert chosen(running, member) == {names[0].id}


def test_who_joined_at_the_opening_or_later_has_no_vote(make: Make, running: Contest) -> None:
    entry = make.entry(running)
    for joined_at in (running.opens_at, running.opens_at + clock.minutes(1)):
        with pytest.raises(NotAllowed):
            vote(running, make.voter(running, joined_at=joined_at), entry)


@BY_EITHER
def test_one_proven_contact_of_either_kind_is_enough(make: Make, running: Contest, contact: str) -> None:
    entry, member = make.entry(running), make.voter(running, email=contact, verified=False)
    with pytest.raises(NotAllowed, match="e-mail address or phone number"):
        vote(running, member, entry)
    prove(member)
    vote(running, member, entry)


@pytest.mark.parametrize("phase", ["coming", "submitting", "screening", "closed"])
def test_only_while_the_vote_is_open(make: Make, phase: str) -> None:
    contest = make.contest(phase)
    with pytest.raises(Conflict):
        vote(contest, make.voter(contest), make.entry(contest))


def test_it_closes_with_its_moment(make: Make, running: Contest) -> None:
    entry, member = make.entry(running), make.voter(running)
    with clock.travel(running.vote_until - clock.minutes(0.01)):
        vote(running, member, entry)
    with clock.travel(running.vote_until), pytest.raises(Conflict):
        vote(running, member, entry)


def test_the_database_refuses_a_second_ballot_and_a_second_vote_for_a_name(
    make: Make, running: Contest
) -> None:
    entry, member = make.entry(running), make.voter(running)
    vote(running, member, entry)
    [ballot] = db.session.query(Ballot)
    again = {"contest_id": running.id, "voter": ballot.voter, "receipt": "x", "cast_on": ballot.cast_on}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Ballot).values(id=new_ballot_id(), **again))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Vote).values(ballot_id=ballot.id, slot=2, entry_id=entry.id))


def test_nothing_tells_who_voted_or_for_what(make: Make, running: Contest) -> None:
    """No trail, message, deed, point or line of life; the ballot names no member and no time closer than a day."""
    member, staff = make.voter(running), make.staff("owner")
    entry = make.entry(running)
    before = [db.session.query(kind).count() for kind in (AuditEntry, Notification, Deed, PointEntry)]
    vote(running, member, entry)
    assert [db.session.query(kind).count() for kind in (AuditEntry, Notification, Deed, PointEntry)] == before
    life = timeline_of(member.id, by=viewer_of(staff.id)).entries
    assert not [line for line in life if "contest" in line.path or entry.words in line.text]
    [row] = db.session.execute(sa.select(Ballot.__table__)).mappings()
    assert member.id not in json.dumps(dict(row), default=str)
    assert "T" not in str(row["cast_on"])
    assert row["voter"] == voter_of(running, member.id)


def test_each_sees_the_names_in_an_order_of_their_own_and_always_the_same(
    make: Make, running: Contest
) -> None:
    for number in range(12):
        make.entry(running, words=f"名字{number}")
    names = names_on_ballot(running.id)
    one, other = make.member().id, make.member().id
    orders = {tuple(name.id for name in shuffled(names, running, who)) for who in (one, other, None)}
    assert len(orders) == 3
    assert shuffled(reversed(names), running, one) == shuffled(names, running, one)


def test_of_names_that_are_one_the_earliest_that_stands_is_on_the_ballot(
    make: Make, running: Contest
) -> None:
    at = running.opens_at
    make.entry(running, words="云朵", state="refused", submitted_at=at + clock.minutes(1))
    first = make.entry(running, words="雲朵", submitted_at=at + clock.minutes(2))
    make.entry(running, words="云 朵", submitted_at=at + clock.minutes(3))
    assert [name.id for name in names_on_ballot(running.id)] == [first.id]
