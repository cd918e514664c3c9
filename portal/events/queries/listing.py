"""Lists of events: what comes, what was, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.i18n import _
from portal.core.links import path_to
from portal.core.media.models import Photo, PhotoState
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.events.models import Event, EventKind, Registration, RegistrationState, Stamp
from portal.stories.queries.leads import Lead


@dataclass(frozen=True, slots=True)
class Listed:
    """An event in a list. ``mine``: the viewer holds a ticket; ``stamped_at``: they came."""

    event: Event
    picture: Photo | None
    mine: bool = False
    stamped_at: datetime | None = None


def coming(viewer: Viewer | None, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Listed]:
    """What is not over yet, the next first; cancelled ones say so. One query."""
    return _page(viewer, Event.ends_at > clock.now(), cursor=cursor, limit=limit, ascending=True)


def past(viewer: Viewer | None, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Listed]:
    """What took place, the latest first. One query."""
    over = sa.and_(Event.ends_at <= clock.now(), Event.cancelled_at.is_(None))
    return _page(viewer, over, cursor=cursor, limit=limit)


def next_event(*, after: str | None = None) -> Listed | None:
    """The next festival; where none is announced, the next event of any kind. ``after`` leaves one out. One query."""
    statement = _listed(None).where(Event.starts_at > clock.now(), Event.cancelled_at.is_(None))
    if after:
        statement = statement.where(Event.id != after)
    festival_first = sa.case((Event.kind == EventKind.FESTIVAL, 0), else_=1)
    row = db.session.execute(statement.order_by(festival_first, Event.starts_at, Event.id).limit(1)).first()
    return _as_listed(row) if row else None


def find_events(words: str, viewer: Viewer | None, cursor: str | None = None) -> Page[Listed]:
    """Events whose name, place or first words hold all of these words, the latest first. One query."""
    said = (Event.name_zh, Event.name_en, Event.place_zh, Event.place_en, Event.lead_zh, Event.lead_en)
    each = [sa.or_(*(column.icontains(word, autoescape=True) for column in said)) for word in words.split()]
    return _page(viewer, *each, cursor=cursor)


def lead_of(hashtag_id: str) -> Lead | None:
    """From a hashtag's page to the event that it belongs to, the latest if there are several. One query."""
    mine = sa.select(Event).where(Event.hashtag_id == hashtag_id, Event.published_at.is_not(None))
    event = db.session.scalar(mine.order_by(Event.starts_at.desc()).limit(1))
    if event is None:
        return None
    over = event.ends_at <= clock.now()
    said = _("This hashtag belonged to an event:") if over else _("This hashtag belongs to an event:")
    return Lead("calendar-days", said, event.name, path_to("events.event", slug=event.slug))


# ------------------------------------------------------------------ inside


def _page(
    viewer: Viewer | None,
    *which: Any,
    cursor: str | None,
    limit: int = PAGE_SIZE,
    ascending: bool = False,
) -> Page[Listed]:
    page = keyset_page(
        _listed(viewer).where(*which),
        (Event.starts_at, Event.id),
        cursor=cursor,
        limit=limit,
        ascending=ascending,
        scalars=False,
    )
    return Page(_all(page.items), page.next_cursor)


def _listed(viewer: Viewer | None) -> sa.Select[*tuple[Any, ...]]:
    """The two key columns stand by name beside the event, as pages want them."""
    return (
        sa.select(
            Event,
            Photo,
            Event.starts_at,
            Event.id,
            _mine(viewer).label("mine"),
            _stamped(viewer).label("stamped_at"),
        )
        .outerjoin(Photo, sa.and_(Photo.id == Event.picture, Photo.state == PhotoState.READY))
        .where(Event.published_at.is_not(None))
    )


def _mine(viewer: Viewer | None) -> sa.ColumnElement[bool]:
    if viewer is None:
        return sa.false()
    return sa.exists().where(
        Registration.event_id == Event.id,
        Registration.member_id == viewer.id,
        Registration.state == RegistrationState.CONFIRMED,
    )


def _stamped(viewer: Viewer | None) -> sa.ColumnElement[Any]:
    if viewer is None:
        return sa.null()
    first = sa.select(sa.func.min(Stamp.at)).where(Stamp.event_id == Event.id, Stamp.member_id == viewer.id)
    return first.correlate(Event).scalar_subquery()


def _all(rows: Iterable[Any]) -> list[Listed]:
    return [_as_listed(row) for row in rows]


def _as_listed(row: Any) -> Listed:
    return Listed(row.Event, row.Photo, bool(row.mine), row.stamped_at)
