"""The pledge wall: sentences of those who come."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.forms.pledges import PledgeForm
from portal.events.models import Event, PledgeState
from portal.events.queries import pledges as queries
from portal.events.queries.programme import get_public_event
from portal.events.services import pledges as services
from portal.events.views.blueprint import bp

TEMPLATE = "events/pledges.html"


@bp.get("/events/<slug>/pledges")
@public
def pledges(slug: str) -> Response:
    event = get_public_event(slug, viewer())
    block = "tags" if request.args.get("after") else "pledges"
    return page(TEMPLATE, block=block, **_context(event))


@bp.post("/events/<slug>/pledges")
@members
@WRITING
def pledge(slug: str) -> Response:
    """Say it, or say it differently."""
    event, form = get_public_event(slug, the_viewer()), PledgeForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="pledges", status=422, **_context(event, form))
    try:
        with transaction():
            said = services.pledge(event, form.words.data or "", by=the_viewer())
            held = said.state is PledgeState.HELD
    except DomainError as refusal:
        form.say(refusal, beside="words")
        return page(TEMPLATE, block="pledges", status=refusal.status, **_context(event, form))
    return _changed(event, _("In review; until then only you see it.") if held else _("It is on the wall."))


@bp.post("/events/<slug>/pledges/delete")
@members
@WRITING
def take_pledge_back(slug: str) -> Response:
    event = get_public_event(slug, the_viewer())
    with transaction():
        services.take_back(event, by=the_viewer())
    return _changed(event, _("Your sentence is gone."))


def _changed(event: Event, said: str) -> Response:
    url = url_for("events.pledges", slug=event.slug)
    return done(url, said, fragment=lambda: page(TEMPLATE, block="pledges", **_context(event)))


def _context(event: Event, form: PledgeForm | None = None) -> dict[str, Any]:
    me, now = viewer(), clock.now()
    mine = queries.own(event, me)
    may = me is not None and not event.cancelled_at and not event.is_over(now)
    return {
        "event": event,
        "form": form or PledgeForm(formdata=None, words=mine.words if mine else ""),
        "mine": mine,
        "may_say": may and me is not None and services.holds_ticket(event.id, me.id),
        "is_over": event.is_over(now),
        "wall": queries.wall_of(event, me, cursor=request.args.get("after")),
        "review_minutes": brand.current().reply_target_minutes,
        "longest": services.LONGEST,
    }
