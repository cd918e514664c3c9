"""How messages of one group become one: plain functions over their facts."""

from __future__ import annotations

from typing import Any

#: beyond so many people only the number still grows
MOST_PEOPLE = 200

Facts = dict[str, Any]


def first_facts(facts: Facts) -> Facts:
    """The facts of a new message, with the person who acted (if any) on its list."""
    return {**facts, "people": [_person(facts)] if facts.get("actor_id") else []}


def merged(kept: Facts, news: Facts, count: int) -> tuple[Facts, int]:
    """Facts and count after one more event; ``count`` already includes it. Nobody counts twice."""
    people = list(kept.get("people", []))
    actor = news.get("actor_id")
    if actor and any(person[0] == actor for person in people):
        return {**news, "people": people}, count - 1
    if actor and len(people) < MOST_PEOPLE:
        people.append(_person(news))
    return {**news, "people": people}, count


def without(kept: Facts, actor_id: str, count: int) -> tuple[Facts, int] | None:
    """Facts and count when one person took it back; the last one left speaks. None when nobody is left."""
    people = [person for person in kept.get("people", []) if person[0] != actor_id]
    if len(people) == len(kept.get("people", [])):
        return kept, count
    if not people:
        return None
    last_id, last_name = people[-1]
    facts = {**kept, "people": people}
    if kept.get("actor_id") == actor_id:
        facts |= {"actor_id": last_id, "actor_name": last_name}
    return facts, count - 1


def _person(facts: Facts) -> list[str]:
    return [str(facts["actor_id"]), str(facts.get("actor_name", ""))]
