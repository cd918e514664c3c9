"""A festival as it stands a month before: 600 tickets, a programme of two days, four ticket types on sale."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.models import (
    Entry,
    Event,
    EventDay,
    EventKind,
    EventSession,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    SeatsOf,
    TicketCode,
    TicketType,
    Venue,
)

SLUG = "fan-festival"
TICKETS = 600
TYPES = 4


def fill(app: Flask) -> None:
    """Into a portal that has members; counters are true."""
    with app.app_context():
        with transaction():
            event = _event()
            pool = Pool(event_id=event.id, name_zh="入场", name_en="Entry")
            db.session.add(pool)
            db.session.flush()
            kinds = [_type(event, pool, number) for number in range(TYPES)]
            _seats(event, pool, kinds)
            _programme(event)
            _tickets(event, pool, kinds)
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _event() -> Event:
    start = clock.now() + timedelta(days=30)
    made = Event(
        slug=SLUG,
        kind=EventKind.FESTIVAL,
        edition=3,
        name_zh="禾友节：一针一线的见面",
        name_en="Fan festival: stitched together",
        lead_zh="带上旧包，来见做包的人。",
        text_zh="下午盖章入场，晚上点灯散场。" * 12,
        place_zh="上海 · 西岸油罐广场",
        way_zh="地铁 11 号线云锦路站，步行 6 分钟，全程无台阶",
        region="上海",
        starts_at=start,
        ends_at=start + timedelta(days=1, hours=7),
        published_at=clock.now(),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    for number in range(2):
        opens = start + timedelta(days=number)
        day = EventDay(
            event_id=made.id, day=opens.date(), starts_at=opens, ends_at=opens + timedelta(hours=7)
        )
        db.session.add(day)
    return made


def _type(event: Event, pool: Pool, number: int) -> TicketType:
    made = TicketType(
        event_id=event.id,
        pool_id=pool.id,
        position=number,
        name_zh=f"票种 {number}",
        note_zh="单人入场 · 纪念徽章",
        price=number * 8800,
        currency="CNY",
        sale_starts_at=clock.now() - timedelta(days=1),
        sale_ends_at=event.ends_at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _seats(event: Event, pool: Pool, kinds: list[TicketType]) -> None:
    db.session.add(
        Seats(id=event.id, event_id=event.id, kind=SeatsOf.EVENT, capacity=2 * TICKETS, used=TICKETS)
    )
    places: dict[str, Any] = {"event_id": event.id, "capacity": 2 * TICKETS}
    db.session.flush()
    db.session.add(Seats(id=pool.id, kind=SeatsOf.POOL, parent_id=event.id, used=TICKETS, **places))
    db.session.flush()
    for kind in kinds:
        used = TICKETS // TYPES
        db.session.add(Seats(id=kind.id, kind=SeatsOf.TICKET_TYPE, parent_id=pool.id, used=used, **places))


def _programme(event: Event) -> None:
    venue = Venue(event_id=event.id, name_zh="油罐三号", name_en="Tank 3")
    db.session.add(venue)
    db.session.flush()
    for number in range(12):
        starts = event.starts_at + timedelta(days=number % 2, minutes=40 * (number // 2))
        session = EventSession(
            event_id=event.id,
            venue_id=venue.id,
            entry=Entry.PLACES,
            name_zh=f"换线摊 {number}",
            text_zh="带旧包来，师傅免费换一次缝线",
            starts_at=starts,
            ends_at=starts + timedelta(minutes=40),
        )
        db.session.add(session)
        db.session.flush()
        db.session.add(Seats(id=session.id, event_id=event.id, kind=SeatsOf.SESSION, capacity=60))


def _tickets(event: Event, pool: Pool, kinds: list[TicketType]) -> None:
    members = list(db.session.scalars(sa.select(Member.id).order_by(Member.number.desc()).limit(TICKETS)))
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "event_id": event.id,
            "pool_id": pool.id,
            "ticket_type_id": kinds[number % TYPES].id,
            "member_id": member,
            "buyer_id": member,
            "attempt": new_id(),
            "state": RegistrationState.CONFIRMED,
            "people": 1,
            "seats": 1,
            "currency": "CNY",
            "show_face": number % 2 == 0,
            "code": f"{number:08}",
            "held_at": now,
            "confirmed_at": now + timedelta(milliseconds=number),
            "told_at": now,
        }
        for number, member in enumerate(members)
    ]
    db.session.execute(sa.insert(Registration), rows)
    codes = [{"code": row["code"], "registration_id": row["id"], "given_at": now} for row in rows]
    db.session.execute(sa.insert(TicketCode), codes)
