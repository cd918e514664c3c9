"""The waiting list: standing in line, offers, and the way out."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events import words
from portal.events.forms.waiting import WaitForm
from portal.events.models import Event, Registration, WaitingState
from portal.events.queries.bells import gathered_for
from portal.events.queries.lines import get_entry, in_line
from portal.events.queries.offer import get_ticket_type, offers_of
from portal.events.queries.programme import get_public_event
from portal.events.queries.standing import standing_of
from portal.events.services import leaving, lines
from portal.events.services.placing import Party
from portal.events.views.blueprint import bp
from portal.events.views.choosing import opened_here

TEMPLATE = "events/waiting.html"


@bp.get("/events/<slug>/waiting")
@members
def waiting(slug: str) -> Response:
    """Where they stand, what is offered to them, and what else one can wait for."""
    return _page(get_public_event(slug, the_viewer()))


@bp.post("/events/<slug>/waiting")
@members
@WRITING
def join_line(slug: str) -> Response:
    """To the end of the line with this party; the same form twice is one place."""
    event, form, me = get_public_event(slug, the_viewer()), WaitForm(), the_viewer()
    event_id = event.id
    if not form.validate_on_submit():
        return _page(event, status=422, form=form)
    standing = standing_of(me, opened_here(event_id))
    try:
        with transaction():
            ticket_type = get_ticket_type(event_id, form.ticket_type.data or "")
            people = max(form.people.data or 1, ticket_type.admits)
            party = Party(people, form.children.data or 0)
            offered = lines.join(ticket_type, party, by=me, standing=standing).state is WaitingState.OFFERED
    except DomainError as refusal:
        form.say(refusal)
        return _page(get_public_event(slug, me), status=refusal.status, form=form)
    said = _("There are seats for you right now.") if offered else _("You are in line.")
    return done(url_for(".waiting", slug=slug), said)


@bp.post("/events/<slug>/waiting/<entry_id>/leave")
@members
@WRITING
def leave_line(slug: str, entry_id: str) -> Response:
    """Wait no more."""
    event = get_public_event(slug, the_viewer())
    entry = get_entry(event, entry_id, the_viewer().id)
    with transaction():
        lines.leave(entry)
    return _done(slug, _("You left the waiting list."))


@bp.post("/events/<slug>/waiting/<entry_id>/decline")
@members
@WRITING
def decline_offer(slug: str, entry_id: str) -> Response:
    """Let the seats go on to who waits next. What is over already is left as it is."""
    event = get_public_event(slug, the_viewer())
    entry = get_entry(event, entry_id, the_viewer().id)
    registration_id = entry.registration_id
    with transaction():
        if entry.state is WaitingState.OFFERED and registration_id is not None:
            leaving.give_up(db.session.get_one(Registration, registration_id))
    return _done(slug, _("Thank you: the seats go on to who waits next."))


def _done(slug: str, said: str) -> Response:
    return done(
        url_for(".waiting", slug=slug),
        said,
        fragment=lambda: _page(get_public_event(slug, the_viewer())),
    )


def _page(event: Event, *, status: int = 200, form: WaitForm | None = None) -> Response:
    return page(TEMPLATE, block="line", status=status, **_context(event, form))


def _context(event: Event, form: WaitForm | None) -> dict[str, Any]:
    """At most seven queries, however many wait."""
    me, now = the_viewer(), clock.now()
    offers = offers_of(event, me, standing_of(me, opened_here(event.id)))
    takes = [one for one in offers if one.sold_out and one.waiting_id is None and one.registration_id is None]
    full_pools = {one.type.pool_id for one in takes}
    gathers = [one for one in gathered_for(event.id, me.id) if one.pool_id in full_pools]
    takes = [one for one in takes if one.type.pool_id not in {kind.pool_id for kind in gathers}]
    form = form or WaitForm(formdata=None)
    asked = request.args.get("ticket_type", "")
    if not form.ticket_type.data and takes:
        form.ticket_type.data = asked if asked in {one.type.id for one in takes} else takes[0].type.id
    return {
        "event": event,
        "lines": in_line(event, me.id, now),
        "takes": takes,
        "gathers": gathers,
        "has_seats": any(one.is_open and not one.sold_out and one.registration_id is None for one in offers),
        "most_people": max((one.type.most_people for one in takes), default=1),
        "most_children": max((one.type.most_children for one in takes), default=0),
        "form": form,
        "now": now,
        "for_how_many": words.for_how_many,
        "moment": words.moment,
    }
