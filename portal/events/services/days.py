"""Days of an event in shop time. The event begins with the first and ends with the last of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import LIVE, Arrival, Event, EventDay, EventSession, Registration, Scan, TicketType
from portal.events.queries.programme import days_of
from portal.events.rules import shifting
from portal.events.rules.words import DayWords
from portal.events.services import changes, reminding, studio

LONGEST_DAY = timedelta(hours=24)
MOST_DAYS = 31


def add_day(event: Event, words: DayWords, *, by: Viewer) -> EventDay:
    """One more day. What was told of money that comes back stays (:func:`_keep_refunds`). Raises Invalid when there is one on that
    date, or hours of two overlap. Audited."""
    studio.hold(event, by)
    paid_for = _paid_for(event)
    if len(days_of(event.id)) >= MOST_DAYS:
        raise Conflict(_("An event has at most %(most)s days.", most=MOST_DAYS))
    _check_free(event, words, None)
    day = EventDay(event_id=event.id, **words.columns())
    db.session.add(day)
    db.session.flush()
    _follow(event)
    _keep_refunds(event, paid_for)
    studio.note("day_added", event, by, day=day.id, refund_hours=event.refund_hours)
    return day


def change_day(day: EventDay, words: DayWords, *, event: Event, seen: str, by: Viewer) -> None:
    """Another date, other hours, another name. With another date its sessions move along, at the same time of the day. What was told
    of money that comes back stays (:func:`_keep_refunds`).

    Raises Conflict for an old page, Invalid when a session would lie outside. Audited.
    """
    studio.hold(event, by)
    day = studio.find_part(EventDay, day.id, event)
    before, old_end, paid_for = DayWords.of(day), day.ends_at, _paid_for(event)
    _check_free(event, words, day)
    inside = _sessions_of(event, day)
    changed = studio.change(day, before, words, seen)
    if not changed:
        return
    _move_along(event, inside, (words.day - before.day).days)
    if any(one.starts_at < day.starts_at or one.ends_at > day.ends_at for one in inside):
        raise Invalid(_("Sessions of this day would lie outside its hours. Move them first."), field="closes")
    for one in db.session.scalars(sa.select(TicketType).where(TicketType.day_id == day.id)):
        _keep_sale(one, old_end, day.ends_at)
    _follow(event, moved=bool(changed - {"name_zh", "name_en"}))
    _keep_refunds(event, paid_for)
    facts = {"fields": sorted(changed), "refund_hours": event.refund_hours}
    studio.note("day_changed", event, by, day=day.id, **facts)


def remove_day(day: EventDay, *, event: Event, by: Viewer) -> None:
    """Take a day away that nothing hangs on. Raises Conflict with what does. Audited."""
    studio.hold(event, by)
    day = studio.find_part(EventDay, day.id, event)
    if len(days_of(event.id)) == 1:
        raise Conflict(_("An event has at least one day. Change this one instead."))
    if _sessions_of(event, day):
        raise Conflict(_("There are sessions on this day. Move or cancel them first."))
    if _has(TicketType.id, TicketType.day_id == day.id):
        raise Conflict(_("Tickets are for this day. Change or remove them first."))
    if _has(Arrival.day_id, Arrival.day_id == day.id) or _has(Scan.id, Scan.day_id == day.id):
        raise Conflict(_("Somebody came on this day: it stays."))
    day_id = day.id
    db.session.delete(day)
    db.session.flush()
    _follow(event)
    studio.note("day_removed", event, by, day=day_id)


# ------------------------------------------------------------------ inside


def _check_free(event: Event, words: DayWords, itself: EventDay | None) -> None:
    if not timedelta() < words.ends_at - words.starts_at <= LONGEST_DAY:
        raise Invalid(_("The doors close after they open."), field="closes")
    others = [one for one in days_of(event.id) if itself is None or one.id != itself.id]
    if any(one.day == words.day for one in others):
        raise Invalid(_("This day is there already."), field="day")
    if any(one.starts_at < words.ends_at and words.starts_at < one.ends_at for one in others):
        raise Invalid(_("The hours of two days would overlap."), field="closes")


def _sessions_of(event: Event, day: EventDay) -> list[EventSession]:
    """Those that begin while its doors are open and take place."""
    mine = sa.select(EventSession).where(
        EventSession.event_id == event.id,
        EventSession.cancelled_at.is_(None),
        EventSession.starts_at >= day.starts_at,
        EventSession.starts_at < day.ends_at,
    )
    return list(db.session.scalars(mine.order_by(EventSession.id)))


def _move_along(event: Event, sessions: Iterable[EventSession], days: int) -> None:
    if not days:
        return
    zone = brand.current().time_zone
    for one in sessions:
        one.starts_at = shifting.later(one.starts_at, days, zone)
        one.ends_at = shifting.later(one.ends_at, days, zone)
        changes.session_moved(event, one)
    db.session.flush()


def _follow(event: Event, *, moved: bool = False) -> None:
    """The event's first and last moment are those of its days; what was on sale until its end still is."""
    days = days_of(event.id)
    starts_at, ends_at = days[0].starts_at, max(day.ends_at for day in days)
    old_end = event.ends_at
    moved = moved or (starts_at, ends_at) != (event.starts_at, old_end)
    event.starts_at, event.ends_at = starts_at, ends_at
    for_all_days = sa.select(TicketType).where(TicketType.event_id == event.id, TicketType.day_id.is_(None))
    for one in db.session.scalars(for_all_days):
        _keep_sale(one, old_end, ends_at)
    if moved:
        changes.event_moved(event)
    db.session.flush()
    if moved:
        reminding.begin_anew(event)


def _paid_for(event: Event) -> dict[str, datetime]:
    """When each kind of ticket begins that somebody pays or paid for, by its id. One query."""
    paid = sa.exists().where(
        Registration.ticket_type_id == TicketType.id, Registration.state.in_(LIVE), Registration.amount > 0
    )
    kinds = sa.select(TicketType.id, EventDay.starts_at).outerjoin(EventDay, EventDay.id == TicketType.day_id)
    rows = db.session.execute(kinds.where(TicketType.event_id == event.id, paid))
    return {kind: starts_at or event.starts_at for kind, starts_at in rows}


def _keep_refunds(event: Event, before: dict[str, datetime]) -> None:
    """Who signed up read until when all of their money comes back. Where their day comes earlier, it comes back until fewer hours
    before: for everybody, and at the most until the doors open."""
    earlier = [before[kind] - begins for kind, begins in _paid_for(event).items() if kind in before]
    moved = max(earlier, default=timedelta())
    if moved > timedelta():
        event.refund_hours = max(event.refund_hours - -(-moved // timedelta(hours=1)), 0)
        db.session.flush()


def _keep_sale(ticket: TicketType, old_end: datetime, new_end: datetime) -> None:
    """Sale that lasted until the end (of the event, or of the ticket's day) does so still; no sale outlasts it."""
    ends_at = new_end if ticket.sale_ends_at == old_end else min(ticket.sale_ends_at, new_end)
    if ticket.sale_starts_at < ends_at and (ticket.bell_closes_at or ticket.sale_starts_at) < ends_at:
        ticket.sale_ends_at = ends_at


def _has(column: sa.orm.InstrumentedAttribute[str], condition: sa.ColumnElement[bool]) -> bool:
    return db.session.scalar(sa.select(column).where(condition).limit(1)) is not None
