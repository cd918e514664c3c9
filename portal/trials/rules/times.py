"""When the result of a trial is told at the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

#: working days between the closing and the result
DAYS_TO_CHOOSE = 3
_SATURDAY = 5


def told_by(closes_at: datetime) -> datetime:
    """Three working days after the closing, at its hour. Give it in the shop's zone: days are those of a calendar there."""
    moment, left = closes_at, DAYS_TO_CHOOSE
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < _SATURDAY
    return moment
