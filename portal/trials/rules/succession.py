"""Whom a free place may go to, within what the trial promised. Pure.

Places for newcomers stay theirs as long as a newcomer waits, and no region gets more than its most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from portal.trials.models import Application, Trial
from portal.trials.rules.filling import newcomers_of


@dataclass(frozen=True, slots=True)
class Free:
    """What is left to give: ``places``, none of them to the ``full`` regions; the next one to a newcomer, if one waits."""

    places: int
    full: frozenset[str]
    newcomers_first: bool


def free_of(trial: Trial, sitting: Sequence[Application]) -> Free:
    """``sitting``: the applications whose places are taken."""
    places = max(trial.seats - len(sitting), 0)
    regions = Counter(one.region for one in sitting if one.region)
    most = trial.region_most
    full = frozenset(name for name, number in regions.items() if most is not None and number >= most)
    owed = newcomers_of(trial.seats, trial.newcomer_percent) - sum(one.newcomer for one in sitting)
    return Free(places, full, newcomers_first=owed >= places)
