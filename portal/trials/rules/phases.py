"""Where a trial stands, from its times and what was done to it, and what comes next. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.trials.models import Trial

#: working days between the closing and the result
DAYS_TO_CHOOSE = 3
_SATURDAY = 5


class Phase(StrEnum):
    """In the order in which they come. ``CLOSED``: no more applications, not frozen yet; ``PICKING``: frozen, staff grade and
    choose; ``TESTING``: the result is told, the chosen try it and report."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    PICKING = "picking"
    TESTING = "testing"
    ENDED = "ended"
    CANCELLED = "cancelled"


#: nothing more happens
OVER = frozenset((Phase.ENDED, Phase.CANCELLED))
#: everybody reads who was chosen and how
TOLD = frozenset((Phase.TESTING, Phase.ENDED))
#: it can still be called off: nobody was promised anything
CANCELLABLE = frozenset((Phase.COMING, Phase.OPEN, Phase.CLOSED, Phase.PICKING))


def phase_of(trial: Trial, now: datetime) -> Phase:
    """Each begins with its moment and ends right before the next one's."""
    if trial.published_at is None:
        return Phase.DRAFT
    done = (
        (trial.cancelled_at, Phase.CANCELLED),
        (trial.ended_at, Phase.ENDED),
        (trial.chosen_at, Phase.TESTING),
        (trial.frozen_at, Phase.PICKING),
    )
    for moment, phase in done:
        if moment is not None:
            return phase
    if now >= trial.closes_at:
        return Phase.CLOSED
    return Phase.OPEN if now >= trial.opens_at else Phase.COMING


def next_moment(trial: Trial, phase: Phase) -> datetime | None:
    """When the phase ends by itself, for the countdown."""
    return {Phase.COMING: trial.opens_at, Phase.OPEN: trial.closes_at}.get(phase)


def told_by(closes_at: datetime) -> datetime:
    """Three working days after the closing, at its hour. Give it in the shop's zone: days are those of a calendar there."""
    moment, left = closes_at, DAYS_TO_CHOOSE
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < _SATURDAY
    return moment


def may_change_rules(phase: Phase) -> bool:
    """Whoever reads the rules can rely on them: only a draft is changed."""
    return phase is Phase.DRAFT
