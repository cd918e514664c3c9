"""How trials read on pages: in the shop's zone."""

from __future__ import annotations

from datetime import datetime

from portal.brand.queries import current as current_brand
from portal.core import clock
from portal.trials.models import Trial
from portal.trials.rules import times
from portal.trials.rules.phases import Phase, phase_of


def told_by(trial: Trial) -> datetime:
    """When the result is told at the latest: working days are those of the shop."""
    return times.told_by(clock.in_zone(trial.closes_at, current_brand().time_zone))


def is_late(trial: Trial, now: datetime) -> bool:
    """The result should have been told, and was not."""
    undecided = phase_of(trial, now) in (Phase.CLOSED, Phase.PICKING)
    return undecided and now > told_by(trial)
