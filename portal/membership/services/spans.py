"""Giving access and ending it: spans are the only truth about who has a paid tier when."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id
from portal.membership.models import Span, SpanKind


def give(
    member_id: str,
    tier_id: str,
    kind: SpanKind,
    *,
    starts_at: datetime,
    ends_at: datetime,
    grace: timedelta | None = None,
    source_id: str | None = None,
    reason: str = "",
    by_id: str | None = None,
    key: str | None = None,
) -> Span:
    """A member has this tier from one moment until another, and for ``grace`` beyond it."""
    span = Span(
        id=key or new_id(),
        member_id=member_id,
        tier_id=tier_id,
        kind=kind,
        source_id=source_id,
        starts_at=starts_at,
        ends_at=ends_at,
        planned_end=ends_at,
        grace_until=ends_at + grace if grace is not None else None,
        reason=reason,
        by_id=by_id,
        given_at=clock.now(),
    )
    db.session.add(span)
    db.session.flush()
    return span


def end(span: Span, at: datetime, *, for_good: bool = True) -> None:
    """It ends at this moment if it does not end before, without grace; one that has not begun never does.

    Not ``for_good``: something took its place and may go away again (:func:`restore`).
    """
    span.ends_at = max(span.starts_at, min(span.ends_at, at))
    span.grace_until = None
    if for_good:
        span.planned_end = span.ends_at
    db.session.flush()


def restore(span: Span) -> None:
    """What took its place is gone: it lasts as long as it was meant to."""
    span.ends_at = span.planned_end
    db.session.flush()


def move(span: Span, start: datetime) -> None:
    """The same length from another moment on."""
    later = start - span.starts_at
    span.starts_at, span.ends_at, span.planned_end = start, span.ends_at + later, span.planned_end + later
    if span.grace_until is not None:
        span.grace_until += later


def of_sources(source_ids: list[str]) -> list[Span]:
    """The spans behind these charges, gifts or codes, by their beginning."""
    statement = sa.select(Span).where(Span.source_id.in_(source_ids)).order_by(Span.starts_at, Span.id)
    return list(db.session.scalars(statement))


def rest_of(spans: list[Span], now: datetime) -> timedelta:
    """How much of these is still to come, without grace."""
    left = (max(timedelta(), span.ends_at - max(now, span.starts_at)) for span in spans)
    return sum(left, timedelta())
