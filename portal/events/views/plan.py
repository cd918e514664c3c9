"""The programme of an event, and for who holds a ticket: their plan of it, with wishes for what a draw gives."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.models import Event
from portal.events.queries.plan import Ticket, get_session, plan_of, ticket_among, tickets_for
from portal.events.queries.programme import get_public_event
from portal.events.rules import planning
from portal.events.services import plan as services
from portal.events.services.plan import PlanClash
from portal.events.views.blueprint import bp

TEMPLATE = "events/plan.html"


@bp.get("/events/<slug>/plan")
@public
def plan(slug: str) -> Response:
    """Everybody reads the programme; who holds a ticket chooses from it."""
    return page(TEMPLATE, block="plan", **plan_context(get_public_event(slug, viewer())))


@bp.post("/events/<slug>/plan/<session_id>")
@members
@WRITING
def take_place(slug: str, session_id: str) -> Response:
    """A session into the plan, or another number of people in it; ``instead`` names what is given up for it."""
    event, ticket = asked_for(slug)
    session = get_session(event, session_id)
    people = request.form.get("people", type=int) or 0
    try:
        with transaction():
            services.take_place(
                session,
                ticket.registration,
                people,
                by=the_viewer(),
                instead=request.form.getlist("instead"),
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return refused(event, session.id, refusal)
    return changed(event, session.id, _("It is in your plan."))


@bp.post("/events/<slug>/plan/<session_id>/leave")
@members
@WRITING
def leave_place(slug: str, session_id: str) -> Response:
    event, ticket = asked_for(slug)
    session = get_session(event, session_id)
    with transaction():
        services.leave_place(session, ticket.registration, by=the_viewer())
    return changed(event, session.id, _("It is out of your plan."))


# ------------------------------------------------------------------ shared with wishes


def asked_for(slug: str) -> tuple[Event, Ticket]:
    """The event and the ticket that a form of this page is about. NotFound for who holds none."""
    event = get_public_event(slug, the_viewer())
    ticket = ticket_among(tickets_for(event, the_viewer()), request.form.get("ticket"))
    if ticket is None:
        raise NotFound(_("You hold no ticket for this event."))
    return event, ticket


def changed(event: Event, session_id: str, said: str) -> Response:
    ticket = request.form.get("ticket")
    url = url_for("events.plan", slug=event.slug, ticket=ticket, _anchor=f"session-{session_id}")
    return done(url, said, fragment=lambda: page(TEMPLATE, block="plan", **plan_context(event)))


def refused(event: Event, session_id: str, refusal: DomainError) -> Response:
    """The page with the reason beside the session; what clashes can be swapped there in one tap."""
    others = refusal.others if isinstance(refusal, PlanClash) else []
    said = {"session_id": session_id, "message": refusal.message, "others": others}
    return page(TEMPLATE, block="plan", status=refusal.status, **plan_context(event, said))


def plan_context(event: Event, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """``said``: why the last form was refused, beside which session."""
    tickets, now = tickets_for(event, viewer()), clock.now()
    ticket = ticket_among(tickets, request.values.get("ticket"))
    found, only_mine = plan_of(event, ticket), ticket is not None and request.args.get("show") == "mine"
    wished = found.drawn is not None and found.drawn.draw.frozen_at is None
    return {
        "event": event,
        "tickets": tickets,
        "ticket": ticket,
        "plan": found,
        "only_mine": only_mine,
        "said": said or {"session_id": "", "message": "", "others": []},
        "now": now,
        "is_open": {line.session.id: planning.is_open(event, line.session, now) for line in found.lines},
        "wishable": {
            line.session.id
            for line in found.lines
            if wished and line.todays and planning.takes_wishes(event, line.session, now)
        },
        "most_wishes": planning.MOST_WISHES,
    }
