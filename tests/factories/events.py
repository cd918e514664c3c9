"""Events for tests: a festival with one pool and one ticket type, or more; registrations go the way members go."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, new_id, scoped_write, transaction
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.events.models import (
    AccessCode,
    BellEntry,
    Entry,
    Event,
    EventDay,
    EventKind,
    EventSession,
    NoShow,
    Pledge,
    PledgeState,
    Pool,
    Question,
    QuestionKind,
    Registration,
    Scan,
    ScanResult,
    Seats,
    SeatsOf,
    SessionPlace,
    SessionWish,
    Stamp,
    TicketType,
    Venue,
    WaitingEntry,
)
from portal.events.queries.standing import standing_of
from portal.events.rules.planning import SESSIONS
from portal.events.services import bells, confirming, holding, lines, paying
from portal.events.services.confirming import Details
from portal.events.services.placing import Party
from portal.payments import services as payments
from portal.payments.providers import Payer
from portal.payments.providers.known import find_provider

_numbers = count(1)


def event(*, capacity: int = 100, days: int = 1, published: bool = True, **facts: Any) -> Event:
    """A festival in thirty days, from 13:30 to 20:30 (shop time) on each of ``days``."""
    zone = brand.current().time_zone
    start = facts.pop("starts_at", None) or clock.wall_time(
        brand.shop_day(clock.now()) + timedelta(days=30), 13 * 60 + 30, zone
    )
    values: dict[str, Any] = {
        "slug": f"festival-{next(_numbers)}",
        "kind": EventKind.FESTIVAL,
        "edition": 3,
        "name_zh": "禾友节：一针一线的见面",
        "name_en": "Fan festival: stitched together",
        "lead_zh": "带上旧包，来见做包的人。",
        "lead_en": "Bring an old bag and meet its makers.",
        "place_zh": "上海 · 西岸油罐广场",
        "place_en": "Oil Tank Plaza, West Bund, Shanghai",
        "way_zh": "地铁 11 号线云锦路站，步行 6 分钟，全程无台阶",
        "way_en": "Metro 11 Yunjin Rd, 6 min walk, step-free",
        "region": "shanghai",
        "starts_at": start,
        "ends_at": start + timedelta(days=days - 1, hours=7),
        "published_at": clock.now() if published else None,
        "created_at": clock.now(),
    }
    made = Event(**values | facts)
    db.session.add(made)
    db.session.flush()
    db.session.add(Seats(id=made.id, event_id=made.id, kind=SeatsOf.EVENT, capacity=capacity))
    for number in range(days):
        opens = start + timedelta(days=number)
        day = EventDay(
            event_id=made.id, day=brand.shop_day(opens), starts_at=opens, ends_at=opens + timedelta(hours=7)
        )
        db.session.add(day)
    return made


def event_days(of: Event) -> list[EventDay]:
    """The days of an event in order."""
    return sorted(db.session.query(EventDay).filter_by(event_id=of.id), key=lambda one: one.day)


def ticket_pool(of: Event, capacity: int = 100, *, reserved: int = 0, **facts: Any) -> Pool:
    made = Pool(event_id=of.id, name_zh="入场", name_en="Entry", **facts)
    db.session.add(made)
    db.session.flush()
    db.session.add(
        Seats(
            id=made.id,
            event_id=of.id,
            kind=SeatsOf.POOL,
            parent_id=of.id,
            capacity=capacity,
            reserved=reserved,
        )
    )
    return made


def ticket_type(
    of: Event | None = None, within: Pool | None = None, capacity: int | None = None, **facts: Any
) -> TicketType:
    """On sale since yesterday, free of charge; with an event and a pool of their own unless given."""
    of = of or event()
    within = within or ticket_pool(of, capacity or 100)
    db.session.flush()
    size = capacity if capacity is not None else db.session.get_one(Seats, within.id).capacity
    values: dict[str, Any] = {
        "event_id": of.id,
        "pool_id": within.id,
        "name_zh": "单人票",
        "name_en": "Single ticket",
        "note_zh": "单人入场 · 纪念徽章",
        "note_en": "One entry · pin badge",
        "currency": "CNY",
        "sale_starts_at": clock.now() - timedelta(days=1),
        "sale_ends_at": of.ends_at,
    }
    made = TicketType(**values | facts)
    db.session.add(made)
    db.session.flush()
    db.session.add(
        Seats(id=made.id, event_id=of.id, kind=SeatsOf.TICKET_TYPE, parent_id=within.id, capacity=size)
    )
    return made


def registration(
    of: TicketType | None = None,
    member: Any = None,
    *,
    people: int = 1,
    children: int = 0,
    held: bool = False,
    **details: Any,
) -> Registration:
    """A member has a ticket; with ``held`` only the seats are kept. What costs money is confirmed without a payment."""
    from tests.factories.accounts import member as make_member

    of, member = of or ticket_type(), member or make_member()
    db.session.flush()
    if not scoped_write():
        db.session.commit()
    with nullcontext() if scoped_write() else transaction():
        by = viewer_of(member.id)
        made = holding.hold_seats(
            of, Party(people, children), attempt=new_id(), by=by, standing=standing_of(by, opened=[of.id])
        )
        if not held:
            told = Details(**{"name": member.display_name} | details)
            confirming.give_details(made, told, by=by)
            confirming.confirm(made)
    return made


def paid_registration(of: TicketType, member: Any = None, *, people: int = 1) -> Registration:
    """The same, really paid in the sandbox."""
    from tests.factories.accounts import member as make_member

    member = member or make_member()
    made = registration(of, member, people=people, held=True)
    with nullcontext() if scoped_write() else transaction():
        by = viewer_of(member.id)
        made = db.session.get_one(Registration, made.id)
        confirming.give_details(made, Details(name=member.display_name), by=by)
        payment_id = paying.begin(made, provider="sandbox", by=by, return_path="/me").id
        order, payer, _before = payments.begin_checkout(payment_id, Payer())
        provider: Any = find_provider("sandbox")
        payments.keep_checkout(payment_id, provider.start(order, payer))
        provider.till.pay(payment_id, clock.now())
        payments.apply_truth(payment_id, provider.ask(order))
    return db.session.get_one(Registration, made.id, populate_existing=True)


def waiting_entry(of: TicketType, member: Any = None, *, people: int = 1, children: int = 0) -> WaitingEntry:
    """A party at the end of the line."""
    from tests.factories.accounts import member as make_member

    member = member or make_member()
    db.session.flush()
    if not scoped_write():
        db.session.commit()
    with nullcontext() if scoped_write() else transaction():
        by = viewer_of(member.id)
        return lines.join(of, Party(people, children), by=by, standing=standing_of(by, opened=[of.id]))


def full_type(of: Event) -> TicketType:
    """One ticket, and somebody has it."""
    made = ticket_type(of, capacity=1)
    registration(made)
    return made


def belled_type(of: Event, **facts: Any) -> TicketType:
    """Those who come gather for it since an hour, for a day."""
    now = clock.now()
    bell = {"bell_opens_at": now - timedelta(hours=1), "bell_closes_at": now + timedelta(days=1)}
    return ticket_type(of, **bell | facts)


def bell_entry(of: TicketType, member: Any = None, *, people: int = 1) -> BellEntry:
    """A party inside the gathering."""
    from tests.factories.accounts import member as make_member

    member = member or make_member()
    db.session.flush()
    if not scoped_write():
        db.session.commit()
    with nullcontext() if scoped_write() else transaction():
        by = viewer_of(member.id)
        return bells.gather(of, Party(people), salt="", by=by, standing=standing_of(by, opened=[of.id]))


def venue(of: Event, **facts: Any) -> Venue:
    made = Venue(**{"event_id": of.id, "name_zh": "油罐三号", "name_en": "Tank 3"} | facts)
    db.session.add(made)
    return made


def event_session(
    of: Event, at: datetime | None = None, *, minutes: int = 60, capacity: int | None = None, **facts: Any
) -> EventSession:
    """A session an hour after the doors; with ``capacity`` its places are counted."""
    starts = at or of.starts_at + timedelta(hours=1)
    values: dict[str, Any] = {
        "event_id": of.id,
        "entry": Entry.OPEN if capacity is None else Entry.PLACES,
        "name_zh": "换线摊",
        "name_en": "Thread swap",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=minutes),
    }
    made = EventSession(**values | facts)
    db.session.add(made)
    db.session.flush()
    if capacity is not None:
        db.session.add(Seats(id=made.id, event_id=of.id, kind=SeatsOf.SESSION, capacity=capacity))
    return made


def no_show(of: Registration, **facts: Any) -> NoShow:
    """Noted of who holds this ticket."""
    values: dict[str, Any] = {
        "event_id": of.event_id,
        "registration_id": of.id,
        "member_id": of.member_id,
        "noted_at": clock.now(),
    }
    made = NoShow(**values | facts)
    db.session.add(made)
    return made


def pledge(of: Event, member: Any = None, **facts: Any) -> Pledge:
    """A sentence on an event's wall that everybody reads."""
    from tests.factories.accounts import member as make_member

    writer = member or make_member()
    values = {"words": "我带一卷酒红的线。", "state": PledgeState.SHOWN, "at": clock.now()}
    made = Pledge(event_id=of.id, member_id=writer.id, **values | facts)
    db.session.add(made)
    return made


def stamp(of: Registration, session: EventSession | None = None, **facts: Any) -> Stamp:
    """They were there: at the door of the first day, or at a session."""
    days = event_days(db.session.get_one(Event, of.event_id))
    values: dict[str, Any] = {
        "event_id": of.event_id,
        "registration_id": of.id,
        "member_id": of.member_id,
        "session_id": session.id if session else None,
        "place": session.id if session else days[0].id,
        "at": days[0].starts_at,
    }
    made = Stamp(**values | facts)
    db.session.add(made)
    return made


def session_place(of: Registration, session: EventSession, **facts: Any) -> SessionPlace:
    """A session in the plan of a ticket, as if it had no clash."""
    values: dict[str, Any] = {"people": 1, "seats": 0, "taken_at": clock.now()}
    made = SessionPlace(
        session_id=session.id, registration_id=of.id, member_id=of.member_id, **values | facts
    )
    db.session.add(made)
    return made


def session_draw(of: Event, **facts: Any) -> Draw:
    """The draw of an event's sessions, open for wishes."""
    values: dict[str, Any] = {
        "owner_kind": SESSIONS,
        "owner_id": of.id,
        "method": DrawMethod.PUBLIC,
        "source_en": "Sunday’s lottery",
        "known_at": of.starts_at,
        "facts": {},
        "opened_at": clock.now(),
    }
    made = Draw(**values | facts)
    db.session.add(made)
    return made


def session_wish(of: Registration, session: EventSession, draw: Draw, rank: int = 1) -> SessionWish:
    """A wish, entered into its draw."""
    db.session.flush()
    if db.session.get(DrawEntry, (draw.id, of.id)) is None:
        db.session.add(DrawEntry(draw_id=draw.id, entry_id=of.id))
    made = SessionWish(registration_id=of.id, session_id=session.id, rank=rank)
    db.session.add(made)
    return made


def access_code(of: TicketType, **facts: Any) -> AccessCode:
    """A code that nobody knows, for ten sign-ups."""
    values: dict[str, Any] = {"label": "朋友", "most_uses": 10, "created_at": clock.now(), "digest": new_id()}
    made = AccessCode(event_id=of.event_id, ticket_type_id=of.id, **values | facts)
    db.session.add(made)
    return made


def question(of: Event, **facts: Any) -> Question:
    values: dict[str, Any] = {
        "kind": QuestionKind.LINE,
        "label_zh": "带什么？",
        "label_en": "What will you bring?",
    }
    made = Question(event_id=of.id, **values | facts)
    db.session.add(made)
    return made


def open_doors(**facts: Any) -> Event:
    """An event whose doors opened an hour ago."""
    return event(starts_at=clock.now() - timedelta(hours=1), **facts)


def scan(of: Registration, *, conflict: bool = False, **facts: Any) -> Scan:
    """Somebody was let in at the door; with ``conflict`` by a door without network, where they were in already."""
    values: dict[str, Any] = {
        "nonce": new_id(),
        "event_id": of.event_id,
        "registration_id": of.id,
        "code": of.code or "",
        "door": "A",
        "by_id": of.member_id,
        "people": of.people,
        "result": ScanResult.ADMITTED,
        "at": clock.now(),
        "told_at": clock.now(),
        "conflict": conflict,
        "offline": conflict,
        "against": ScanResult.DUPLICATE.value if conflict else "",
    }
    made = Scan(**values | facts)
    db.session.add(made)
    return made
