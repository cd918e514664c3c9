"""Who is counted in a merged message."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.notifications import rules

people = st.sampled_from("abcdef")


def event(actor: str) -> dict[str, Any]:
    return {"actor_id": actor, "actor_name": actor.upper()}


@given(st.lists(people, min_size=1, max_size=20), st.lists(people, max_size=6))
def test_the_count_is_always_the_number_of_people(acted: list[str], regretted: list[str]) -> None:
    facts, count = rules.first_facts(event(acted[0])), 1
    for actor in acted[1:]:
        facts, count = rules.merged(facts, event(actor), count + 1)
    left = list(dict.fromkeys(reversed(acted)))[::-1]
    for actor in regretted:
        after = rules.without(facts, actor, count)
        left = [person for person in left if person != actor]
        if after is None:
            assert not left
            return
        facts, count = after
    assert count == len(left)
    assert facts["actor_id"] == left[-1]
    assert [person for person, _name in facts["people"]] == left


def test_events_without_a_person_are_counted_one_by_one() -> None:
    facts, count = rules.first_facts({"word": "x"}), 1
    facts, count = rules.merged(facts, {"word": "y"}, count + 1)
    assert (facts, count) == ({"word": "y", "people": []}, 2)


def test_the_list_of_people_has_an_end_and_the_number_has_none() -> None:
    facts, count = rules.first_facts(event("p0")), 1
    for number in range(1, rules.MOST_PEOPLE + 50):
        facts, count = rules.merged(facts, event(f"p{number}"), count + 1)
    assert len(facts["people"]) == rules.MOST_PEOPLE
    assert count == rules.MOST_PEOPLE + 50
