"""The opening bell: gathering before it rings, and what the draw gave."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events import words
from portal.events.forms.waiting import GatherForm
from portal.events.models import Event, TicketType
from portal.events.queries.bells import bell_of, get_belled, in_the_way
from portal.events.queries.lines import in_line
from portal.events.queries.programme import get_public_event
from portal.events.queries.standing import standing_of
from portal.events.rules import sale
from portal.events.services import bells
from portal.events.services.placing import Party
from portal.events.views.blueprint import bp
from portal.events.views.choosing import opened_here

TEMPLATE = "events/bell.html"


@bp.get("/events/<slug>/bell/<ticket_type_id>")
@public
def bell(slug: str, ticket_type_id: str) -> Response:
    """When it rings and how it works; inside, how many are; afterwards, what came of it."""
    return _page(*_asked_for(slug, ticket_type_id))


@bp.post("/events/<slug>/bell/<ticket_type_id>")
@members
@WRITING
def gather(slug: str, ticket_type_id: str) -> Response:
    """Come in with a party, or with another one than before."""
    event, ticket_type = _asked_for(slug, ticket_type_id)
    form, me = GatherForm(), the_viewer()
    if not form.validate_on_submit():
        return _page(event, ticket_type, status=422, form=form)
    standing = standing_of(me, opened_here(event.id))
    try:
        with transaction():
            people = max(form.people.data or 1, ticket_type.admits)
            party = Party(people, form.children.data or 0)
            bells.gather(ticket_type, party, salt=form.salt.data or "", by=me, standing=standing)
    except DomainError as refusal:
        form.say(refusal)
        return _page(*_asked_for(slug, ticket_type_id), status=refusal.status, form=form)
    return _done(slug, ticket_type_id, _("You are in. It does not matter who came first."))


@bp.post("/events/<slug>/bell/<ticket_type_id>/leave")
@members
@WRITING
def leave_bell(slug: str, ticket_type_id: str) -> Response:
    """Step out before it rings."""
    _event, ticket_type = _asked_for(slug, ticket_type_id)
    with transaction():
        entry = bells.find_entry(ticket_type.id, the_viewer().id)
        if entry is None or entry.place is not None:
            raise Conflict(_("Something happened meanwhile. Please look again."))
        bells.step_out(entry)
    return _done(slug, ticket_type_id, _("You stepped out. You can come in again until the bell rings."))


def _asked_for(slug: str, ticket_type_id: str) -> tuple[Event, TicketType]:
    event = get_public_event(slug, viewer())
    return event, get_belled(event, ticket_type_id, opened_here(event.id))


def _done(slug: str, ticket_type_id: str, said: str) -> Response:
    return done(
        url_for(".bell", slug=slug, ticket_type_id=ticket_type_id),
        said,
        fragment=lambda: _page(*_asked_for(slug, ticket_type_id)),
    )


def _page(
    event: Event, ticket_type: TicketType, *, status: int = 200, form: GatherForm | None = None
) -> Response:
    return page(TEMPLATE, block="gathering", status=status, **_context(event, ticket_type, form))


def _context(event: Event, ticket_type: TicketType, form: GatherForm | None) -> dict[str, Any]:
    """At most eight queries."""
    me, now = viewer(), clock.now()
    found = bell_of(ticket_type, me)
    if form is None:
        form = GatherForm(formdata=None)
        form.people.data = found.entry.people if found.entry else ticket_type.admits
        form.children.data = found.entry.children if found.entry else 0
        form.salt.data = found.salt
    standing = standing_of(me, opened_here(event.id))
    waits = found.waiting is not None and found.waiting.state.value == "waiting"
    lines = in_line(event, me.id, now) if me and waits else []
    stage = _stage(event, ticket_type, standing, now)
    may_gather = stage == "open" and found.entry is None
    return {
        "event": event,
        "bell": found,
        "kind": ticket_type,
        "stage": stage,
        "in_the_way": in_the_way(ticket_type, me.id) if me and may_gather else None,
        "line": next((one for one in lines if found.waiting and one.entry.id == found.waiting.id), None),
        "form": form,
        "moment": words.moment,
        "now": now,
    }


def _stage(event: Event, kind: TicketType, standing: sale.Standing, now: Any) -> str:
    """Where the bell stands: before, open, not_yours, ringing, over, off."""
    assert kind.bell_opens_at and kind.bell_closes_at
    if kind.bell_rang_at is not None:
        return "over"
    found = sale.sale_of(event, kind, standing, now)
    if found in (sale.Sale.CLOSED, sale.Sale.OVER):
        return "off"
    if now >= kind.bell_closes_at:
        return "ringing"
    if now < kind.bell_opens_at:
        return "before"
    return "open" if found is sale.Sale.GATHERING else "not_yours"
