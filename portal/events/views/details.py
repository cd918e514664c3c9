"""From held seats to a ticket: who comes, what staff ask, and the way to pay. Offers of the waiting list come here too."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.web import done, go, page
from portal.events.forms.details import DetailsForm, answer_fields, details_form, guest_fields
from portal.events.models import Origin, Registration, RegistrationState
from portal.events.queries.programme import begins_for
from portal.events.queries.signup import Signup, get_own_signup, guests_of, typed_before
from portal.events.rules.answers import answers_of
from portal.events.services import confirming, leaving, paying
from portal.events.views.blueprint import bp
from portal.events.words import for_how_many, moment, refund_rule
from portal.payments import queries as payments
from portal.payments.models import RECEIVED
from portal.payments.rules import may_pay

TEMPLATE = "events/details.html"


@bp.get("/events/<slug>/register/<registration_id>")
@members
def details(slug: str, registration_id: str) -> Response:
    """What was chosen, until when it is kept, and the form. What is confirmed already leads to its ticket."""
    signup = get_own_signup(the_viewer(), slug, registration_id)
    if signup.registration.state is RegistrationState.CONFIRMED:
        return go(url_for("events.ticket", registration_id=registration_id))
    return _shown(signup)


@bp.post("/events/<slug>/register/<registration_id>")
@members
@WRITING
def give_details(slug: str, registration_id: str) -> Response:
    """Store who comes. Free of charge that is the ticket; else on to the payment."""
    me = the_viewer()
    signup = get_own_signup(me, slug, registration_id)
    if signup.registration.state is RegistrationState.CONFIRMED:
        return go(url_for("events.ticket", registration_id=registration_id))
    form = _form(signup)
    if not form.validate_on_submit():
        return _shown(signup, form, status=422)
    due, return_path = signup.due.amount, url_for(".details", slug=slug, registration_id=registration_id)
    try:
        with transaction():
            confirming.give_details(signup.registration, form.details(), by=me)
        if due:
            with transaction():  # a second one: a payment is held before seats are
                held = db.session.get_one(Registration, registration_id)
                payment = paying.begin(held, provider=form["provider"].data, by=me, return_path=return_path)
                payment_id = payment.id
    except DomainError as refusal:
        return _refused(slug, registration_id, form, refusal)
    if due:
        return go(payments.payment_path(payment_id))
    return done(
        url_for("events.ticket", registration_id=registration_id), _("Here is your ticket. See you there!")
    )


@bp.post("/events/<slug>/register/<registration_id>/give-up")
@members
@TAPPING
def give_up(slug: str, registration_id: str) -> Response:
    """The seats are not wanted; an offer is declined. What became a ticket meanwhile stays one."""
    signup = get_own_signup(the_viewer(), slug, registration_id)
    offered = signup.registration.origin in (Origin.OFFER, Origin.BELL)
    with transaction():
        held = db.session.get_one(Registration, registration_id)
        leaving.give_up(held)
        confirmed = held.state is RegistrationState.CONFIRMED
    if confirmed:
        return go(url_for("events.ticket", registration_id=registration_id))
    said = (
        _("Declined. Thank you: who waits next is asked now.")
        if offered
        else _("The seats are free again. Nothing was taken.")
    )
    return done(url_for("events.event", slug=slug), said)


def _refused(slug: str, registration_id: str, form: DetailsForm, refusal: DomainError) -> Response:
    """The same page with the sentence. Where the hold is over, what was typed is kept for the next try."""
    db.session.rollback()
    signup = get_own_signup(the_viewer(), slug, registration_id)
    if isinstance(refusal, Conflict) and not signup.registration.holds_at(clock.now()):
        with transaction():
            confirming.keep_words(db.session.get_one(Registration, registration_id), form.details())
        return _shown(get_own_signup(the_viewer(), slug, registration_id), status=refusal.status)
    form.say(refusal)
    return _shown(signup, form, status=refusal.status)


def _shown(signup: Signup, form: DetailsForm | None = None, *, status: int = 200) -> Response:
    """The form while the hold lasts; after it a page that says so, and the way to choose again."""
    now, registration = clock.now(), signup.registration
    over = not registration.holds_at(now)
    payment = (
        payments.get_own_payment(the_viewer(), registration.payment_id) if registration.payment_id else None
    )
    form = None if over else form or _form(signup)
    return page(
        TEMPLATE,
        block="signup",
        status=409 if over and request.method == "POST" else status,
        signup=signup,
        event=signup.event,
        registration=registration,
        over=over,
        form=form,
        guests=guest_fields(form) if form else [],
        answers=answer_fields(form) if form else [],
        how_many=for_how_many(signup.type),
        rule=refund_rule(
            signup.event, free=not registration.amount, begins=begins_for(signup.event, signup.type)
        ),
        until=moment(registration.hold_until) if registration.hold_until else "",
        payment=payment if payment and may_pay(payment, now) else None,
        paid=payment if payment and payment.state in RECEIVED else None,
        again=url_for(
            ".choose",
            slug=signup.event.slug,
            ticket_type=signup.type.id,
            people=registration.people,
            children=registration.children,
        ),
    )


def _form(signup: Signup) -> DetailsForm:
    ways = [(way.name, way.label) for way in payments.providers_on(signup.due.currency)]
    initial = {} if request.method == "POST" and request.form else _initial(signup)
    form = details_form(signup, ways if signup.due.amount else [], initial)
    if request.method == "GET":
        for name, value in (current_app.extensions["take_kept"](request.path) or {}).items():
            if name in form:
                form[name].process_data(value)
    return form


def _initial(signup: Signup) -> dict[str, Any]:
    """What was typed here before, or in an earlier try at the same event; else only the name that is known."""
    registration, guests = signup.registration, signup.beside
    source = registration if registration.name else typed_before(signup)
    if source is None:
        return {"name": the_viewer().display_name}
    if source is not registration:
        guests = guests_of(source.id)[1:]
    typed: dict[str, Any] = {"name": source.name, "phone": source.phone}
    typed |= {"needs_help": source.needs_help, "show_face": source.show_face}
    typed |= {f"guest_{one.position}": one.name for one in guests}
    return typed | {f"answer_{asked}": answer for asked, answer in answers_of(source).items()}
