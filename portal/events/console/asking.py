"""Access codes, and the questions of a sign-up."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import Deed, made_by_us, part_page, refused
from portal.events.forms.seats import QUESTION_KINDS, CodesForm, QuestionForm
from portal.events.models import AccessCode, Event, Question, TicketType
from portal.events.queries.studio import codes_of, questions_of, types_of
from portal.events.rules.words import QuestionWords
from portal.events.services import codes as code_services
from portal.events.services import questions as services
from portal.events.services import studio

CODES, QUESTIONS = "events/console/codes.html", "events/console/questions.html"


@bp.get("/<slug>/codes")
@staff(Permission.MANAGE_EVENTS)
def codes(slug: str) -> Response:
    event, cursor = made_by_us(slug), request.args.get("after")
    form = CodesForm(formdata=None, key=new_id())
    return _codes(event, form, block="code_page" if cursor else "desk")


@bp.post("/<slug>/codes")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def make_codes(slug: str) -> Response:
    """The answer shows them, once: nobody can read them again, so this page is no redirect."""
    event, status = made_by_us(slug), 422
    form = CodesForm().offer(types_of(event.id))
    if form.validate_on_submit():
        try:
            with transaction():
                made = _make(event, form)
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            fresh = CodesForm(formdata=None, key=new_id())
            response = _codes(event, fresh, made=made)
            response.headers["Cache-Control"] = "no-store"
            return response
    return _codes(event, form, status)


@bp.post("/<slug>/codes/<code_id>/close")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def close_code(slug: str, code_id: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        code_services.close_code(studio.find_part(AccessCode, code_id, event), by=the_viewer())
    return done(
        url_for(".codes", slug=slug),
        _("Closed: it opens nothing any more."),
        fragment=lambda: _codes(made_by_us(slug), CodesForm(formdata=None, key=new_id())),
    )


def _make(event: Event, form: CodesForm) -> list[str]:
    ticket = studio.find_part(TicketType, form.ticket_type_id.data, event)
    by, label, uses = the_viewer(), form.label.data or "", form.most_uses.data or 1
    key, ends_at = form.key.data, form.ends_at.moment
    if form.word.data:
        made = code_services.make_code(
            ticket, label=label, most_uses=uses, by=by, word=form.word.data, ends_at=ends_at, key=key
        )
        return [made[1]]
    number = form.how_many.data or 1
    return code_services.make_codes(
        ticket, number, label=label, by=by, most_uses=uses, ends_at=ends_at, key=key
    )


def _codes(
    event: Event, form: CodesForm, status: int = 200, *, made: list[str] | None = None, block: str = "desk"
) -> Response:
    types = types_of(event.id)
    context = {
        "event": event,
        "here": "codes",
        "types": types,
        "form": form if form.ticket_type_id.choices else form.offer(types),
        "made": made or [],
        "found": codes_of(event.id, request.args.get("after")),
    }
    return page(CODES, block=block, status=status, **context)


# ------------------------------------------------------------------ questions


@bp.get("/<slug>/questions")
@staff(Permission.MANAGE_EVENTS)
def questions(slug: str) -> Response:
    return _questions(made_by_us(slug))


@bp.get("/<slug>/questions/new")
@staff(Permission.MANAGE_EVENTS)
def new_question(slug: str) -> Response:
    return _question(made_by_us(slug), None, QuestionForm(formdata=None))


@bp.post("/<slug>/questions/new")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def add_question(slug: str) -> Response:
    event = made_by_us(slug)
    form = QuestionForm().offer(types_of(event.id))
    if status := refused(form, lambda: services.add_question(event, form.words(), by=the_viewer())):
        return _question(event, None, form, status)
    return done(url_for(".questions", slug=slug), _("Saved."))


@bp.get("/<slug>/questions/<question_id>")
@staff(Permission.MANAGE_EVENTS)
def question(slug: str, question_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(Question, question_id, event)
    return _question(event, found, QuestionForm.of(QuestionWords.of(found)))


@bp.post("/<slug>/questions/<question_id>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def change_question(slug: str, question_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(Question, question_id, event)
    form = QuestionForm().offer(types_of(event.id))
    if status := refused(
        form,
        lambda: services.change_question(
            found, form.words(), event=event, seen=form.seen.data or "", by=the_viewer()
        ),
        lambda: QuestionWords.of(found),
    ):
        return _question(event, found, form, status)
    return done(url_for(".questions", slug=slug), _("Saved."))


@bp.post("/<slug>/questions/<question_id>/<any(up, down, remove):deed>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def move_question(slug: str, question_id: str, deed: str) -> Response:
    event, me = made_by_us(slug), the_viewer()
    with transaction():
        found = studio.find_part(Question, question_id, event)
        if deed == "remove":
            services.remove_question(found, event=event, by=me)
        else:
            services.move_question(found, deed, event=event, by=me)
    return done(
        url_for(".questions", slug=slug),
        _("Asked no more. Answers stay.") if deed == "remove" else _("Moved."),
        fragment=lambda: _questions(made_by_us(slug)),
    )


def _questions(event: Event) -> Response:
    context: dict[str, Any] = {
        "event": event,
        "here": "questions",
        "names": {one.id: one.name for one in types_of(event.id)},
        "kinds": QUESTION_KINDS,
        "questions": questions_of(event.id),
    }
    return page(QUESTIONS, block="question_list", **context)


def _question(event: Event, found: Question | None, form: QuestionForm, status: int = 200) -> Response:
    if not form.ticket_type_id.choices:
        form.offer(types_of(event.id))
    deeds = []
    if found is not None:
        url = url_for(".move_question", slug=event.slug, question_id=found.id, deed="remove")
        deeds = [Deed(_("Ask it no more"), url, "trash-2", _("What was answered stays with the answers."))]
    title = found.label if found else _("New question")
    return part_page(event, form, here="questions", kind="question", title=title, status=status, deeds=deeds)
