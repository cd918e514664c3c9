"""Who gets a seat: first timers until their share is full, then everybody, no region beyond its most."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.trials.rules.fairness import SMALLEST, TOGETHER, Applied, count_groups, read
from portal.trials.rules.filling import Person, Room, facts_of, fill, filled, newcomers_of, nominated_of
from portal.trials.rules.phases import told_by

REGIONS = st.sampled_from(["杭州", "成都", "西安"])
PEOPLE = st.dictionaries(
    st.text("abcdef", min_size=3, max_size=6), st.builds(Person, st.booleans(), REGIONS), max_size=14
)
ROOMS = st.builds(
    Room,
    st.integers(1, 6),
    st.integers(0, 6),
    st.none() | st.integers(1, 3),
    st.dictionaries(REGIONS, st.integers(1, 3)),
)


def test_first_timers_come_first_until_their_share_is_full() -> None:
    people = {name: Person(name in "bd", "杭州") for name in "abcde"}
    found = fill("abcde", Room(3, 2), people)
    assert found.won == ("b", "d", "a")
    assert found.substitutes == ("c", "e")


def test_no_region_has_more_than_its_most() -> None:
    people = {"a": Person(False, "杭州"), "b": Person(False, "杭州"), "c": Person(False, "成都")}
    assert fill("abc", Room(3, 0, 2, {"杭州": 1}), people).won == ("a", "c")


@given(PEOPLE, ROOMS)
def test_what_it_promises_holds_for_every_list(people: dict[str, Person], room: Room) -> None:
    order = sorted(people)
    found = fill(order, room, people)
    assert sorted([*found.won, *found.substitutes]) == order
    assert list(found.substitutes) == [one for one in order if one not in found.won]
    assert len(found.won) <= room.seats
    for region in {one.region for one in people.values()}:
        sits = sum(people[one].region == region for one in found.won)
        if room.region_most is not None and sits:
            assert sits + room.region_has.get(region, 0) <= room.region_most
    newcomers = sum(people[one].newcomer for one in found.won)
    if newcomers < min(room.for_newcomers, room.seats) and len(found.won) == room.seats:
        full = [one for one in found.substitutes if people[one].newcomer]
        assert room.region_most is not None or not full, "no first timer was passed by"
    assert filled(order, facts_of(room, people)) == found, "the same from what froze with the list"


def test_the_list_tells_nobody_where_somebody_lives() -> None:
    facts = facts_of(Room(1, 0, 2, {"西安": 1}), {"a": Person(True, "杭州"), "b": Person(True, "成都")})
    assert not {"杭州", "成都", "西安"} & set(str(facts)), facts
    assert "杭州" not in str(facts)


def test_shares_are_rounded_for_those_who_never_tested() -> None:
    assert [newcomers_of(seats, 20) for seats in (1, 5, 6, 12)] == [1, 1, 2, 3]
    assert [nominated_of(seats) for seats in (4, 5, 12)] == [0, 1, 2]


def test_the_result_is_told_within_three_working_days() -> None:
    friday = datetime(2026, 11, 20, 20)
    assert told_by(friday) == datetime(2026, 11, 25, 20)


def test_small_groups_are_put_together() -> None:
    rows = [Applied("杭州", eligible=True, picked=number < 2) for number in range(9)]
    rows += [Applied(region, eligible=number > 0, picked=False) for region in "甲乙丙" for number in range(2)]
    big, small = read(count_groups(rows))
    assert (big.key, big.applied, big.picked) == ("杭州", 9, 2)
    assert (small.key, small.applied, small.eligible) == (TOGETHER, 6, 3)
    assert round(big.rate, 3) == 0.222


@given(st.lists(st.builds(Applied, st.sampled_from("甲乙丙丁戊"), st.booleans(), st.booleans()), max_size=60))
def test_no_told_group_is_small_unless_there_are_so_few(rows: list[Applied]) -> None:
    found = read(count_groups(rows))
    assert sum(one.applied for one in found) == len(rows)
    assert len(rows) < SMALLEST or all(one.applied >= SMALLEST for one in found)
