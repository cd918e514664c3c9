"""Changing a ticket until the event begins: what was told, a smaller party, a larger one."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, go, page
from portal.events import ticket_words
from portal.events.forms.details import DetailsForm, answer_fields, details_form, guest_fields
from portal.events.forms.tickets import MoreForm
from portal.events.models import RegistrationState
from portal.events.queries.programme import begins_for
from portal.events.queries.refunds import comes_back_for_fewer
from portal.events.queries.signup import Signup, guests_of, questions_for
from portal.events.queries.standing import standing_of
from portal.events.queries.tickets import Ticket, get_own_ticket, is_somebody_in
from portal.events.rules import times
from portal.events.rules.answers import answers_of
from portal.events.services import changing
from portal.events.views.blueprint import bp
from portal.events.views.leaving import seen_sum

CHANGE, FEWER = "events/change.html", "events/fewer.html"


@bp.get("/me/tickets/<registration_id>/change")
@members
def change(registration_id: str) -> Response:
    found = get_own_ticket(registration_id, the_viewer())
    if not _open(found):
        return go(url_for(".ticket", registration_id=registration_id))
    return page(CHANGE, block="change", **_change_context(found))


@bp.post("/me/tickets/<registration_id>/change")
@members
@WRITING
def tell_anew(registration_id: str) -> Response:
    """Names, number, answers, and whether their face is shown."""
    me = the_viewer()
    found = get_own_ticket(registration_id, me)
    form = _details(found)
    if not form.validate_on_submit():
        return page(CHANGE, block="change", status=422, **_change_context(found, form))
    try:
        with transaction():
            changing.tell_anew(found.registration, form.details(), by=me)
    except DomainError as refusal:
        form.say(refusal)
        context = _change_context(get_own_ticket(registration_id, me), form)
        return page(CHANGE, block="change", status=refusal.status, **context)
    return done(url_for(".ticket", registration_id=registration_id), _("Saved. Your ticket says so now."))


@bp.get("/me/tickets/<registration_id>/fewer")
@members
def fewer(registration_id: str) -> Response:
    """Who does not come; with somebody chosen, what comes back for them."""
    return _fewer(registration_id)


@bp.post("/me/tickets/<registration_id>/fewer")
@members
@WRITING
def come_with_fewer(registration_id: str) -> Response:
    found = get_own_ticket(registration_id, the_viewer())
    currency = found.registration.currency
    try:
        with transaction():
            back = changing.come_with_fewer(
                found.registration,
                _positions(request.form.getlist("leaving")),
                version=_number(request.form.get("version", "")),
                seen=seen_sum(),
            )
    except DomainError as refusal:
        return _fewer(registration_id, refusal)
    said = _("Changed. Their seats go to who waits.")
    if back:
        said = f"{said} " + _("%(sum)s is on its way back.", sum=ticket_words.money(back, currency))
    return done(url_for(".ticket", registration_id=registration_id), said)


@bp.post("/me/tickets/<registration_id>/more")
@members
@WRITING
def come_with_more(registration_id: str) -> Response:
    """More of them, free of charge, while seats are free and nobody waits."""
    me, form = the_viewer(), MoreForm()
    found = get_own_ticket(registration_id, me)
    if not form.validate_on_submit():
        return page(CHANGE, block="change", status=422, **_change_context(found, more=form))
    try:
        with transaction():
            changing.come_with_more(
                found.registration,
                people=form.people.data or 0,
                children=form.children.data or 0,
                standing=standing_of(me, [found.ticket_type.id]),
                version=_number(form.version.data or ""),
            )
    except DomainError as refusal:
        form.say(refusal)
        context = _change_context(get_own_ticket(registration_id, me), more=form)
        return page(CHANGE, block="change", status=refusal.status, **context)
    here = url_for(".change", registration_id=registration_id)
    return done(here, _("They are on your ticket. You may tell their names."))


def _open(found: Ticket) -> bool:
    """Whether anything can still be changed."""
    event, kind = found.event, found.ticket_type
    confirmed = found.registration.state is RegistrationState.CONFIRMED
    return confirmed and not event.cancelled_at and clock.now() < begins_for(event, kind)


def _change_context(
    found: Ticket, form: DetailsForm | None = None, more: MoreForm | None = None
) -> dict[str, Any]:
    form = form or _details(found, filled=True)
    more = more or MoreForm(formdata=None)
    more.version.raw_data, more.version.data = None, str(found.registration.version)
    registration, kind = found.registration, found.ticket_type
    return {
        "ticket": found,
        "event": found.event,
        "registration": registration,
        "form": form,
        "more": more,
        "guests": guest_fields(form),
        "answers": answer_fields(form),
        "may_shrink": registration.people + registration.children > 1 and not is_somebody_in(registration.id),
        "may_grow": not kind.price
        and (registration.people < kind.most_people or registration.children < kind.most_children),
        "words": ticket_words,
    }


def _details(found: Ticket, *, filled: bool = False) -> DetailsForm:
    """The form of the sign-up without the way to pay; ``filled`` with what is on the ticket, whatever was sent."""
    kind, registration = found.ticket_type, found.registration
    signup = Signup(registration, found.event, kind, guests_of(registration.id), questions_for(kind))
    initial: dict[str, Any] = {"name": registration.name, "phone": registration.phone}
    initial |= {"needs_help": registration.needs_help, "show_face": registration.show_face}
    initial |= {f"guest_{one.position}": one.name for one in signup.beside}
    initial |= {f"answer_{asked}": answer for asked, answer in answers_of(registration).items()}
    form = details_form(signup, [], initial)
    if "provider" in form:
        del form["provider"]
    if filled:
        for field in form:
            if field.name in initial:
                field.process(None, initial[field.name])
    return form


def _fewer(registration_id: str, refusal: DomainError | None = None) -> Response:
    found = get_own_ticket(registration_id, the_viewer())
    if not _open(found) or (refusal is None and is_somebody_in(registration_id)):
        return go(url_for(".ticket", registration_id=registration_id))
    registration, guests = found.registration, guests_of(registration_id)
    asked = request.form if request.method == "POST" else request.args
    leaving = _positions(asked.getlist("leaving")) & {one.position for one in guests if one.position}
    people = registration.people - len([one for one in guests if one.position in leaving and not one.child])
    back = comes_back_for_fewer(found.event, registration, people, clock.now())
    return page(
        FEWER,
        block="fewer",
        status=refusal.status if refusal else 200,
        ticket=found,
        event=found.event,
        registration=registration,
        guests=[one for one in guests if one.position],
        leaving=leaving,
        lost=registration.amount - times.share_of(registration, people),
        back=back,
        said=refusal.message if refusal else "",
        words=ticket_words,
    )


def _positions(typed: list[str]) -> set[int]:
    return {number for one in typed[:20] if (number := _number(one)) > 0}


def _number(typed: str) -> int:
    """A small number; -1, which is no position and no version, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
