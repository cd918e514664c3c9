"""Where an event stands at a moment, as its page says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from portal.events.models import Event, EventDay


class Stage(StrEnum):
    """``running``: between the first doors and the last close, nights of a festival included."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


def stage_of(event: Event, now: datetime) -> Stage:
    if not event.is_public:
        return Stage.DRAFT
    if event.cancelled_at:
        return Stage.CANCELLED
    if event.is_over(now):
        return Stage.OVER
    return Stage.RUNNING if event.starts_at <= now else Stage.COMING


def next_doors(event: Event, days: Sequence[EventDay], now: datetime) -> datetime | None:
    """When doors open next: the start, or the next morning of a longer festival. None while they are open, or when all is over."""
    if any(day.starts_at <= now < day.ends_at for day in days):
        return None
    ahead = [moment for moment in (event.starts_at, *(day.starts_at for day in days)) if moment > now]
    return min(ahead, default=None)


def open_until(days: Sequence[EventDay], event: Event, now: datetime) -> datetime | None:
    """While doors are open: when they close today."""
    closing = [day.ends_at for day in days if day.starts_at <= now < day.ends_at]
    if not days and event.starts_at <= now < event.ends_at:
        return event.ends_at
    return min(closing, default=None)
