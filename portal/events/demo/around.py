"""What members do around the events that are coming: wishes and plans, a bell they gather for, a ticket passed on, a letter."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id
from portal.core.draw.models import DrawMethod
from portal.demo import events as words
from portal.events.demo.building import Cast, gather, sign_up
from portal.events.models import Entry, Event, EventSession, Registration, TicketType
from portal.events.queries.people import PeopleFilter, Show
from portal.events.queries.standing import standing_of
from portal.events.services import letters, passing, plan, session_draw, wishes

#: of those who come to the festival, so many wish for a session, and so many bring a bag for new thread
WISHING, SWAPPING, GATHERED = 16, 9, 9


def load(cast: Cast) -> None:
    festival = _event("fan-festival-3")
    with clock.travel(cast.now - timedelta(days=6)):
        session_draw.open_draw(festival, DrawMethod.MIXED, "", "", by=cast.owner)
    _plans(cast, festival)
    with clock.travel(cast.now - timedelta(hours=4)):
        gather(_type("first-stitch-of-the-year"), cast.others("xiaoman", "mira")[:GATHERED])
    _passes_on(cast)
    _letter(cast, festival)


def _plans(cast: Cast, event: Event) -> None:
    """Xiaoman wants both sessions that are drawn, the bracelet most; others want one of them, or both."""
    sessions = db.session.scalars(
        sa.select(EventSession).where(EventSession.event_id == event.id).order_by(EventSession.starts_at)
    ).all()
    drawn = [one for one in sessions if one.entry is Entry.DRAW]
    counted = next(one for one in sessions if one.entry is Entry.PLACES)
    mine, others = _tickets(event, cast.people["xiaoman"])
    with clock.travel(cast.now - timedelta(days=3)):
        for one in sessions[-2:]:
            plan.take_place(one, mine, mine.people, by=viewer_of(mine.member_id))
        for number, ticket in enumerate([mine, *others[:WISHING]]):
            for one in drawn if number % 3 == 0 else drawn[number % 2 :][:1]:
                wishes.wish(one, ticket, by=viewer_of(ticket.member_id), salt=_salt(cast))
        for ticket in others[WISHING : WISHING + SWAPPING]:
            plan.take_place(counted, ticket, ticket.people, by=viewer_of(ticket.member_id))


def _tickets(event: Event, member: Member) -> tuple[Registration, list[Registration]]:
    """A member's ticket, and those of everybody else in the order they were taken."""
    every = sa.select(Registration).where(Registration.event_id == event.id, Registration.code.is_not(None))
    found = list(db.session.scalars(every.order_by(Registration.confirmed_at, Registration.id)))
    mine = next(one for one in found if one.member_id == member.id)
    return mine, [one for one in found if one is not mine]


def _passes_on(cast: Cast) -> None:
    """Xiaoman cannot be there on the evening online; Mira goes in her place."""
    kind = _type("keeping-leather-well")
    giver, taker = viewer_of(cast.people["xiaoman"].id), viewer_of(cast.people["mira"].id)
    with clock.travel(cast.now - timedelta(days=2)):
        ticket = sign_up(kind, cast.people["xiaoman"])
        token = passing.make_link(ticket, words.PASSED_ON.zh, by=giver)
        passing.take(passing.find_link(token, taker), by=taker, standing=standing_of(taker))


def _letter(cast: Cast, event: Event) -> None:
    """To all who come, sent at once as the worker would do it in steps."""
    with clock.travel(cast.now - timedelta(hours=26)):
        written = letters.write_letter(
            event,
            subject=(words.LETTER_SUBJECT.zh, words.LETTER_SUBJECT.en),
            text=(words.LETTER_TEXT.zh, words.LETTER_TEXT.en),
            to=PeopleFilter(Show.COMING),
            attempt=new_id(),
            by=cast.owner,
        )
        while letters.send_some(written.id, 100):
            pass


def _event(slug: str) -> Event:
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def _type(slug: str) -> TicketType:
    return db.session.scalars(sa.select(TicketType).where(TicketType.event_id == _event(slug).id)).one()


def _salt(cast: Cast) -> str:
    return f"{cast.rng.getrandbits(48):012x}"
