"""The result: who can win, and what it brings to everybody who gave the name."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalog.models import Credit
from portal.contests.models import Contest
from portal.contests.services import deciding, making, screening
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.deliveries.models import Delivery
from portal.notifications.models import Notification
from portal.rewards.models import BadgeAward
from tests.contests.lives import act, count, counted, fresh, manager, vote
from tests.contests.lives import names as named
from tests.make import Make

WORDS = ("晚霞", "枫糖", "开窑", "秋收", "红豆", "山楂", "炉火")
VOTES = (7, 6, 5, 4, 3, 2, 1)


def kinds_told(member_id: str) -> set[str]:
    told = sa.select(Notification.kind).where(Notification.member_id == member_id)
    return {kind for kind in db.session.scalars(told) if kind.startswith("contests.")}


def test_without_a_jury_only_the_first_place_wins(make: Make) -> None:
    contest, entries = counted(make, "晚霞", "枫糖", votes=(1, 2))
    by = manager(make)
    with pytest.raises(Invalid):
        act(deciding.decide, contest, entries[0].id, "", by=by)
    act(deciding.decide, contest, entries[1].id, "", by=by)
    assert fresh(contest).winner_id == entries[1].id
    act(deciding.decide, contest, entries[1].id, "", by=by)
    with pytest.raises(Conflict):
        act(deciding.decide, contest, entries[0].id, "", by=by)


def test_a_jury_decides_among_the_first_five_and_says_why(make: Make) -> None:
    contest, entries = counted(make, *WORDS, votes=VOTES, jury=True)
    by = manager(make)
    with pytest.raises(Invalid) as refusal:
        act(deciding.decide, contest, entries[5].id, "We like it.", by=by)
    assert refusal.value.field == "winner"
    with pytest.raises(Invalid) as refusal:
        act(deciding.decide, contest, entries[4].id, "  ", by=by)
    assert refusal.value.field == "words"
    act(deciding.decide, contest, entries[4].id, "It sounds like home.", by=by)
    assert fresh(contest).jury_words == "It sounds like home."


def test_nothing_is_decided_before_the_count(make: Make) -> None:
    contest = make.contest("closed")
    [entry] = named(make, contest, "晚霞")
    with pytest.raises(Conflict):
        act(deciding.decide, contest, entry.id, "", by=manager(make))


def test_whoever_dislikes_the_winner_cannot_call_the_contest_off(make: Make) -> None:
    contest, [first, _second] = counted(make, "晚霞", "枫糖", votes=(2, 1))
    by = manager(make)
    with pytest.raises(Conflict, match="counted"):
        act(making.cancel, contest, by=by)
    assert fresh(contest).cancelled_at is None
    act(deciding.decide, contest, first.id, "", by=by)
    with pytest.raises(Conflict):
        act(making.cancel, contest, by=by)


@pytest.mark.parametrize("votes", [(0, 0), (2, 0)])
def test_a_contest_that_nobody_can_win_is_called_off_after_the_count_too(
    make: Make, votes: tuple[int, int]
) -> None:
    contest, [first, _second] = counted(make, "晚霞", "枫糖", votes=votes)
    if votes[0]:
        act(screening.take_down, first.id, "spam")
    act(making.cancel, contest, by=manager(make))
    assert fresh(contest).cancelled_at is not None


def test_a_name_that_nobody_chose_or_that_was_taken_down_cannot_win(make: Make) -> None:
    contest, (first, second) = counted(make, "晚霞", "枫糖", votes=(2, 0))
    act(screening.take_down, first.id, "spam")
    for entry in (first, second):
        with pytest.raises(Invalid):
            act(deciding.decide, contest, entry.id, "", by=manager(make))


def decided(make: Make, **facts: Any) -> tuple[Contest, list[Any]]:
    """云朵 wins; two members gave it, a third gave another name."""
    contest = make.contest("closed", **facts)
    first, other = named(make, contest, "云朵", "晚霞")
    second = make.entry(contest, words="雲朵", submitted_at=other.submitted_at)
    vote(make, contest, [first], [first], [other])
    assert count(contest)
    act(deciding.decide, contest, first.id, "", by=manager(make))
    return fresh(contest), [first, second, other]


def test_all_who_gave_the_name_are_credited_and_get_the_badge(make: Make) -> None:
    badge = make.badge()
    contest, (first, second, other) = decided(make, badge_id=badge.id)
    credits = db.session.scalars(sa.select(Credit).where(Credit.product_id == contest.product_id)).all()
    assert {(one.member_id, one.words) for one in credits} == {
        (first.member_id, "云朵"),
        (second.member_id, "雲朵"),
    }
    assert all(one.path == f"/contests/{contest.slug}/result" for one in credits)
    holders = db.session.scalars(sa.select(BadgeAward.member_id).where(BadgeAward.badge_id == badge.id))
    assert set(holders) == {first.member_id, second.member_id}
    assert kinds_told(first.member_id) == kinds_told(second.member_id) == {"contests.won"}
    assert kinds_told(other.member_id) == {"contests.decided"}


def test_a_winner_that_is_taken_down_is_named_by_no_credit(make: Make) -> None:
    """Nor by the pages of the product and the members; an undo brings the very words back."""
    contest, (first, second, _other) = decided(make)
    mine = sa.select(Credit.member_id, Credit.words).where(Credit.source_id == contest.id)
    told = {(first.member_id, "云朵"), (second.member_id, "雲朵")}
    assert {tuple(row) for row in db.session.execute(mine)} == told
    act(screening.take_down, second.id, "unkind")
    assert {row.words for row in db.session.execute(mine)} == {""}
    act(screening.put_back, second.id, "standing")
    assert {tuple(row) for row in db.session.execute(mine)} == told


def test_the_prize_goes_to_whoever_was_first(make: Make) -> None:
    contest, (first, _second, _other) = decided(make)
    sent = db.session.scalars(sa.select(Delivery).where(Delivery.owner_id == contest.id)).all()
    assert [(one.member_id, one.what_en) for one in sent] == [(first.member_id, contest.prize_en)]


def test_without_a_prize_nothing_is_sent(make: Make) -> None:
    contest, _entries = decided(make, prize_zh="", prize_en="")
    assert db.session.scalars(sa.select(Delivery).where(Delivery.owner_id == contest.id)).all() == []
