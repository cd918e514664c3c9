"""Choosing a ticket: all there are for this viewer, for how many, and the hold that keeps the seats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, session, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Viewer, members, public, the_viewer, viewer
from portal.core.db import db, new_id, transaction
from portal.core.errors import DomainError, TooMany
from portal.core.i18n import _
from portal.core.limits import KNOCKING, WRITING, one_more
from portal.core.web import done, go, page
from portal.events import words
from portal.events.forms.choosing import ChooseForm, CodeForm
from portal.events.models import AccessCode, Event
from portal.events.queries.codes import opened_by
from portal.events.queries.offer import Offered, get_ticket_type, offers_of
from portal.events.queries.programme import get_public_event
from portal.events.queries.standing import standing_of
from portal.events.services import codes, holding
from portal.events.services.holding import SoldOut
from portal.events.services.placing import Party
from portal.events.views.blueprint import bp

TEMPLATE = "events/register.html"
#: ids of the codes that were typed in this browser
CODES = "event_codes"
MOST_CODES = 8
GUESSES = "10/hour"


@dataclass(frozen=True, slots=True)
class Choice:
    """All that ``templates/events/_choose.html`` needs. ``full``: what was chosen is sold out, and this party may wait for it."""

    event: Event
    offers: list[Offered]
    form: ChooseForm
    code_form: CodeForm
    full: Offered | None = None
    party: Party | None = None

    tag_of = staticmethod(words.tag_of)
    said_of = staticmethod(words.said_of)
    for_how_many = staticmethod(words.for_how_many)
    act_of = staticmethod(words.act_of)

    def refund_of(self, offer: Offered) -> str:
        """What comes back of this ticket, in a few words for the bar of a phone."""
        return words.refund_short(self.event, offer)

    @property
    def takes(self) -> list[Offered]:
        """Those that can be chosen now, sold out ones too: for them one can wait."""
        return [one for one in self.offers if one.is_open]

    @property
    def chosen(self) -> Offered | None:
        """What the form begins with."""
        mine = [one for one in self.takes if one.type.id == self.form.ticket_type.data]
        return next(iter(mine or self.takes), None)

    @property
    def most_people(self) -> int:
        return max((one.type.most_people for one in self.takes), default=1)

    @property
    def most_children(self) -> int:
        return max((one.type.most_children for one in self.takes), default=0)


def choice_context(
    event: Event,
    viewer: Viewer | None,
    *,
    form: ChooseForm | None = None,
    code_form: CodeForm | None = None,
    full: Party | None = None,
) -> dict[str, Any]:
    """``choice`` for the form of ticket types, on any page of the event. At most four queries.

    A form that is shown anew keeps what was typed in it; a fresh one takes what was chosen from the address, or from before
    the sign-in.
    """
    offers = offers_of(event, viewer, standing_of(viewer, opened_here(event.id)))
    form = form or _fresh(event, offers)
    form.attempt.raw_data, form.attempt.data = None, new_id()
    wanted = next((one for one in offers if one.type.id == form.ticket_type.data), None)
    sold_out = wanted if full is not None else None
    return {"choice": Choice(event, offers, form, code_form or CodeForm(formdata=None), sold_out, full)}


@bp.get("/events/<slug>/register")
@public
def choose(slug: str) -> Response:
    """Which ticket, and for how many. Everybody sees it; who goes on (``go``, from the event's page) signs in on the way."""
    me = viewer()
    event = get_public_event(slug, me)
    if me is None and "go" in request.args:
        wanted: dict[str, Any] = {
            name: request.args[name] for name in ("ticket_type", "people", "children") if name in request.args
        }
        return go(url_for("accounts.sign_in", next=url_for(".choose", slug=slug, **wanted)))
    return _page(event)


@bp.post("/events/<slug>/register")
@members
@WRITING
def register(slug: str) -> Response:
    """Keep the seats for a quarter of an hour, and on to who comes. Sold out: the waiting list, for the same party."""
    me = the_viewer()
    event = get_public_event(slug, me)
    event_id, form = event.id, ChooseForm()
    if not form.validate_on_submit():
        return _page(event, status=422, form=form)
    opened = opened_here(event_id)
    standing = standing_of(me, opened)
    party = Party(form.people.data or 1, form.children.data or 0)
    attempt = form.attempt.data or ""
    try:
        ticket_type = get_ticket_type(event_id, form.ticket_type.data or "")
        party = Party(max(party.people, ticket_type.admits), party.children)
        holding.refuse_early(event, ticket_type, party, attempt=attempt, by=me, standing=standing)
        code_id = opened.get(ticket_type.id) if ticket_type.hidden else None
        with transaction():
            held = holding.hold_seats(
                ticket_type,
                party,
                attempt=attempt,
                by=me,
                standing=standing,
                access_code=db.session.get(AccessCode, code_id) if code_id else None,
            )
            registration_id = held.id
    except SoldOut as refusal:
        form.say(refusal)
        return _page(get_public_event(slug, me), status=refusal.status, form=form, full=party)
    except DomainError as refusal:
        form.say(refusal)
        return _page(get_public_event(slug, me), status=refusal.status, form=form)
    return go(url_for(".details", slug=slug, registration_id=registration_id))


@bp.post("/events/<slug>/code")
@public
@KNOCKING
def open_hidden(slug: str) -> Response:
    """A code opens its ticket type for this browser. Guesses are counted."""
    event, form = get_public_event(slug, viewer()), CodeForm()
    if not form.validate_on_submit():
        return _page(event, status=422, code_form=form)
    try:
        if not one_more(GUESSES, "events.code"):
            raise TooMany(_("That were many codes. Please try again in an hour."), retry_after=3600)
        found = codes.find_code(event.id, form.code.data or "")
    except DomainError as refusal:
        form.say(refusal, beside="code")
        return _page(event, status=refusal.status, code_form=form)
    _keep(found.id)
    here = url_for(".choose", slug=slug, ticket_type=found.ticket_type_id)
    return done(here, _("The code fits: one more ticket is open to you."), fragment=lambda: _page(event))


def opened_here(event_id: str) -> dict[str, str]:
    """Ticket types that this browser's codes open, with the code of each."""
    return opened_by(event_id, session.get(CODES, ()), clock.now())


def _keep(code_id: str) -> None:
    kept: Iterable[str] = (one for one in session.get(CODES, ()) if one != code_id)
    session[CODES] = [*kept, code_id][-MOST_CODES:]


def _fresh(event: Event, offers: list[Offered]) -> ChooseForm:
    """What was chosen in the address or before the sign-in; else the first ticket that can be had."""
    path = url_for("events.register", slug=event.slug)
    kept = current_app.extensions["take_kept"](path) or {}
    form = ChooseForm(formdata=None)
    for name in ("ticket_type", "people", "children"):
        typed = kept.get(name) or request.args.get(name, "")
        if typed and len(typed) <= 26:
            form[name].process_data(typed if name == "ticket_type" else _number(typed))
    free = [one.type.id for one in offers if one.is_open and not one.sold_out and one.state is None]
    if not form.ticket_type.data and free:
        form.ticket_type.data = free[0]
    return form


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else None


def _page(
    event: Event,
    *,
    status: int = 200,
    form: ChooseForm | None = None,
    code_form: CodeForm | None = None,
    full: Party | None = None,
) -> Response:
    context = choice_context(event, viewer(), form=form, code_form=code_form, full=full)
    return page(TEMPLATE, block="choice", status=status, event=event, **context)
