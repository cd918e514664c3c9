"""How messages of one group become one, and come apart again: plain functions over their facts."""

from __future__ import annotations

from typing import Any

#: beyond so many people only the number still grows
MOST_PEOPLE = 200

Facts = dict[str, Any]


def first_facts(facts: Facts) -> Facts:
    """The facts of a new message, with the person who acted (if any) on its list."""
    return {**facts, "people": _acting(facts)}


def merged(kept: Facts, news: Facts, count: int) -> tuple[Facts, int]:
    """Facts and count after one more event; ``count`` already includes it. Nobody counts twice."""
    before = kept.get("people", [])
    others = [person for person in before if person[0] != news.get("actor_id")]
    people = [*others, *_acting(news)][-MOST_PEOPLE:]
    return {**news, "people": people}, count - (len(before) - len(others))


def without(kept: Facts, actor_id: str, count: int) -> tuple[Facts, int] | None:
    """Facts and count when one person took it back; the last one left speaks. None when nobody is left."""
    before = kept.get("people", [])
    people = [person for person in before if person[0] != actor_id]
    if len(people) == len(before):
        return kept, count
    if not people:
        return None
    facts = {**kept, "people": people}
    if kept.get("actor_id") == actor_id:
        facts["actor_id"], facts["actor_name"] = people[-1]
    return facts, count - 1


def _acting(facts: Facts) -> list[list[str]]:
    return [[str(facts["actor_id"]), str(facts.get("actor_name", ""))]] if facts.get("actor_id") else []
