"""What the demo's events are made with: people, pictures, and rows as the studio writes them."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, StaffRole
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, new_id
from portal.core.media import preparation
from portal.core.media.services import attach, stage_upload
from portal.demo import events as words
from portal.demo.texts_types import Both
from portal.events.models import (
    Entry,
    Event,
    EventDay,
    EventKind,
    EventSession,
    Pool,
    Registration,
    Seats,
    SeatsOf,
    TicketType,
    Venue,
)
from portal.events.queries.standing import standing_of
from portal.events.services import bells, confirming, holding
from portal.events.services.confirming import Details
from portal.events.services.placing import Party
from portal.rewards.models import Badge, BadgeRule
from portal.rewards.services import create_badge

PICTURE = "event"


@dataclass
class Cast:
    """Who and what is there, and the dice."""

    now: datetime
    people: dict[str, Member]
    owner: Viewer
    rng: random.Random = field(default_factory=lambda: random.Random("events"))
    hashtag_id: str | None = None

    @classmethod
    def gather(cls, now: datetime) -> Cast:
        """Members who are no staff, by the name before the @ of their address, in the order of their numbers."""
        staff = sa.select(StaffRole.member_id)
        found = db.session.scalars(
            sa.select(Member)
            .where(Member.email.is_not(None), Member.id.not_in(staff))
            .order_by(Member.number)
        )
        owner = db.session.scalars(sa.select(Member).where(Member.email == "owner@demo.example")).one()
        return cls(now, {(one.email or "").partition("@")[0]: one for one in found}, viewer_of(owner.id))

    def others(self, *but: str) -> list[Member]:
        """Everybody else, shuffled the same way every time."""
        found = [member for name, member in self.people.items() if name not in but]
        self.rng.shuffle(found)
        return found


def moment(day: date, minute: int) -> datetime:
    """A time of day (minutes after midnight) on the clocks of the shop."""
    return clock.wall_time(day, minute, brand.current().time_zone)


def sunday_after(now: datetime, days: int) -> date:
    """The first Sunday that is at least so many days ahead."""
    day = brand.shop_day(now) + timedelta(days=days)
    return day + timedelta(days=(6 - day.weekday()) % 7)


def add_event(
    cast: Cast, slug: str, kind: EventKind, name: Both, lead: Both, *, days: list[date], **facts: Any
) -> Event:
    """An event with its days (from ``opens`` to ``closes``, minutes after midnight) and its root of seats."""
    opens, closes = facts.pop("opens", 13 * 60 + 30), facts.pop("closes", 20 * 60 + 30)
    capacity = facts.pop("capacity")
    made = Event(
        slug=slug,
        kind=kind,
        name_zh=name.zh,
        name_en=name.en,
        lead_zh=lead.zh,
        lead_en=lead.en,
        starts_at=moment(days[0], opens),
        ends_at=moment(days[-1], closes),
        created_at=clock.now(),
        published_at=facts.pop("published_at", clock.now()),
        **facts,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(Seats(id=made.id, event_id=made.id, kind=SeatsOf.EVENT, capacity=capacity))
    for day in days:
        row = EventDay(event_id=made.id, day=day, starts_at=moment(day, opens), ends_at=moment(day, closes))
        db.session.add(row)
    db.session.flush()
    return made


def add_pool(event: Event, capacity: int, *, reserved: int = 0, name: Both = words.ENTRY) -> Pool:
    made = Pool(event_id=event.id, name_zh=name.zh, name_en=name.en)
    db.session.add(made)
    db.session.flush()
    _count(made.id, SeatsOf.POOL, event, event.id, capacity, reserved)
    return made


def add_type(
    pool: Pool, event: Event, name: Both, note: Both, *, capacity: int, position: int, **facts: Any
) -> TicketType:
    """On sale three months before, unless told otherwise."""
    values: dict[str, Any] = {
        "currency": "CNY",
        "sale_starts_at": event.starts_at - timedelta(days=90),
        "sale_ends_at": event.ends_at - timedelta(hours=2),
    }
    made = TicketType(
        event_id=event.id,
        pool_id=pool.id,
        position=position,
        name_zh=name.zh,
        name_en=name.en,
        note_zh=note.zh,
        note_en=note.en,
        **values | facts,
    )
    db.session.add(made)
    db.session.flush()
    _count(made.id, SeatsOf.TICKET_TYPE, event, pool.id, capacity, 0)
    return made


def add_programme(event: Event, days: list[date]) -> list[EventSession]:
    """Three places, and the same sessions on each day."""
    venues = []
    for number, (name, note) in enumerate(zip(words.VENUES, words.VENUE_NOTES, strict=True)):
        venue = Venue(event_id=event.id, position=number, name_zh=name.zh, name_en=name.en)
        venue.note_zh, venue.note_en = note.zh, note.en
        venues.append(venue)
    db.session.add_all(venues)
    db.session.flush()
    return [_session(event, day, one, venues) for day in days for one in words.PROGRAMME]


def _session(event: Event, day: date, one: words.Session, venues: list[Venue]) -> EventSession:
    entry = Entry.DRAW if one.draw else Entry.PLACES if one.places else Entry.OPEN
    starts = moment(day, one.begins)
    made = EventSession(
        event_id=event.id,
        venue_id=venues[one.venue].id,
        entry=entry,
        name_zh=one.name.zh,
        name_en=one.name.en,
        text_zh=one.text.zh,
        text_en=one.text.en,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=one.minutes),
    )
    db.session.add(made)
    db.session.flush()
    if one.places:
        _count(made.id, SeatsOf.SESSION, event, None, one.places, 0)
    return made


def add_badge(slug: str, name: Both, text: Both, hue: int, by: Viewer) -> Badge:
    return create_badge(
        slug,
        by=by,
        name_zh=name.zh,
        name_en=name.en,
        text_zh=text.zh,
        text_en=text.en,
        icon="tent",
        hue=hue,
        rule=BadgeRule.HAND,
        rule_deed="",
        rule_value=0,
        position=30,
        shown=True,
    )


def add_picture(event: Event, seed: int, *, by: Viewer, alt: Both) -> None:
    """The festival at dusk, drawn and prepared at once as the worker would do it later."""
    from portal.demo.art import as_jpeg
    from portal.demo.art.festival import draw_festival

    staged = stage_upload(io.BytesIO(as_jpeg(draw_festival((1600, 900), seed))))
    photo = attach(staged, owner_kind=PICTURE, owner_id=event.id, by=by, published=True, alt=alt.zh)
    claim = preparation.claim_photo(photo.id)
    assert claim is not None
    preparation.settle_photo(claim, preparation.prepare(claim))
    event.picture = photo.id
    db.session.flush()


def sign_up(
    ticket_type: TicketType, member: Member, *, people: int = 1, children: int = 0, **details: Any
) -> Registration:
    """A member takes a free ticket, as everybody does."""
    by = viewer_of(member.id)
    standing = standing_of(by, opened=[ticket_type.id])
    held = holding.hold_seats(
        ticket_type, Party(people, children), attempt=new_id(), by=by, standing=standing
    )
    told: dict[str, Any] = {"name": member.display_name, "show_face": True} | details
    confirming.give_details(held, Details(**told), by=by)
    confirming.confirm(held)
    return held


def gather(ticket_type: TicketType, members: list[Member]) -> None:
    """These come in while the bell of this ticket type gathers, each alone."""
    for member in members:
        by = viewer_of(member.id)
        bells.gather(ticket_type, Party(1), salt="", by=by, standing=standing_of(by))


def _count(
    thing_id: str, kind: SeatsOf, event: Event, parent: str | None, capacity: int, reserved: int
) -> None:
    row = Seats(id=thing_id, event_id=event.id, kind=kind, parent_id=parent, capacity=capacity)
    row.reserved = reserved
    db.session.add(row)
    db.session.flush()
