"""Seats are held for a party: the first step of a sign-up, and again when its size changes.

One order of locks: a payment, then the event's seats (:func:`portal.events.services.seats.hold`), then registrations and
who waits, messages last.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, key_of, new_id
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.events.models import (
    LIVE,
    AccessCode,
    Ended,
    Event,
    Origin,
    Registration,
    RegistrationState,
    TicketType,
)
from portal.events.queries.room import look
from portal.events.rules import sale
from portal.events.rules.sale import Sale, Standing
from portal.events.services import freeing, seats, waiting
from portal.events.services.placing import Party, place


class SoldOut(Conflict):
    """There are not that many seats; the waiting list is open."""


def hold_seats(
    ticket_type: TicketType,
    party: Party,
    *,
    attempt: str,
    by: Viewer,
    standing: Standing,
    access_code: AccessCode | None = None,
) -> Registration:
    """Keep seats for a quarter of an hour. The same form (``attempt``) twice, or a second hold of the same kind, is one hold;
    another party or ticket from the same form (somebody went back in their browser) takes the place of the first. Who needs no
    more seats than they had wins no time by that, here or at the till.

    Raises Invalid for a party that does not fit the ticket type, NotAllowed when it is not on sale for them, SoldOut when there
    is no room or others wait before them, Conflict when they have such a ticket already.
    """
    seats.hold(ticket_type)
    event, now = _as_it_is(ticket_type), clock.now()
    room = look(ticket_type, member_id=by.id, attempt=attempt, now=now)
    attempted = _of_attempt(attempt, event.id, by) if room.known else None
    known = find_live(ticket_type.id, by.id) if room.known else None
    if known is not None and known.state is RegistrationState.CONFIRMED:
        raise Conflict(_("You have such a ticket already. You find it under “My tickets”."))
    if known is not None and known.holds_at(now):
        offered = known.origin in (Origin.OFFER, Origin.BELL)
        if offered or Party(known.people, known.children) == party:
            return known
    check_open(event, ticket_type, party, standing, now)
    if known is None and attempted is not None and not attempted.is_live:
        raise Conflict(_("This sign-up is over. Please begin anew."))
    if not room.is_quiet:
        make_room(event, now)
    needed = sale.seats_for(ticket_type, party.people, party.children)
    since, until = _time_for(needed, ticket_type, known or attempted, now)
    olds = {one.id: one for one in (known, attempted) if one is not None}
    given_back = {old.ticket_type_id: _give_back(old) for old in olds.values()}
    own = given_back.get(ticket_type.id, 0)
    reserve = waiting.reserve_for(ticket_type, needed, standing.reserve, now)
    others_first = (
        room.waited_for and needed > own and waiting.stands_before(ticket_type, on_reserve=reserve >= needed)
    )
    if olds or not room.is_quiet:  # seats moved since we looked
        room = look(ticket_type, member_id=by.id, attempt=attempt, now=now)
    if others_first or room.seats(reserve) < needed:
        raise sold_out()
    _use_code(access_code, by, now)
    made = place(
        event,
        ticket_type,
        party,
        member_id=by.id,
        attempt=attempt if attempted is None else new_id(),
        amount=sale.price_for(ticket_type, party.people, standing),
        since=since,
        until=until,
        reserve=reserve,
        access_code=access_code,
    )
    if any(given_back.values()):
        waiting.refill(event)
    return made


def refuse_early(
    event: Event, ticket_type: TicketType, party: Party, *, attempt: str, by: Viewer, standing: Standing
) -> None:
    """Raise what :func:`hold_seats` would, where a plain read says so already: under a rush most are told that it is sold out,
    and need not stand in the line of those who write. Says nothing where only holding the seats shows what is true."""
    now = clock.now()
    room = look(ticket_type, member_id=by.id, attempt=attempt, now=now)
    needed = sale.seats_for(ticket_type, party.people, party.children)
    if room.is_too_small(needed, standing.reserve):
        check_open(event, ticket_type, party, standing, now)
        raise sold_out()


def sold_out() -> SoldOut:
    return SoldOut(_("There are not that many seats left. You can wait for them together."))


def _as_it_is(ticket_type: TicketType) -> Event:
    """The event, and the ticket type read anew: both as they are now that the seats are held."""
    event: Event = db.session.execute(_BOTH, {"type": key_of(ticket_type)}).one()[0]
    return event


def make_room(event: Event, now: datetime) -> None:
    """What time has freed is free, and goes to who waits first, before anybody else is asked."""
    freeing.expire_due(event.id, now)
    waiting.refill(event)


def _time_for(
    needed: int, ticket_type: TicketType, old: Registration | None, now: datetime
) -> tuple[datetime, datetime]:
    """Since when the seats count as held, and until when: on seats that they had already the first hold's times stay."""
    fresh = now + sale.HOLD
    if old is None or old.hold_until is None or not old.holds_at(now):
        return now, fresh
    theirs = old.pool_id == ticket_type.pool_id and needed <= old.seats
    return (old.held_at, min(old.hold_until, fresh)) if theirs else (now, fresh)


def _give_back(old: Registration) -> int:
    """The seats of the hold that this one takes the place of; nobody else is asked for them before it has its own."""
    db.session.refresh(old)
    held = old.seats
    if old.state is not RegistrationState.HELD:
        return 0
    freeing.free(old, state=RegistrationState.CANCELLED, why=Ended.GIVEN_UP, refill=False)
    return held


def find_live(ticket_type_id: str, member_id: str) -> Registration | None:
    """The live registration of a member for a ticket type."""
    mine = sa.select(Registration).where(
        Registration.ticket_type_id == ticket_type_id,
        Registration.member_id == member_id,
        Registration.state.in_(LIVE),
    )
    return db.session.scalar(mine.execution_options(populate_existing=True))


def _of_attempt(attempt: str, event_id: str, by: Viewer) -> Registration | None:
    """What came of this form before. Refused for somebody else's, and for one of another event, whose seats nobody holds here."""
    found = db.session.scalar(sa.select(Registration).where(Registration.attempt == attempt))
    if found is not None and (found.buyer_id, found.event_id) != (by.id, event_id):
        raise Invalid(_("Please open the page anew."))
    return found


def check_size(ticket_type: TicketType, party: Party) -> None:
    """Raises Invalid for a party that this ticket type does not take."""
    if party.people not in sale.sizes(ticket_type):
        raise Invalid(_("This ticket is not for so many people."), field="people")
    if not 0 <= party.children <= ticket_type.most_children:
        raise Invalid(_("So many children cannot come along with this ticket."), field="children")


def check_open(
    event: Event, ticket_type: TicketType, party: Party, standing: Standing, now: datetime
) -> None:
    """Raises Invalid for a party that the ticket type does not take, NotAllowed when it is not on sale for them."""
    check_size(ticket_type, party)
    found = sale.sale_of(event, ticket_type, standing, now)
    if found is not Sale.OPEN:
        raise NotAllowed(_NOT_OPEN[found]())


def _use_code(code: AccessCode | None, by: Viewer, now: datetime) -> None:
    """One use of an access code. It is not given back, and who was let in once may come again."""
    if code is None or _was_let_in(code, by):
        return
    usable = sa.update(AccessCode).where(
        AccessCode.id == code.id, AccessCode.used < AccessCode.most_uses, AccessCode.closed_at.is_(None)
    )
    if (code.ends_at and code.ends_at <= now) or changed_rows(usable.values(used=AccessCode.used + 1)) != 1:
        raise Conflict(_("This code is used up."), field="code")


def _was_let_in(code: AccessCode, by: Viewer) -> bool:
    earlier = sa.select(Registration.id).where(
        Registration.buyer_id == by.id, Registration.access_code_id == code.id
    )
    return db.session.scalar(earlier.limit(1)) is not None


_BOTH = (
    sa.select(Event, TicketType)
    .join(TicketType, TicketType.event_id == Event.id)
    .where(TicketType.id == sa.bindparam("type"))
    .execution_options(populate_existing=True)
)
_NOT_OPEN = {
    Sale.NOT_YET: lambda: _("This ticket is not on sale yet."),
    Sale.GATHERING: lambda: _("The bell has not rung yet: gather first, the draw comes after."),
    Sale.DRAWING: lambda: _("The draw is running. Please come back in a minute."),
    Sale.OVER: lambda: _("The sale of this ticket is over."),
    Sale.CLOSED: lambda: _("This ticket is not on sale any more."),
    Sale.NOT_YOURS: lambda: _("This ticket is for another tier."),
    Sale.HIDDEN: lambda: _("This ticket needs an access code."),
}
