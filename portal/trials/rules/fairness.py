"""How many of each group applied, could be chosen, and were. Groups of a few people are put together, so nobody stands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: a group that fewer people applied from is not told by itself
SMALLEST = 5
#: the key of all small groups together
TOGETHER = "*"


@dataclass(frozen=True, slots=True)
class Applied:
    """One application: the group it belongs to, whether it could be chosen, and whether it was."""

    group: str
    eligible: bool
    picked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """How many of one group there are. ``key``: a region's name, a tier's id; empty for who said nothing."""

    key: str
    applied: int
    eligible: int
    picked: int

    @property
    def rate(self) -> float:
        """Picked of eligible, 0 to 1."""
        return self.picked / self.eligible if self.eligible else 0.0


def count_groups(rows: Iterable[Applied]) -> list[dict[str, Any]]:
    """The groups as they are kept with the trial, the largest first, all small ones together at the end."""
    groups: dict[str, list[Applied]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    large = [(name, found) for name, found in ordered if len(found) >= SMALLEST]
    small = [row for _name, found in ordered if len(found) < SMALLEST for row in found]
    while small and len(small) < SMALLEST and large:  # so few that they could be told from the sum
        small += large.pop()[1]
    told = [*large, (TOGETHER, small)] if small else large
    return [_counted(key, found) for key, found in told]


def read(kept: Iterable[dict[str, Any]]) -> list[Group]:
    """The groups as they were kept."""
    return [Group(one["group"], one["applied"], one["eligible"], one["picked"]) for one in kept]


def _counted(key: str, rows: list[Applied]) -> dict[str, Any]:
    return {
        "group": key,
        "applied": len(rows),
        "eligible": sum(row.eligible for row in rows),
        "picked": sum(row.picked for row in rows),
    }
