"""Passing a ticket on: the link and its sentence, and the page behind the link."""

from __future__ import annotations

from typing import Any

from flask import session, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.core.access import members, public, the_viewer, viewer
from portal.core.crypto import digest
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.links import absolute
from portal.core.web import done, go, page
from portal.events import ticket_words
from portal.events.forms.tickets import PassOnForm
from portal.events.queries import tickets as queries
from portal.events.queries.programme import begins_for
from portal.events.queries.standing import standing_of
from portal.events.rules import times
from portal.events.services import passing
from portal.events.views.blueprint import bp

GIVE, TAKE = "events/pass_on.html", "events/take.html"
#: where the browser keeps a link between making and showing it
SHOWN_ONCE = "ticket_link"


@bp.get("/me/tickets/<registration_id>/pass-on")
@members
def pass_on(registration_id: str) -> Response:
    """The way to make a link; right after, the link itself."""
    token = session.pop(SHOWN_ONCE, "")
    context = _give_context(registration_id, PassOnForm(formdata=None), token)
    response = page(GIVE, block="pass_on", **context)
    if context["address"]:
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/me/tickets/<registration_id>/pass-on")
@members
@WRITING
def make_link(registration_id: str) -> Response:
    """The link, shown once, on the page that follows: the house keeps only what recognises it."""
    me, form = the_viewer(), PassOnForm()
    found = queries.get_own_ticket(registration_id, me)
    if not form.validate_on_submit():
        return page(GIVE, block="pass_on", status=422, **_give_context(registration_id, form))
    try:
        with transaction():
            token = passing.make_link(found.registration, form.words.data or "", by=me)
    except DomainError as refusal:
        form.say(refusal)
        return page(GIVE, block="pass_on", status=refusal.status, **_give_context(registration_id, form))
    session[SHOWN_ONCE] = token
    return go(url_for(".pass_on", registration_id=registration_id))


@bp.post("/me/tickets/<registration_id>/pass-on/withdraw")
@members
@WRITING
def withdraw_link(registration_id: str) -> Response:
    """They keep the ticket after all."""
    found = queries.get_own_ticket(registration_id, the_viewer())
    with transaction():
        passing.withdraw(found.registration)
    context = _give_context(registration_id, PassOnForm(formdata=None))
    return done(
        url_for(".pass_on", registration_id=registration_id),
        _("The link works no more. The ticket stays yours."),
        fragment=lambda: page(GIVE, block="pass_on", **context),
    )


@bp.get("/tickets/take/<token>")
@public
def take_over(token: str) -> Response:
    """Which ticket, from whom, with what sentence. Looking takes nothing."""
    return page(TAKE, block="take", **_take_context(token))


@bp.post("/tickets/take/<token>")
@members
@WRITING
def take(token: str) -> Response:
    """It is theirs now, if nobody was quicker."""
    me = the_viewer()
    link = passing.find_link(token, me)
    try:
        with transaction():
            registration_id = passing.take(link, by=me, standing=standing_of(me)).id
    except DomainError as refusal:
        return page(TAKE, block="take", status=refusal.status, **_take_context(token, refusal.message))
    return done(
        url_for(".ticket", registration_id=registration_id),
        _("The ticket is yours. Please look whether all that stands on it is right."),
    )


def _give_context(registration_id: str, form: PassOnForm, token: str = "") -> dict[str, Any]:
    found = queries.get_own_ticket(registration_id, the_viewer())
    link = queries.open_link(registration_id)
    theirs = bool(token and link and digest(token) == link.digest)
    address = absolute(url_for(".take_over", token=token)) if theirs else ""
    return {
        "ticket": found,
        "event": found.event,
        "form": form,
        "address": address,
        "qr": ticket_words.drawn(address) if address else "",
        "link": link,
        "why_not": passing.why_not(found.event, found.registration),
        "until": times.passes_on_until(found.event, begins_for(found.event, found.ticket_type)),
        "words": ticket_words,
    }


def _take_context(token: str, said: str = "") -> dict[str, Any]:
    me = viewer()
    link = passing.find_link(token, me)
    found = queries.ticket_of_link(link)
    over = passing.why_not(found.event, found.registration, link)
    mine = me is not None and found.registration.member_id == me.id
    return {
        "token": token,
        "ticket": found,
        "event": found.event,
        "registration": found.registration,
        "days": queries.days_of(found),
        "giver": accounts.members_named([link.giver_id]).get(link.giver_id),
        "sentence": "" if over and not mine else link.words,
        "mine": mine,
        "said": said or over,
        "open": not over,
        "words": ticket_words,
    }
