"""One member, for staff: who they are, what they agreed to, their life with the house, and what colleagues noted."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.consent_words import how_of, what_of
from portal.accounts.console.blueprint import bp
from portal.accounts.forms.desk import STATE_LABELS, ErasureForm, LookAfterForm, NoteForm
from portal.accounts.models import Member, MemberState, Role
from portal.accounts.queries import desk
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.services import consents, erasing
from portal.accounts.services import desk as services
from portal.brand import showing
from portal.core.access import Permission, Viewer, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.links import find_path
from portal.core.timeline import read_moment, timeline_of
from portal.core.web import done, page

TEMPLATE = "accounts/console/member.html"

Colleagues = list[tuple[Member, list[Role]]]


@bp.get("/console/members/<member_id>")
@staff(Permission.VIEW_MEMBERS)
def member(member_id: str) -> Response:
    """Whoever may see mail and phone sees them here; that they did is written down once a day."""
    me, found = the_viewer(), queries.get_member(member_id)
    contacts = me.can(Permission.VIEW_CONTACTS) and bool(found.email or found.phone)
    if contacts and not services.contacts_were_seen(found.id, by=me):
        with transaction():
            services.note_contacts_seen(member_id, by=me)
    if request.args.get("after"):
        return page(TEMPLATE, block="more_notes", **_context(found, me))
    return page(TEMPLATE, **_context(found, me))


@bp.get("/console/members/<member_id>/timeline")
@staff(Permission.VIEW_MEMBERS)
def timeline(member_id: str) -> Response:
    """A page of their life with the house; the member's page fetches it, and each page the next."""
    found = queries.get_member(member_id)
    before = read_moment(request.args.get("before"))
    told = timeline_of(found.id, before, by=the_viewer())
    more = told.next_before and url_for(".timeline", member_id=found.id, before=told.next_before.isoformat())
    return page(
        "accounts/console/timeline.html",
        block="entries",
        member=found,
        entries=told.entries,
        more_url=more,
        first=before is None,
    )


@bp.post("/console/members/<member_id>/notes")
@staff(Permission.VIEW_MEMBERS)
@WRITING
def add_note(member_id: str) -> Response:
    me, found, form = the_viewer(), queries.get_member(member_id), NoteForm()
    try:
        if form.validate_on_submit():
            with transaction():
                services.add_note(found, by=me, body=form.body.data or "")
            return _noted(member_id, me, _("Noted. Only staff read it."))
    except DomainError as refusal:
        form.say(refusal, beside="body")
    context = _context(queries.get_member(member_id), me, note_form=form)
    return page(TEMPLATE, block="notes", status=422, **context)


@bp.post("/console/members/<member_id>/notes/<note_id>/delete")
@staff(Permission.VIEW_MEMBERS)
@TAPPING
def delete_note(member_id: str, note_id: str) -> Response:
    me, note = the_viewer(), desk.get_note(member_id, note_id)
    with transaction():
        services.delete_note(note, by=me)
    return _noted(member_id, me, _("The note is gone."))


@bp.post("/console/members/<member_id>/looked-after")
@staff(Permission.VIEW_MEMBERS)
@TAPPING
def look_after(member_id: str) -> Response:
    me, found = the_viewer(), queries.get_member(member_id)
    chosen = request.form.get("staff") or None
    try:
        with transaction():
            services.look_after(found, chosen, by=me)
    except DomainError as refusal:
        form = _look_after_form(queries.staff(), chosen)
        form.say(refusal, beside="staff")
        context = _context(queries.get_member(member_id), me, look_form=form)
        return page(TEMPLATE, block="looked_after", status=refusal.status, **context)
    return done(
        url_for(".member", member_id=member_id),
        _("Saved."),
        fragment=lambda: page(TEMPLATE, block="looked_after", **_context(queries.get_member(member_id), me)),
    )


@bp.post("/console/members/<member_id>/erase")
@staff(Permission.VIEW_CONTACTS)
@TAPPING
def erase_on_request(member_id: str) -> Response:
    """They asked us otherwise than here: the same seven days, the same letter."""
    me, found, form = the_viewer(), queries.get_member(member_id), ErasureForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="leaving", status=422, **_context(found, me, erasure_form=form))
    with transaction():
        day = erasing.erase_on_request(found, erasing.Way(form.way.data), by=me)
    return done(
        url_for(".member", member_id=member_id),
        _("Erased on %(day)s, unless they change their mind.", day=showing.day(day)),
        fragment=lambda: page(TEMPLATE, block="leaving", **_context(queries.get_member(member_id), me)),
    )


def _noted(member_id: str, me: Viewer, said: str) -> Response:
    return done(
        url_for(".member", member_id=member_id, _anchor="notes"),
        said,
        fragment=lambda: page(TEMPLATE, block="notes", **_context(queries.get_member(member_id), me)),
    )


def _look_after_form(colleagues: Colleagues, chosen: str | None) -> LookAfterForm:
    form = LookAfterForm(formdata=None, data={"staff": chosen or ""})
    people = [(person.id, person.display_name) for person, _held in colleagues]
    known = {id_ for id_, _name in people}
    gone = [(chosen, _("Somebody who no longer works here"))] if chosen and chosen not in known else []
    form.staff.choices = [("", _("Nobody in particular")), *people, *gone]
    return form


def _context(
    found: Member,
    me: Viewer,
    *,
    note_form: NoteForm | None = None,
    look_form: LookAfterForm | None = None,
    erasure_form: ErasureForm | None = None,
) -> dict[str, Any]:
    """Four queries at most beside who asks and who is shown."""
    cursor = request.args.get("after") if request.method == "GET" else None
    notes = desk.notes_of(found.id, cursor=cursor)
    lines = sorted(consents.newest(found.id).values(), key=lambda line: line.at, reverse=True)
    contacts, colleagues = me.can(Permission.VIEW_CONTACTS), queries.staff()
    return {
        "member": found,
        "section": "accounts_console.members",
        "shown": queries.profile_for(me, found),
        "card": queries.card_of(found),
        "state": STATE_LABELS[found.state],
        "left": found.state is MemberState.ERASED,
        "roles": [ROLE_LABELS[role] for person, held in colleagues if person.id == found.id for role in held],
        "may_contacts": contacts,
        "contacts": (found.email, found.phone) if contacts else (None, None),
        "consents": [(line, what_of(line), how_of(line)) for line in lines],
        "notes": notes.items,
        "more_notes_url": notes.next_cursor
        and url_for(".member", member_id=found.id, after=notes.next_cursor),
        "note_form": note_form or NoteForm(formdata=None),
        "erasure_form": erasure_form or ErasureForm(formdata=None),
        "look_form": look_form or _look_after_form(colleagues, found.looked_after_by),
        "stories_url": find_path("stories.by_member", member_id=found.id),
        "report_url": find_path("moderation.report", kind="profile", target_id=found.id)
        if me.can(Permission.MODERATE) and me.id != found.id
        else None,
        "staff_url": url_for(".staff") if me.can(Permission.MANAGE_STAFF) else None,
    }
