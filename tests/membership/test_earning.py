"""Earned tiers: climbing at once, one step down at most, with notice and grace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.membership.rules.earning import (
    GRACE,
    HOLDS,
    NOTICE,
    Change,
    Held,
    Rung,
    looked_at,
    next_look,
    reached,
    shaken,
)

LADDER = [Rung("a", 0), Rung("b", 10), Rung("c", 20), Rung("d", 30)]
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def _held(tier: str = "c") -> Held:
    return Held(tier, START, START + HOLDS)


def test_stitches_reach_a_tier() -> None:
    assert [reached(LADDER, stitches).tier_id for stitches in (0, 9, 10, 29, 30, 99)] == list("aabcdd")


def test_climbing_may_take_several_steps_at_once() -> None:
    after, changes = looked_at(_held("a"), LADDER, 31, START + DAY)
    assert (after.tier_id, changes) == ("d", [Change.REACHED])
    assert after.valid_until == START + DAY + HOLDS


def test_who_earned_it_again_keeps_it_for_another_year() -> None:
    after, changes = looked_at(_held(), LADDER, 20, START + HOLDS)
    assert (after.tier_id, changes) == ("c", [Change.KEPT])
    assert after.valid_until == START + 2 * HOLDS


def test_the_way_down_is_slow_and_one_step() -> None:
    held, log = _held(), []
    for day in range(800):
        moment = START + day * DAY
        held, changes = looked_at(held, LADDER, 0, moment)
        log += [(day, change, held.tier_id) for change in changes]
    notice = (HOLDS - NOTICE).days
    assert log[:3] == [
        (notice, Change.NOTICE, "c"),
        (365, Change.GRACE, "c"),
        (365 + GRACE.days, Change.LEFT, "b"),
    ]
    assert [tier for _day, change, tier in log if change is Change.LEFT] == ["b", "a"]


def test_a_sweep_that_slept_gives_the_whole_notice_all_the_same() -> None:
    late = START + HOLDS + 100 * DAY
    held, changes = looked_at(_held(), LADDER, 0, late)
    assert changes == [Change.NOTICE]
    assert held.valid_until == late + NOTICE
    held, changes = looked_at(held, LADDER, 0, late + NOTICE)
    assert changes == [Change.GRACE]
    assert looked_at(held, LADDER, 0, late + NOTICE + GRACE)[1] == [Change.LEFT]


def test_deeds_in_the_grace_rescue_it() -> None:
    held, _changes = looked_at(_held(), LADDER, 0, START + HOLDS - NOTICE)
    held, _changes = looked_at(held, LADDER, 0, START + HOLDS)
    held, changes = looked_at(held, LADDER, 20, START + HOLDS + DAY)
    assert changes == [Change.KEPT]
    assert held.grace_until is None


def test_a_deed_that_was_taken_back_brings_the_look_forward() -> None:
    held = shaken(_held(), START + DAY)
    assert held.valid_until == START + DAY + NOTICE
    assert next_look(held, START, lowest=False) == START + DAY


def test_on_the_lowest_nothing_ever_happens() -> None:
    held = _held("a")
    assert looked_at(held, LADDER, 0, START + 10 * HOLDS) == (held, [])
    assert next_look(held, START, lowest=True) is None


def test_who_still_earns_it_is_looked_at_daily_in_the_last_month_and_no_more_often() -> None:
    """Or those who need nothing would stand before all others in the sweep for a month."""
    moment = START + HOLDS - NOTICE
    held, changes = looked_at(_held(), LADDER, 20, moment)
    assert changes == []
    assert next_look(held, moment, lowest=False) == moment + DAY
    last = START + HOLDS - DAY / 2
    assert next_look(held, last, lowest=False) == START + HOLDS


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 90)), max_size=40))
def test_any_life(steps: list[tuple[int, int]]) -> None:
    """Never more than one step down at a time, never without notice before and grace, and looking twice is once."""
    held, moment = Held("a", START, START + HOLDS), START
    noticed: datetime | None = None
    for stitches, days in steps:
        moment += days * DAY
        before = held
        held, changes = looked_at(held, LADDER, stitches, moment)
        assert looked_at(held, LADDER, stitches, moment) == (held, [])
        places = [rung.tier_id for rung in LADDER]
        assert places.index(held.tier_id) >= places.index(before.tier_id) - 1
        if Change.NOTICE in changes:
            noticed = moment
        if Change.LEFT in changes:
            assert noticed is not None
            assert moment >= noticed + NOTICE + GRACE
            assert reached(LADDER, stitches).stitches < LADDER[places.index(before.tier_id)].stitches
        if Change.REACHED in changes or Change.KEPT in changes:
            noticed = None
