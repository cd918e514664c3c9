"""Handing names in: once each, so many, only while it is open, and taken back until the vote."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.services import submitting
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.contacts import BY_EITHER, prove
from tests.make import Make


def give(contest: Contest, member: Any, words: str, why: str = "") -> Entry:
    with transaction():
        entry = submitting.submit(contest, words, why, by=viewer_of(member.id))
        db.session.refresh(entry)
        return entry


def take_back(contest: Contest, member: Any, entry_id: str) -> None:
    with transaction():
        submitting.withdraw(contest, entry_id, by=viewer_of(member.id))


def test_the_same_form_twice_is_one_name(make: Make) -> None:
    contest, member = make.contest(), make.member()
    first, again = give(contest, member, "云朵", "轻"), give(contest, member, "雲 朵", "很轻")
    assert first.id == again.id
    assert (again.words, again.why, again.state) == ("雲 朵", "很轻", EntryState.WAITING)
    assert db.session.query(Entry).filter_by(contest_id=contest.id).count() == 1


def test_other_words_are_another_version_and_what_stands_keeps_its_own(make: Make) -> None:
    contest, member = make.contest(), make.member()
    first = give(contest, member, "云朵", "轻")
    assert give(contest, member, "云朵", "轻").version == 1
    assert give(contest, member, "云 朵", "轻").version == 2
    first.state = EntryState.STANDING
    db.session.commit()
    assert give(contest, member, "云 朵", "轻").version == 2
    with pytest.raises(Conflict, match="云 朵"):
        give(contest, member, "云 朵", "别的话")
    db.session.refresh(first)
    assert first.why == "轻"


def test_others_may_give_the_same_name(make: Make) -> None:
    contest = make.contest()
    assert give(contest, make.member(), "云朵").id != give(contest, make.member(), "云朵").id


def test_no_more_than_the_contest_allows(make: Make) -> None:
    contest, member = make.contest(most_entries=2), make.member()
    first = give(contest, member, "云朵")
    give(contest, member, "月光")
    with pytest.raises(Invalid):
        give(contest, member, "麦浪")
    take_back(contest, member, first.id)
    give(contest, member, "麦浪")
    with pytest.raises(Invalid):
        give(contest, member, "云朵")


def test_taken_back_and_given_again_it_waits_at_the_end(make: Make) -> None:
    contest, member = make.contest(), make.member()
    first = give(contest, member, "云朵")
    take_back(contest, member, first.id)
    take_back(contest, member, first.id)  # twice is once
    with clock.travel(clock.now() + clock.minutes(5)):
        again = give(contest, member, "云朵")
        assert again.id == first.id
        assert again.submitted_at == clock.now()
    assert again.state is EntryState.WAITING


def test_a_refused_name_says_why_and_leaves_room_for_another(make: Make) -> None:
    contest, member = make.contest(most_entries=1), make.member()
    make.entry(contest, member, "云朵", state="refused")
    with pytest.raises(Conflict, match="像别人家的名字"):
        give(contest, member, "雲朵")
    give(contest, member, "月光")


@pytest.mark.parametrize("phase", ["coming", "screening", "voting", "closed"])
def test_only_while_names_are_taken(make: Make, phase: str) -> None:
    with pytest.raises(Conflict):
        give(make.contest(phase), make.member(), "云朵")


def test_not_to_drafts(make: Make) -> None:
    with pytest.raises(NotFound):
        give(make.contest(published=False), make.member(), "云朵")


@BY_EITHER
def test_one_proven_contact_of_either_kind_is_enough(make: Make, contact: str) -> None:
    contest, member = make.contest(), make.member(email=contact, verified=False)
    with pytest.raises(NotAllowed, match="e-mail address or phone number"):
        give(contest, member, "云朵")
    prove(member)
    give(contest, member, "云朵")


def test_a_name_on_the_ballot_stays_and_nobody_takes_back_others(make: Make) -> None:
    contest, member = make.contest(), make.member()
    mine = give(contest, member, "云朵")
    with pytest.raises(NotFound):
        take_back(contest, make.member(), mine.id)
    with pytest.raises(NotFound):
        take_back(make.contest(), member, mine.id)
    with clock.travel(contest.vote_from), pytest.raises(Conflict):
        take_back(contest, member, mine.id)
