"""Money for a ticket: asked for while the hold lasts, believed from payments alone, given back when it came in vain."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.accounts.models import Member
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.i18n import _, in_language
from portal.core.i18n import lazy as _l
from portal.events.models import Ended, Event, Origin, Registration, RegistrationState, TicketType
from portal.events.rules import sale
from portal.events.services import confirming, seats, telling
from portal.payments import queries as payments_queries
from portal.payments import services as payments
from portal.payments.models import Payment

#: what payments call our purpose
PURPOSE = "event"
#: a provider's page may take so long; who began to pay keeps the seats for it
AT_THE_TILL = timedelta(minutes=15)


def hold(registration: Registration) -> Payment | None:
    """The payment behind a registration, then its event's seats, are held, and the registration is read as it is now: the order
    of locks for all that may move its money. Raises Conflict when another payment was begun meanwhile."""
    known = registration.payment_id
    payment = payments_queries.held_payment(known) if known is not None else None
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    if registration.payment_id != known:
        raise Conflict(_("Something happened meanwhile. Please look again."))
    return payment


def begin(registration: Registration, *, provider: str, by: Viewer, return_path: str) -> Payment:
    """Open the payment behind a hold. The first time, the hold lasts as long as the payment (:func:`_till_closes`). Raises Conflict
    when it is over."""
    now = clock.now()
    event = db.session.get_one(Event, registration.event_id)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    if not (registration.named_at and registration.amount and registration.holds_at(now)):
        raise Conflict(_("The quarter of an hour is over, and the seats went on. Please choose again."))
    assert registration.hold_until is not None
    until = registration.hold_until
    if registration.payment_id is None:
        until = max(until, _till_closes(registration, now))
    payment = payments.open_payment(
        purpose_kind=PURPOSE,
        purpose_id=registration.id,
        amount=registration.amount,
        currency=registration.currency,
        description=f"{event.name} · {ticket_type.name}",
        payer=by,
        provider=provider,
        holds=until - now,
        return_path=return_path,
    )
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    if not registration.holds_at(now):
        raise Conflict(_("The quarter of an hour is over, and the seats went on. Please choose again."))
    registration.payment_id, registration.hold_until = payment.id, until
    db.session.flush()
    return payment


def _till_closes(registration: Registration, now: datetime) -> datetime:
    """Who chooses anew on the seats that they hold has a new payment, but no new time: it counts from the first hold. An offer is
    one hold, however long it lasts."""
    begun = now
    if registration.origin is Origin.DIRECT:
        begun = min(now, registration.held_at + sale.HOLD)
    return begun + AT_THE_TILL


def hold_seats(registration_id: str) -> None:
    """The seats behind a registration are held, and it is read as it is now."""
    registration = db.session.get_one(Registration, registration_id)
    seats.hold(registration.event_id)
    db.session.refresh(registration)


def paid(payment_id: str, registration_id: str) -> None:
    """The money came, once and exactly. In time or with seats still free there is a ticket; else it goes back, and they are
    told why. Whichever payment of a sign-up is paid first counts, also one that another way to pay had taken the place of.
    The payment is held by who calls, and so are the seats (:func:`hold_seats`)."""
    registration = db.session.get_one(Registration, registration_id)
    if registration.state is RegistrationState.HELD:
        registration.payment_id = payment_id
        confirming.confirm(registration)
    elif registration.state is RegistrationState.CONFIRMED or not confirming.confirm_late(registration):
        received = payments_queries.get_payment(payment_id).received
        give_back(payment_id, received, reason=_l("There is no ticket for this payment."))
        telling.paid_in_vain(registration, why=_why(registration))
    else:
        registration.payment_id = payment_id


def _why(registration: Registration) -> str:
    """Why money came in vain, in a word that the message knows: first what the house did, then what they did, then time."""
    event = db.session.get_one(Event, registration.event_id)
    if registration.state is RegistrationState.CONFIRMED:
        return "twice"
    if event.cancelled_at:
        return "called_off"
    if registration.ended in (Ended.STAFF, Ended.REFUNDED):
        return registration.ended.value
    if confirming.has_other(registration):
        return "newer"
    if registration.ended is not Ended.TIME:
        return "given_up"
    return "over" if event.is_over(clock.now()) else "gone"


def give_back(payment_id: str, amount: int, *, reason: object) -> None:
    """So much of a payment is on its way back; nothing when it is nothing. Who paid reads the reason in their own language,
    whoever caused it."""
    if amount:
        payer = db.session.get_one(Member, payments_queries.get_payment(payment_id).payer_id)
        with in_language(payer.language):
            said = str(reason)
        payments.ask_refund(payment_id, amount, reason=said, by=None)
