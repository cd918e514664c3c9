"""A ticket that changes until its first day begins: who comes along, what they told, and how many they are.

Order of locks as everywhere: the payment, then the event's seats, then the registration, messages last.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.models import Event, Guest, Registration, RegistrationState, SessionPlace, TicketType
from portal.events.queries.programme import begins_for
from portal.events.queries.refunds import comes_back_for_fewer
from portal.events.rules import sale, times
from portal.events.rules.sale import Sale, Standing
from portal.events.services import arriving, confirming, holding, paying, seats, telling, waiting
from portal.events.services.confirming import Details
from portal.events.services.placing import Party


def tell_anew(registration: Registration, details: Details, *, by: Viewer) -> None:
    """Other names, another number, other answers. Raises NotAllowed once its day has begun, Conflict without a ticket."""
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    _must_be_changeable(registration)
    confirming.give_details(registration, details, by=by)


def come_with_fewer(registration: Registration, leaving: Collection[int], *, version: int, seen: int) -> int:
    """The guests at these positions do not come; returns what comes back (minor units), which must be what was ``seen``.

    Their seats go to who waits. Raises Invalid for a party that the ticket does not take, Conflict when the ticket or the sum is
    not what the page showed, NotAllowed once its day has begun or somebody is in already.
    """
    paying.hold(registration)
    _must_be_changeable(registration)
    arriving.must_be_outside(registration)
    if registration.version != version:
        raise Conflict(_("Something happened meanwhile. Please look again."))
    event = db.session.get_one(Event, registration.event_id)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    party = _stay(registration, ticket_type, leaving)
    left = times.share_of(registration, party.people)
    back = comes_back_for_fewer(event, registration, party.people, clock.now())
    if back != seen:
        raise Conflict(_("What comes back has changed since this page was opened. Please look again."))
    _shrink(registration, ticket_type, party)
    registration.amount = left
    db.session.flush()
    waiting.refill(event)
    if registration.payment_id is not None:
        paying.give_back(registration.payment_id, back, reason=_l("The party became smaller."))
    if back:
        telling.money_back(registration, back)
    return back


def come_with_more(
    registration: Registration, *, people: int, children: int, standing: Standing, version: int
) -> None:
    """So many more come along, free of charge, while there is room and nobody waits. Their names are asked for afterwards.

    Raises Conflict when there is no room, Invalid for a party that the ticket does not take, NotAllowed when it costs money or is
    not on sale any more.
    """
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    _must_be_changeable(registration)
    if registration.version != version:
        raise Conflict(_("Something happened meanwhile. Please look again."))
    event = db.session.get_one(Event, registration.event_id)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    if people < 0 or children < 0 or not people + children:
        raise Invalid(_("Please say who comes along."), field="people")
    party = Party(registration.people + people, registration.children + children)
    holding.check_size(ticket_type, party)
    now = clock.now()
    if ticket_type.price or sale.sale_of(event, ticket_type, standing, now) is not Sale.OPEN:
        raise NotAllowed(_("Nobody can be added to this ticket."))
    holding.make_room(event, now)
    more = sale.seats_for(ticket_type, party.people, party.children) - registration.seats
    if more and (waiting.stands_before(ticket_type) or seats.branch_of(ticket_type).room() < more):
        raise Conflict(_("There are not that many seats left, or others wait for them."))
    _grow(registration, ticket_type, party, more)


def _stay(registration: Registration, ticket_type: TicketType, leaving: Collection[int]) -> Party:
    """Who is left when these go. Raises Invalid when nobody goes, the holder does, or the ticket is not for so many."""
    people = [one for one in leaving if 0 < one < registration.people]
    everybody = registration.people + registration.children
    children = [one for one in leaving if registration.people <= one < everybody]
    if not leaving or len(people) + len(children) != len(set(leaving)):
        raise Invalid(_("Please say who does not come."), field="leaving")
    party = Party(registration.people - len(people), registration.children - len(children))
    if party.people % ticket_type.admits:
        said = _("This ticket is for %(admits)s people each: so many have to go together.")
        raise Invalid(said % {"admits": ticket_type.admits}, field="leaving")
    _drop_guests(registration, set(leaving))
    return party


def _shrink(registration: Registration, ticket_type: TicketType, party: Party) -> None:
    needed = sale.seats_for(ticket_type, party.people, party.children)
    reserve = min(registration.reserved, needed)
    seats.give_back(ticket_type, registration.seats - needed, reserve=registration.reserved - reserve)
    registration.people, registration.children = party.people, party.children
    registration.seats, registration.reserved = needed, reserve
    registration.version += 1
    db.session.flush()
    places = sa.select(SessionPlace).where(
        SessionPlace.registration_id == registration.id, SessionPlace.left_at.is_(None)
    )
    for place in db.session.scalars(places.order_by(SessionPlace.session_id)):
        _fewer_there(place, party.people + party.children)


def _fewer_there(place: SessionPlace, most: int) -> None:
    """No more of them sit in a session than come at all."""
    surplus = place.seats - min(place.seats, most)
    if surplus:
        seats.give_back_in_session(place.session_id, surplus)
    place.people, place.seats = min(place.people, most), place.seats - surplus
    db.session.flush()


def _grow(registration: Registration, ticket_type: TicketType, party: Party, more: int) -> None:
    seats.take(ticket_type, more)
    names = [(one.name, one.child) for one in _guests(registration)]
    adults = [name for name, child in names if not child] + [""] * (party.people - registration.people)
    children = [name for name, child in names if child] + [""] * (party.children - registration.children)
    registration.people, registration.children = party.people, party.children
    registration.seats += more
    registration.version += 1
    db.session.flush()
    _write_guests(registration, [(one, False) for one in adults] + [(one, True) for one in children])


def _drop_guests(registration: Registration, leaving: set[int]) -> None:
    stay = [(one.name, one.child) for one in _guests(registration) if one.position not in leaving]
    _write_guests(registration, stay)


def _guests(registration: Registration) -> list[Guest]:
    mine = sa.select(Guest).where(Guest.registration_id == registration.id).order_by(Guest.position)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def _write_guests(registration: Registration, names: list[tuple[str, bool]]) -> None:
    """They stand in order again, without gaps."""
    changed_rows(sa.delete(Guest).where(Guest.registration_id == registration.id))
    db.session.expire_all()
    db.session.add_all(
        Guest(registration_id=registration.id, position=place, name=name, child=child)
        for place, (name, child) in enumerate(names)
    )
    db.session.flush()


def _must_be_changeable(registration: Registration) -> None:
    event = db.session.get_one(Event, registration.event_id)
    kind = db.session.get_one(TicketType, registration.ticket_type_id)
    if registration.state is not RegistrationState.CONFIRMED:
        raise Conflict(_("This ticket was given back already."))
    if event.cancelled_at or clock.now() >= begins_for(event, kind):
        raise NotAllowed(_("The event has begun: nothing can be changed on this ticket any more."))
