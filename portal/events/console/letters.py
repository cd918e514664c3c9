"""Letters to those who signed up, and the end of an event."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.forms.people import SHOWN, CallOffForm, LetterForm
from portal.events.jobs import staff as jobs
from portal.events.models import Event
from portal.events.queries import people as queries
from portal.events.queries.letters import letters_of
from portal.events.queries.programme import get_event
from portal.events.services import calling_off
from portal.events.services import letters as services

LETTERS, CALL_OFF = "events/console/letters.html", "events/console/call_off.html"


@bp.get("/<slug>/letters")
@staff(Permission.MANAGE_EVENTS)
def letters(slug: str) -> Response:
    """What was written so far, the newest first, and the form for the next one."""
    block = "letter_page" if request.args.get("after") else None
    return page(LETTERS, block=block, **_context(get_event(slug)))


@bp.post("/<slug>/letters")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def write(slug: str) -> Response:
    """Written once, sent by the worker."""
    event, status = get_event(slug), 422
    form = LetterForm().offer(queries.kinds_of(event.id))
    if form.validate_on_submit():
        try:
            with transaction():
                services.write_letter(
                    event,
                    subject=(form.subject_zh.data or "", form.subject_en.data or ""),
                    text=(form.text_zh.data or "", form.text_en.data or ""),
                    to=form.to(),
                    attempt=form.attempt.data or "",
                    by=the_viewer(),
                )
                jobs.send_letters.later()
        except DomainError as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            return done(
                url_for(".letters", slug=slug),
                _("It is on its way."),
                fragment=lambda: page(LETTERS, block="letters", **_context(event)),
            )
    return page(LETTERS, block="letters", status=status, **_context(event, form))


@bp.get("/<slug>/call-off")
@staff(Permission.MANAGE_EVENTS)
def call_off_page(slug: str) -> Response:
    """What calling off does, in figures, before it is done."""
    event = get_event(slug)
    return page(CALL_OFF, event=event, figures=queries.figures(event), form=CallOffForm(formdata=None))


@bp.post("/<slug>/call-off")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def call_off(slug: str) -> Response:
    """It does not take place: everybody gets their money back and hears why."""
    event, form, status = get_event(slug), CallOffForm(), 422
    if form.validate_on_submit():
        if (form.sure.data or "").strip() != event.slug:
            form.sure.errors = [_("This is not the address of this event: %(slug)s", slug=event.slug)]
        else:
            try:
                with transaction():
                    calling_off.call_off(event, words=form.words.data or "", by=the_viewer())
                    jobs.end_called_off.later()
            except DomainError as refusal:
                form.say(refusal)
                status = refusal.status
            else:
                return done(url_for(".event", slug=slug), _("Called off. Everybody hears of it."))
    figures = queries.figures(event)
    return page(CALL_OFF, block="call_off", status=status, event=event, figures=figures, form=form)


def _context(event: Event, form: LetterForm | None = None) -> dict[str, Any]:
    kinds = queries.kinds_of(event.id)
    blank = LetterForm(formdata=None, attempt=new_id()).offer(kinds)
    return {
        "event": event,
        "form": form or blank,
        "found": letters_of(event.id, request.args.get("after")),
        "shown": SHOWN,
        "kinds": {kind.id: kind.name for kind in kinds},
    }
