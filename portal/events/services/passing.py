"""A ticket passed on: its holder makes a link with a sentence, whoever opens it first and is signed in may take it over.

The code on the ticket is another one then, the holder too; seats, places in sessions and the payment stay where they are, so
money always goes back to who bought it.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import DistanceKind
from portal.accounts.queries.distance import distance_between
from portal.core import clock
from portal.core.access import Viewer
from portal.core.crypto import digest, random_token
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.core.i18n import _
from portal.events.models import (
    LIVE,
    CodeEnded,
    Event,
    Guest,
    PassOn,
    Registration,
    SessionPlace,
    TicketType,
)
from portal.events.queries.programme import begins_for
from portal.events.queries.tickets import is_somebody_in
from portal.events.rules import times
from portal.events.rules.sale import Standing
from portal.events.services import arriving, confirming, freeing, hints, seats, telling


def make_link(registration: Registration, words: str, *, by: Viewer) -> str:
    """The secret of a new link to take this ticket over, told this once; a link made before works no more.

    Raises NotAllowed when it is too late or somebody is in already.
    """
    _hold(registration)
    _must_be_passable(registration)
    if registration.member_id != by.id:
        raise Conflict(_gone())
    freeing.withdraw_link(registration.id)
    token = random_token()
    db.session.add(
        PassOn(
            registration_id=registration.id,
            giver_id=by.id,
            digest=digest(token),
            words=words,
            made_at=clock.now(),
        )
    )
    db.session.flush()
    return token


def withdraw(registration: Registration) -> None:
    """The link works no more. Nothing happens when there is none."""
    _hold(registration)
    freeing.withdraw_link(registration.id)


def find_link(token: str, viewer: Viewer | None) -> PassOn:
    """The link behind a secret, whatever became of it. Raises NotFound; also for who is blocked by the giver, or blocks them."""
    found = db.session.scalar(sa.select(PassOn).where(PassOn.digest == digest(token)))
    if found is None or distance_between(viewer, found.giver_id) is DistanceKind.BLOCK:
        raise NotFound(_("There is no ticket at this address."))
    return found


def take(link: PassOn, *, by: Viewer, standing: Standing) -> Registration:
    """The ticket is theirs, with a new code; both are told. Exactly one taker wins.

    Raises Conflict when it went to somebody else, was withdrawn or is their own, NotAllowed when it is too late, somebody
    is in already or their tier is another one.
    """
    registration = db.session.get_one(Registration, link.registration_id)
    _hold(registration)
    if registration.member_id == by.id:
        raise Conflict(_("This is your own ticket. Send the link to somebody else."))
    if not _claim(link, by):
        raise Conflict(_gone())
    _must_be_passable(registration)
    _must_fit(registration, by, standing)
    _hand_over(registration, by)
    telling.passed_on(registration, giver_id=link.giver_id, taker=by.display_name)
    hints.tickets_owed()
    return registration


def why_not(event: Event, registration: Registration, link: PassOn | None = None) -> str:
    """Why this ticket cannot be passed on any more, or not by this link; empty while it can."""
    if link is not None and (link.taken_at is not None or link.withdrawn_at is not None):
        return _gone()
    if not _is_time(event, registration):
        return _too_late()
    return arriving.stays() if is_somebody_in(registration.id) else ""


def _is_time(event: Event, registration: Registration) -> bool:
    """A day's ticket has until its own day."""
    begins = begins_for(event, db.session.get_one(TicketType, registration.ticket_type_id))
    in_time = times.may_pass_on(event, registration, begins=begins, now=clock.now())
    return in_time and not event.cancelled_at


def _claim(link: PassOn, by: Viewer) -> bool:
    """Whether the link is theirs, and nobody else's from here on."""
    open_one = sa.update(PassOn).where(
        PassOn.id == link.id, PassOn.taken_at.is_(None), PassOn.withdrawn_at.is_(None)
    )
    return changed_rows(open_one.values(taken_by=by.id, taken_at=clock.now())) == 1


def _hand_over(registration: Registration, by: Viewer) -> None:
    """Another holder and another code. What the giver told of themselves goes; the worker sends the ticket."""
    freeing.end_code(registration.id, CodeEnded.PASSED_ON)
    registration.code = confirming.give_code(registration.id)
    registration.member_id, registration.name = by.id, by.display_name
    registration.phone = registration.answers = ""
    registration.needs_help = registration.show_face = False
    registration.told_at = None
    registration.sequence += 1
    registration.version += 1
    first = sa.update(Guest).where(Guest.registration_id == registration.id, Guest.position == 0)
    changed_rows(first.values(name=by.display_name))
    places = sa.update(SessionPlace).where(
        SessionPlace.registration_id == registration.id, SessionPlace.left_at.is_(None)
    )
    changed_rows(places.values(member_id=by.id))
    db.session.flush()


def _must_be_passable(registration: Registration) -> None:
    event = db.session.get_one(Event, registration.event_id)
    if not registration.is_live:
        raise Conflict(_gone())
    if not _is_time(event, registration):
        raise NotAllowed(_too_late())
    arriving.must_be_outside(registration)


def _must_fit(registration: Registration, by: Viewer, standing: Standing) -> None:
    """One ticket of a kind each, and those of a tier stay in it."""
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    if ticket_type.tier_id and ticket_type.tier_id not in standing.tier_ids:
        raise NotAllowed(_("This ticket is for another tier."))
    theirs = sa.select(Registration.id).where(
        Registration.ticket_type_id == registration.ticket_type_id,
        Registration.member_id == by.id,
        Registration.state.in_(LIVE),
    )
    if db.session.scalar(theirs) is not None:
        raise Conflict(_("You have such a ticket already. You find it under “My tickets”."))


def _hold(registration: Registration) -> None:
    seats.hold(registration.event_id)
    db.session.refresh(registration)


def _gone() -> str:
    return _("This ticket went to somebody else, or was kept after all.")


def _too_late() -> str:
    return _("It is too late to pass this ticket on.")
