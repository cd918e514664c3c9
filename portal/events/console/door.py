"""The door, on the phone of a host: scan, take back, look who is in. Works by typing and by pictures without a script."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.brand import queries as brand
from portal.brand.showing import clock_time
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import DomainError, NotFound, TooMany
from portal.core.headers import allow_camera
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.media.codes import read_code
from portal.core.media.uploads import may_carry_photos
from portal.core.web import done, go, page, wants_fragment
from portal.events.console.blueprint import bp
from portal.events.door_words import BLANK, look_of, nth_festival, said, with_gaps
from portal.events.forms.door import MOST_PEOPLE, DoorForm, FewerForm, nonce_of, read_queue, read_scan
from portal.events.models import Event, EventDay
from portal.events.queries import door as queries
from portal.events.queries.door_list import list_for_door
from portal.events.queries.programme import days_of, get_event
from portal.events.rules import door as rules
from portal.events.services import door as services

TEMPLATE = "events/console/door.html"
#: what its templates say
WORDS = {"said": said, "look_of": look_of, "nth_festival": nth_festival, "blank_said": BLANK}
#: what a door is called as long as nobody names it
FIRST_DOOR = "A"

may_carry_photos(bp, door_scan=1)


@bp.get("/<slug>/door")
@staff(Permission.RUN_DOOR)
def door(slug: str) -> Response:
    """The camera, the answer to the last scan, and who is in. With ``show=now`` only the latter, for htmx."""
    event = event_with_door(slug)
    block = "now" if request.args.get("show") == "now" else None
    form = DoorForm(formdata=None, **_kept(request.args))
    made = request.args.get("scan", "")
    answer = queries.answer_to(event, queries.get_scan(event, made)) if made else None
    return allow_camera(page(TEMPLATE, block=block, **_context(event, form), answer=answer))


@bp.post("/<slug>/door")
@staff(Permission.RUN_DOOR)
@TAPPING
def door_scan(slug: str) -> Response:
    """One ticket, typed, scanned or as a picture. The same form twice is one scan."""
    event, form = event_with_door(slug), DoorForm()
    context = _context(event, form)
    try:
        text = _code_of(form) if form.validate_on_submit() else None
        if text is not None:
            with transaction():
                made = services.scan(
                    event,
                    text,
                    nonce=form.nonce.data or new_id(),
                    door=form.door.data or FIRST_DOOR,
                    by=the_viewer(),
                    people=form.number,
                    session_id=form.session.data or None,
                    anyway=form.anyway.data,
                ).id
            return _answered(event, made, form)
    except DomainError as refusal:
        form.say(refusal, beside="code")
    return allow_camera(page(TEMPLATE, block="said", status=422, **context, answer=None))


@bp.get("/<slug>/door/scans")
@staff(Permission.RUN_DOOR)
def door_scans(slug: str) -> Response:
    """All that was scanned, the latest first."""
    event = event_with_door(slug)
    found = queries.scans_of(event.id, request.args.get("after"))
    block = "scan_page" if request.args.get("after") else None
    return page("events/console/scans.html", block=block, event=event, found=found, look_of=look_of)


@bp.post("/<slug>/door/scans/<scan_id>/undo")
@staff(Permission.RUN_DOOR)
@TAPPING
def door_undo(slug: str, scan_id: str) -> Response:
    """They are not in after all."""
    event = event_with_door(slug)
    one = queries.get_scan(event, scan_id)
    with transaction():
        services.undo(one, by=the_viewer())
    return done(
        url_for(".door", slug=slug, scan=scan_id),
        _("Taken back. Nobody came in by this scan."),
        fragment=lambda: _said(event, scan_id),
    )


@bp.post("/<slug>/door/scans/<scan_id>/fewer")
@staff(Permission.RUN_DOOR)
@TAPPING
def door_fewer(slug: str, scan_id: str) -> Response:
    """Only some of the party are here."""
    event = event_with_door(slug)
    one, form = queries.get_scan(event, scan_id), FewerForm()
    form.validate_on_submit()
    with transaction():
        made = services.let_in_fewer(
            one, form.people.data or 0, nonce=form.nonce.data or new_id(), by=the_viewer()
        ).id
    return done(
        url_for(".door", slug=slug, scan=made),
        _("Noted. The others can come later with the same ticket."),
        fragment=lambda: _said(event, made),
    )


@bp.get("/<slug>/door/conflicts")
@staff(Permission.RUN_DOOR)
def door_conflicts(slug: str) -> Response:
    """What doors without network let in, and the house would not have."""
    event = event_with_door(slug)
    found = queries.conflicts_of(event.id, request.args.get("after"))
    block = "conflict_page" if request.args.get("after") else None
    return page("events/console/conflicts.html", block=block, event=event, found=found, look_of=look_of)


@bp.post("/<slug>/door/conflicts/<scan_id>/settle")
@staff(Permission.RUN_DOOR)
@TAPPING
def door_settle(slug: str, scan_id: str) -> Response:
    """Somebody looked at it, and it stays; or (``undo``) it was the same people, who are counted once."""
    event = event_with_door(slug)
    one, takes_back = queries.get_scan(event, scan_id), "undo" in request.form
    with transaction():
        services.undo(one, by=the_viewer()) if takes_back else services.settle(one, by=the_viewer())
    return done(url_for(".door_conflicts", slug=slug), _("Settled."))


@bp.get("/<slug>/door/list")
@staff(Permission.RUN_DOOR)
def door_list(slug: str) -> Response:
    """What a door needs to go on without network, and a token to tell what happened meanwhile."""
    told = list_for_door(event_with_door(slug))
    for ticket in told["tickets"]:
        ticket["festival"] = nth_festival(ticket.get("festival", 0))
    response = jsonify(told | {"token": generate_csrf()})
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<slug>/door/queue")
@staff(Permission.RUN_DOOR)
@TAPPING
def door_queue(slug: str) -> Response:
    """Scans made without network, in their order. What is told again changes nothing.

    Each has an answer of its own: one that is refused holds up none behind it. 422 as soon as one was, so that a page of before
    does not take all of them for noted.
    """
    try:
        event, rows = event_with_door(slug), read_queue(request.get_data())
    except DomainError as refusal:
        return _to_script({"message": refusal.message}, refusal.status)
    answers = [_note_told(event, row) for row in rows]
    return _to_script({"scans": answers}, 422 if any("refused" in one for one in answers) else 200)


# ------------------------------------------------------------------ inside


def _note_told(event: Event, row: Any) -> dict[str, Any]:
    """What became of one scan of a queue; ``refused`` is a sentence for whoever stands there."""
    try:
        told = read_scan(row)
        with transaction():
            made = services.tell_offline(event, told, by=the_viewer())
            return {"nonce": made.nonce, "result": made.result.value, "conflict": made.conflict}
    except TooMany:  # the house is busy: no word about this scan
        raise
    except DomainError as refusal:
        return {"nonce": nonce_of(row), "refused": refusal.message}


def _to_script(facts: dict[str, Any], status: int) -> Response:
    response = jsonify(facts)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def event_with_door(slug: str) -> Event:
    """An event with a door: one that was published. Raises NotFound."""
    event = get_event(slug)
    if not event.is_public:
        raise NotFound(_("There is no event at this address."))
    return event


def _code_of(form: DoorForm) -> str | None:
    """What was typed, or what the picture says; None (and a sentence beside the field) for neither."""
    picture = request.files.get("picture")
    if form.code.data:
        return str(form.code.data)
    if picture is not None and picture.filename:
        return read_code(picture.stream, field="picture")
    form.refuse("code", _("Please type the code, or choose a picture of it."))
    return None


def _answered(event: Event, scan_id: str, form: DoorForm) -> Response:
    if wants_fragment():
        return _said(event, scan_id)
    where, session = form.door.data or FIRST_DOOR, form.session.data or None
    return go(url_for(".door", slug=event.slug, scan=scan_id, door=where, session=session, _anchor="said"))


def _said(event: Event, scan_id: str) -> Response:
    """Only the answer to one scan."""
    answer = queries.answer_to(event, queries.get_scan(event, scan_id))
    form = DoorForm(formdata=None)
    return page(TEMPLATE, block="said", event=event, answer=answer, form=form, **_around(answer.day))


def _around(day: EventDay | None) -> dict[str, Any]:
    now = clock.now()
    return WORDS | {
        "nonce": new_id(),
        "now": now,
        "may_undo": lambda scan: rules.may_undo(day, max(scan.at, scan.told_at), now),
    }


def _kept(args: Any) -> dict[str, str]:
    return {"door": args.get("door", "")[:40] or FIRST_DOOR, "session": args.get("session", "")}


def _context(event: Event, form: DoorForm) -> dict[str, Any]:
    """The page around an answer."""
    days = days_of(event.id)
    window = rules.window_at(rules.windows(days, brand.current().time_zone), clock.now())
    today = next((day for day in days if window and day.id == window.day_id), None)
    sessions = queries.sessions_today(event.id, window)
    form.people.choices = [SelectChoice("", _("All on the ticket"))]
    form.people.choices += [SelectChoice(str(one), str(one)) for one in range(1, MOST_PEOPLE + 1)]
    form.session.choices = [SelectChoice("", _("The door"))]
    form.session.choices += [
        SelectChoice(one.id, f"{clock_time(one.starts_at)} {one.name}") for one in sessions
    ]
    return {
        "event": event,
        "form": form,
        "days": days,
        "today": today,
        "counted": queries.count_inside(event, window),
        "newest": queries.scans_of(event.id, limit=queries.NEWEST).items,
        "conflicts": queries.conflicts_of(event.id, limit=3).items,
        "door_words": with_gaps,
        **_around(today),
    }
