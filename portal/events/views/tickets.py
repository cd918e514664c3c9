"""What I hold: all tickets, and one of them as it is shown at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.rules import shown_number
from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.web import go, page
from portal.events import ticket_words
from portal.events.models import RegistrationState
from portal.events.queries import no_shows
from portal.events.queries import tickets as queries
from portal.events.queries.programme import begins_for
from portal.events.queries.refunds import comes_back
from portal.events.queries.tickets import Day, Ticket
from portal.events.rules import times
from portal.events.rules.codes import shown_code
from portal.events.services import arriving
from portal.events.views.blueprint import bp
from portal.events.words import refund_rule

LIST, TICKET = "events/tickets.html", "events/ticket.html"


@bp.get("/me/tickets")
@members
def tickets() -> Response:
    """Seats that are kept, tickets to come, and what is over as keepsakes."""
    me, now = the_viewer(), clock.now()
    kept, after = request.args.get("past"), request.args.get("after")
    if kept is not None:
        return page(LIST, block="past", **_part(now, past=queries.past(me, now, kept)))
    coming = queries.coming(me, now, after)
    if after is not None:
        return page(LIST, block="coming", **_part(now, coming=coming))
    held, past = queries.held(me, now), queries.past(me, now)
    missed = no_shows.has_open(me.id)
    return page(LIST, **_part(now, coming=coming, past=past, held=held, missed=missed))


@bp.get("/me/tickets/<registration_id>")
@members
def ticket(registration_id: str) -> Response:
    """The paper ticket; while its seats are only kept, the sign-up goes on."""
    found = queries.get_ticket(registration_id, the_viewer())
    theirs = found.registration.member_id == the_viewer().id
    if theirs and found.registration.state is RegistrationState.HELD:
        return go(url_for(".details", slug=found.event.slug, registration_id=registration_id))
    return page(TICKET, block="ticket", **ticket_context(found))


def _part(now: datetime, **shown: Any) -> dict[str, Any]:
    """What stands on this page of the list, and nothing of the rest."""
    return {"coming": None, "past": None, "held": [], "missed": False, "now": now} | shown


def again(registration_id: str, refusal: DomainError | None = None) -> Response:
    """The ticket as it is now, with what was refused."""
    found = queries.get_ticket(registration_id, the_viewer())
    context = ticket_context(found, said=refusal.message if refusal else "")
    return page(TICKET, block="ticket", status=refusal.status if refusal else 200, **context)


def ticket_context(found: Ticket, *, said: str = "") -> dict[str, Any]:
    """Everything the page shows; six queries at most."""
    me, now = the_viewer(), clock.now()
    registration, event = found.registration, found.event
    begins = begins_for(event, found.ticket_type)
    theirs = registration.member_id == me.id
    given = None if theirs else queries.passed_on_by(registration.id, me)
    live = theirs and registration.state is RegistrationState.CONFIRMED
    days = queries.days_of(found) if live else []
    day = queries.day_now(days, now)
    arrived = [one for one in days if one.arrival]
    outside = live and not arrived
    happens = outside and not event.cancelled_at
    return {
        "ticket": found,
        "registration": registration,
        "event": event,
        "live": live,
        "over": event.is_over(now),
        "begun": now >= begins,
        "days": days,
        "arrived": arrived,
        "stamped": _stamped(found, day, arrived),
        "guests": queries.guests_of(registration.id) if live else [],
        "number": shown_number(me.number),
        "code": shown_code(registration.code) if live and registration.code else "",
        "qr": ticket_words.qr(registration.code) if live and registration.code else "",
        "became": "" if live else ticket_words.became(registration, given),
        "link": queries.open_link(registration.id) if live else None,
        "refund": comes_back(event, registration, now),
        "may_cancel": outside and times.may_cancel(registration, begins=begins, now=now),
        "may_release": happens and times.may_release(event, registration, begins=begins, now=now),
        "may_pass_on": happens and times.may_pass_on(event, registration, begins=begins, now=now),
        "may_change": not event.cancelled_at,
        "rule": _rule(found, arrived, begins),
        "words": ticket_words,
        "now": now,
        "said": said,
    }


def _rule(found: Ticket, arrived: list[Day], begins: datetime) -> str:
    """What comes back, or why nothing does."""
    free = not found.registration.amount
    if found.event.cancelled_at:
        said = _("This event does not take place.")
        return (
            said
            if free
            else f"{said} " + _("All that was paid for this ticket and is still here comes back.")
        )
    return arriving.stays() if arrived else refund_rule(found.event, free=free, begins=begins)


def _stamped(found: Ticket, day: Day | None, arrived: list[Day]) -> Day | None:
    """The day whose stamp lies on the QR: today's once the whole party is in, the last one when all is over."""
    if found.event.is_over(clock.now()):
        return arrived[-1] if arrived else None
    everybody = found.registration.people + found.registration.children
    whole = day is not None and day.arrival is not None and day.arrival.people >= everybody
    return day if whole else None
