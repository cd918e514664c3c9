"""Sign-ups as members make them: a form that holds the seats, a second one that says who comes; both stored safely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from bench import load
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.models import Event, EventDay, EventKind, Pool, Seats, SeatsOf, TicketType

SLUG = "open-house"
TYPES = 12
PLENTY = 1_000_000

_COOKIE = re.compile(rb"\r\nCookie: ([^\r]*)")
#: a 303 to one's details, and one to a ticket; both in the head of the answer
_DETAILS = re.compile(
    rb"HTTP/1.1 303 (?:[^\r]*\r\n)*?location: (/events/[^\r]*/register/[0-9a-z]{26})\r", re.IGNORECASE
)
_TICKET = re.compile(rb"HTTP/1.1 303 (?:[^\r]*\r\n)*?location: /me/tickets/[0-9a-z]{26}\r", re.IGNORECASE)
_TOKEN = re.compile(rb"csrf_token=([^&]*)")


def fill(app: Flask) -> None:
    """An event with free tickets for everybody, of many types: a member signs up once for each."""
    start = clock.now() + timedelta(days=30)
    with app.app_context(), transaction():
        event = Event(
            slug=SLUG,
            kind=EventKind.SALON,
            name_zh="开放日",
            starts_at=start,
            ends_at=start + timedelta(hours=7),
            published_at=clock.now(),
            created_at=clock.now(),
        )
        db.session.add(event)
        db.session.flush()
        db.session.add(EventDay(event_id=event.id, day=start.date(), starts_at=start, ends_at=event.ends_at))
        pool = Pool(event_id=event.id, name_zh="入场")
        db.session.add(pool)
        db.session.flush()
        _count(event, SeatsOf.EVENT, event.id, None)
        _count(event, SeatsOf.POOL, pool.id, event.id)
        for number in range(TYPES):
            _type(event, pool, number)


def _type(event: Event, pool: Pool, number: int) -> None:
    made = TicketType(
        event_id=event.id,
        pool_id=pool.id,
        position=number,
        name_zh=f"时段 {number}",
        currency="CNY",
        sale_starts_at=clock.now() - timedelta(days=1),
        sale_ends_at=event.ends_at,
    )
    db.session.add(made)
    db.session.flush()
    _count(event, SeatsOf.TICKET_TYPE, made.id, pool.id)


def _count(event: Event, kind: SeatsOf, thing_id: str, parent_id: str | None) -> None:
    db.session.add(Seats(id=thing_id, event_id=event.id, kind=kind, parent_id=parent_id, capacity=PLENTY))
    db.session.flush()


def type_ids(app: Flask) -> list[str]:
    with app.app_context():
        mine = sa.select(TicketType.id).join(Event, Event.id == TicketType.event_id)
        return list(db.session.scalars(mine.where(Event.slug == SLUG).order_by(TicketType.position)))


def ways(types: list[str], cookies: list[str], csrf: str) -> Iterator[bytes]:
    """The first form of every sign-up there can be: each member for each type."""
    for ticket_type in types:
        for cookie in cookies:
            body = f"ticket_type={ticket_type}&people=1&children=0&attempt={new_id()}&csrf_token={csrf}"
            yield load.post(f"/events/{SLUG}/register", body, cookie=cookie, htmx=False)


def on_to_details(request: bytes, answer: bytes) -> bytes | None:
    """The second form, where the first one led; None once there is a ticket. Raises WrongAnswer for all else: no seat, too fast, a
    way to the sign-in."""
    if _TICKET.match(answer):
        return None
    path, cookie, token = _DETAILS.match(answer), _COOKIE.search(request), _TOKEN.search(request)
    if path is None or cookie is None or token is None:
        raise load.WrongAnswer(request, answer)
    return load.post(
        path[1].decode(), f"name=Ann&csrf_token={token[1].decode()}", cookie=cookie[1].decode(), htmx=False
    )
