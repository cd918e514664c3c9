"""From a hold to a ticket: details, then money if it costs any, then the code."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import (
    Event,
    Guest,
    Registration,
    RegistrationState,
    TicketCode,
    TicketType,
)
from portal.events.rules import sale
from portal.events.services import freeing, hints, seats, waiting

#: letters and digits that nobody mixes up (Crockford's alphabet)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Details:
    """What a sign-up tells: the name on the ticket, names of those who come along, a number for the entry, answers by question
    id, and whether their face may stand among those who come."""

    name: str
    guests: Sequence[str] = ()
    phone: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    needs_help: bool = False
    show_face: bool = False


def give_details(registration: Registration, details: Details, *, by: Viewer) -> Registration:
    """Write down who comes. Where nothing is to be paid, that confirms it. Raises Conflict when the hold is over."""
    seats.hold(registration)
    db.session.refresh(registration)
    if registration.state is RegistrationState.HELD and not registration.holds_at(clock.now()):
        raise Conflict(_("The quarter of an hour is over, and the seats went on. Please choose again."))
    if not registration.is_live:
        raise Conflict(_("This sign-up is over. Please begin anew."))
    _keep_typed(registration, details)
    registration.named_at = registration.named_at or clock.now()
    registration.version += 1
    if registration.state is RegistrationState.HELD and registration.amount == 0:
        confirm(registration)
    return registration


def keep_words(registration: Registration, details: Details) -> None:
    """Only the words: where the hold is over, so that the next try need not type them again. What became a ticket meanwhile
    keeps its own, and so does what was passed on."""
    seats.hold(registration.event_id)
    db.session.refresh(registration)
    passed_on = registration.member_id != registration.buyer_id
    if registration.state is not RegistrationState.CONFIRMED and not passed_on:
        _keep_typed(registration, details)


def _keep_typed(registration: Registration, details: Details) -> None:
    name_guests(registration, details)
    registration.name, registration.phone = details.name, details.phone
    registration.answers = json.dumps(details.answers, ensure_ascii=False) if details.answers else ""
    registration.needs_help, registration.show_face = details.needs_help, details.show_face


def name_guests(registration: Registration, details: Details) -> None:
    """The first guest is who holds the ticket; the others in the order of the form."""
    db.session.flush()
    names = enumerate([details.name, *details.guests])
    guests = [{"of": registration.id, "place": place, "called": name} for place, name in names]
    db.session.execute(_NAME, guests)


def confirm(registration: Registration) -> None:
    """There is a ticket now, with a code of its own; the worker sends it. Nothing happens to what is confirmed already. Hold the
    event's seats before."""
    if registration.state is not RegistrationState.HELD:
        return
    code = give_code(registration.id)
    registration.state, registration.hold_until = RegistrationState.CONFIRMED, None
    registration.confirmed_at, registration.code = clock.now(), code
    registration.version += 1
    db.session.flush()
    waiting.offer_accepted(registration)
    hints.tickets_owed()


def confirm_late(registration: Registration) -> bool:
    """It was paid after its hold had ended: the seats again, if they are free and nobody waits for them. False when not."""
    if registration.state is not RegistrationState.EXPIRED:
        return False
    event = db.session.get_one(Event, registration.event_id)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    now = clock.now()
    if event.cancelled_at or now >= event.ends_at or _has_left(registration.member_id):
        return False
    freeing.expire_due(event.id, now)
    waiting.refill(event)
    if has_other(registration):
        return False
    needed = sale.seats_for(ticket_type, registration.people, registration.children)
    if waiting.stands_before(ticket_type) or seats.branch_of(ticket_type).room() < needed:
        return False
    seats.take(ticket_type, needed)
    registration.state, registration.seats = RegistrationState.HELD, needed
    registration.hold_until, registration.ended, registration.ended_at = now, None, None
    db.session.flush()
    confirm(registration)
    return True


_guest: Any = Guest.__table__.c
_NAME = (
    sa.update(Guest.__table__)  # type: ignore[arg-type]
    .where(_guest.registration_id == sa.bindparam("of"), _guest.position == sa.bindparam("place"))
    .values(name=sa.bindparam("called"))
)


def give_code(registration_id: str) -> str:
    """A fresh code on a ticket: eight letters and digits, never one that was used before."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
        with db.session.no_autoflush:  # what else changed of the registration is written with its code
            if insert_once(TicketCode, code=code, registration_id=registration_id, given_at=clock.now()):
                return code


def _has_left(member_id: str) -> bool:
    """Nobody is there any more who could come."""
    return db.session.get_one(Member, member_id).state is MemberState.ERASED


def has_other(registration: Registration) -> bool:
    """They signed up anew meanwhile, or an offer of the waiting list is theirs (a moment ago, perhaps)."""
    live = sa.select(Registration.id).where(
        Registration.ticket_type_id == registration.ticket_type_id,
        Registration.member_id == registration.member_id,
        Registration.state.in_((RegistrationState.HELD, RegistrationState.CONFIRMED)),
    )
    return db.session.scalar(live) is not None


def untold(limit: int) -> list[str]:
    """Registrations whose ticket was not sent yet, oldest first."""
    owed = sa.select(Registration.id).where(
        Registration.state == RegistrationState.CONFIRMED, Registration.told_at.is_(None)
    )
    return list(db.session.scalars(owed.order_by(Registration.confirmed_at).limit(limit)))


def claim_telling(registration_id: str) -> bool:
    """Whether this ticket is ours to send, in this transaction, once."""
    mine = sa.update(Registration).where(
        Registration.id == registration_id,
        Registration.state == RegistrationState.CONFIRMED,
        Registration.told_at.is_(None),
    )
    return changed_rows(mine.values(told_at=clock.now())) == 1
