"""Who comes: the list, one party, the list to take along, and what staff do for somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Response as Streamed
from flask import request, stream_with_context, url_for
from werkzeug.wrappers import Response

from portal.accounts.rules import shown_number
from portal.core import audit, clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _, in_language, language
from portal.core.limits import WRITING
from portal.core.sheets import csv_pieces
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.forms.people import AddForm, GiveBackForm, PeopleForm
from portal.events.models import Event, Question, Registration
from portal.events.queries import people as queries
from portal.events.queries.programme import get_event
from portal.events.queries.refunds import still_here
from portal.events.rules.codes import shown_code
from portal.events.services import desk
from portal.events.services.placing import Party
from portal.events.ticket_words import money
from portal.rewards import queries as rewards

LIST, ONE = "events/console/people.html", "events/console/party.html"


@bp.get("/<slug>/people")
@staff(Permission.MANAGE_EVENTS)
def people(slug: str) -> Response:
    """The newest first. htmx asks for the list alone, and for more of it."""
    event = get_event(slug)
    block = "more_parties" if request.args.get("after") else "party_list"
    return page(LIST, block=block, **_context(event))


@bp.post("/<slug>/people")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def add(slug: str) -> Response:
    """Sign a party up, free of charge."""
    event = get_event(slug)
    kinds = {kind.id: kind for kind in queries.kinds_of(event.id)}
    form = AddForm().offer(kinds.values())
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                member = rewards.find_member(form.who.data or "")
                if member is None:
                    raise Invalid(_("No member has this number or address."), field="who")
                party = Party(int(form.party.data or 1), int(form.children.data or 0))
                desk.sign_up(
                    kinds[form.kind.data],
                    member,
                    party,
                    attempt=form.attempt.data or "",
                    by=the_viewer(),
                )
                name = member.display_name
        except DomainError as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            said = _("%(name)s has a ticket and hears of it.", name=name)
            return done(
                url_for(".people", slug=slug),
                said,
                fragment=lambda: page(LIST, block="people", **_context(event)),
            )
    return page(LIST, block="people", status=status, **_context(event, form))


@bp.post("/<slug>/people/list.csv")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def take_people(slug: str) -> Response:
    """Those who fit, with numbers and answers, as a table. Audited before the first row leaves the house."""
    event = get_event(slug)
    wanted = PeopleForm.sent(queries.kinds_of(event.id), request.form).wanted()
    with transaction():
        audit.record("event.list_taken", by=the_viewer(), target_kind="event", target_id=event.id)
    event = get_event(slug)
    rows = stream_with_context(_table(event, wanted, language()))
    answer = Streamed(rows, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<slug>/people/<registration_id>")
@staff(Permission.MANAGE_EVENTS)
def party(slug: str, registration_id: str) -> Response:
    """One of them, with who comes along and what they answered."""
    return page(ONE, block="party", **_party_context(get_event(slug), registration_id))


@bp.post("/<slug>/people/<registration_id>/give-back")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def give_back(slug: str, registration_id: str) -> Response:
    """Take a ticket back, with so much of the money."""
    event = get_event(slug)
    found = queries.get_party(event, registration_id).registration
    form, status = GiveBackForm(currency=found.currency), 422
    if form.validate_on_submit():
        try:
            with transaction():
                desk.cancel(found, refund=form.minor, reason=form.reason.data or "", by=the_viewer())
        except DomainError as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            return done(
                url_for(".party", slug=slug, registration_id=registration_id),
                _("Taken back. They hear of it, and the seats are free."),
                fragment=lambda: page(ONE, block="party", **_party_context(event, registration_id)),
            )
    return page(ONE, block="party", status=status, **_party_context(event, registration_id, form))


def _context(event: Event, adding: AddForm | None = None) -> dict[str, Any]:
    kinds = queries.kinds_of(event.id)
    form = PeopleForm.sent(kinds)
    address = form.address()
    found = queries.parties(event, form.wanted(), request.args.get("after"))
    line = (
        queries.line_of(event, request.args.get("line")) if request.args.get("line") or not address else None
    )
    after = found.next_cursor
    return {
        "event": event,
        "form": form,
        "address": address,
        "rows": found.items,
        "figures": queries.figures(event),
        "line": line,
        "more_url": after and url_for(".people", slug=event.slug, after=after, **address),
        "adding": adding or AddForm(formdata=None, attempt=new_id(), party="1").offer(kinds),
        "open_add": adding is not None,
        "shown_code": shown_code,
    }


def _party_context(event: Event, registration_id: str, form: GiveBackForm | None = None) -> dict[str, Any]:
    row = queries.get_party(event, registration_id)
    answers = json.loads(row.registration.answers) if row.registration.answers else {}
    asked = [(question, answers.get(question.id)) for question in queries.asked_at(event.id)]
    return {
        "event": event,
        "row": row,
        "guests": queries.guests_of(registration_id),
        "answers": [(question.label, said_of(question, answer)) for question, answer in asked if answer],
        "form": form or GiveBackForm(formdata=None, currency=row.registration.currency),
        "left": _left(event, row.registration),
        "open_form": form is not None,
        "shown_code": shown_code,
        "money": money,
        "now": clock.now(),
    }


def _left(event: Event, registration: Registration) -> int:
    """What can go back at most, in minor units."""
    left = still_here(registration)
    return left if event.cancelled_at else min(registration.amount, left)


def said_of(question: Question, answer: Any) -> str:
    """An answer as staff read it."""
    if answer is True:
        return _("Yes")
    return "、".join(answer) if isinstance(answer, list) else str(answer)


def _table(event: Event, wanted: queries.PeopleFilter, tongue: str) -> Iterator[bytes]:
    asked = queries.asked_at(event.id)
    with in_language(tongue):
        head = [
            _("Code on the ticket"),
            _("Name"),
            _("Number"),
            _("Ticket"),
            _("People"),
            _("Children"),
            _("Phone"),
            _("Needs help"),
            _("State"),
            _("In"),
            *(question.label for question in asked),
        ]
    yield from csv_pieces(head, (_row(row, asked) for row in queries.every_party(event, wanted)))


def _row(row: queries.Party, asked: list[Question]) -> list[object]:
    one = row.registration
    answers = json.loads(one.answers) if one.answers else {}
    return [
        shown_code(one.code) if one.code else "",
        one.name or row.member.display_name,
        shown_number(row.member.number),
        row.ticket_type.name,
        one.people,
        one.children,
        one.phone,
        "1" if one.needs_help else "0",
        one.state.value,
        row.arrived,
        *(said_of(question, answers[question.id]) if question.id in answers else "" for question in asked),
    ]
