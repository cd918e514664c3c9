"""What staff do for somebody: sign a party up, and give a ticket back for them."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.models import Ended, Event, Origin, Registration, RegistrationState, TicketType
from portal.events.queries.refunds import still_here
from portal.events.rules import sale
from portal.events.services import confirming, freeing, holding, paying, seats, telling
from portal.events.services.confirming import Details
from portal.events.services.placing import Party, place

LONGEST_REASON = 200


def sign_up(
    ticket_type: TicketType, member: Member, party: Party, *, attempt: str, by: Viewer
) -> Registration:
    """A ticket from the house, free of charge, whatever the sale says; seats are counted like all others. Audited.

    Raises Conflict when there is no room or they have such a ticket, Invalid for a party that the ticket does not take. The
    same form twice is one ticket.
    """
    seats.hold(ticket_type.event_id)
    event, now = db.session.get_one(Event, ticket_type.event_id), clock.now()
    if event.cancelled_at or event.is_over(now):
        raise Conflict(_("This event is over."))
    holding.check_size(ticket_type, party)
    if (known := holding.find_live(ticket_type.id, member.id)) is not None:
        if known.attempt == attempt:
            return known
        raise Conflict(_("They have such a ticket, or are signing up for it right now."), field="who")
    freeing.expire_due(event.id, now)
    needed = sale.seats_for(ticket_type, party.people, party.children)
    if seats.branch_of(ticket_type).room() < needed:
        raise Conflict(_("There are not that many seats left. Raise the capacity first."), field="party")
    made = place(
        event,
        ticket_type,
        party,
        member_id=member.id,
        attempt=_unused(attempt),
        amount=0,
        until=now + sale.HOLD,
        origin=Origin.STAFF,
    )
    confirming.name_guests(made, Details(name=member.display_name))
    made.name, made.named_at = member.display_name, now
    confirming.confirm(made)
    audit.record("event.signed_up", by=by, target_kind="event", target_id=event.id, registration=made.id)
    return made


def _unused(attempt: str) -> str:
    """The form's own mark; another one when the form was sent before, for somebody else or for a ticket that has ended."""
    used = sa.select(Registration.id).where(Registration.attempt == attempt)
    return attempt if db.session.scalar(used) is None else new_id()


def cancel(registration: Registration, *, refund: int, reason: str, by: Viewer) -> None:
    """Give a ticket back for somebody, with so much of the money (minor units); of an event that was called off with all that is
    still here, whatever was asked for. They are told why. Audited.

    Raises Conflict when it is over already, Invalid for more than was paid and is still here.
    """
    paying.hold(registration)
    if registration.state is not RegistrationState.CONFIRMED:
        raise Conflict(_("This ticket is not good any more. Look at it again."))
    refund = _what_goes_back(registration, refund)
    freeing.free(registration, state=RegistrationState.CANCELLED, why=Ended.STAFF)
    if registration.payment_id is not None:
        paying.give_back(registration.payment_id, refund, reason=reason or _l("The ticket was given back."))
    telling.cancelled_by_staff(registration, reason=reason, refund=refund)
    audit.record(
        "event.ticket_cancelled",
        by=by,
        target_kind="event",
        target_id=registration.event_id,
        registration=registration.id,
        refund=refund,
    )


def _what_goes_back(registration: Registration, asked: int) -> int:
    """Minor units. The event's seats are held, so nobody calls it off meanwhile."""
    left = still_here(registration)
    event = db.session.get_one(Event, registration.event_id, populate_existing=True)
    if event.cancelled_at:
        return left
    if not 0 <= asked <= registration.amount:
        raise Invalid(_("That is more than was paid."), field="refund")
    if asked > left:
        said = _("So much is not left of this payment. Look at what went back already.")
        raise Invalid(said, field="refund")
    return asked
