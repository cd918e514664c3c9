"""Events of staff: the lists, a new one, and the overview with what is missing, publishing and the next edition."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import event_state, made_by_us, one
from portal.events.forms.making import KINDS, CopyForm, NewEventForm
from portal.events.models import Event
from portal.events.queries.programme import days_of, sessions_of
from portal.events.queries.studio import LISTS, tree_of
from portal.events.rules import making as rules
from portal.events.rules.making import EventState
from portal.events.rules.shifting import next_time
from portal.events.services import copying, making

LIST, NEW, OVERVIEW = (
    "events/console/events.html",
    "events/console/new.html",
    "events/console/overview.html",
)
#: what stands so can be withdrawn or deleted while nobody has touched it (the page that asks once more looks closer)
GOES = (EventState.DRAFT, EventState.COMING, EventState.RUNNING)


@bp.get("")
@staff(Permission.MANAGE_EVENTS, Permission.RUN_DOOR)
def events() -> Response:
    """What is coming, what is being made, what was. Who only stands at doors finds no drafts here."""
    makes = the_viewer().can(Permission.MANAGE_EVENTS)
    shown = request.args.get("show", "")
    which = EventState(shown) if shown in set(LISTS) else EventState.COMING
    if which is EventState.DRAFT and not makes:
        which = EventState.COMING
    cursor = request.args.get("after")
    block = "event_page" if cursor else None
    return page(LIST, block=block, found=LISTS[which](cursor), which=which, makes=makes, kinds=KINDS)


@bp.get("/new")
@staff(Permission.MANAGE_EVENTS)
def new_event() -> Response:
    return page(NEW, form=NewEventForm(formdata=None, key=new_id()))


@bp.post("/new")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def create_event() -> Response:
    form, status = NewEventForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                slug = making.create_event(form.start(), by=the_viewer(), key=form.key.data).slug
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".event", slug=slug), _("Saved as a draft. Nobody sees it yet."))
    return page(NEW, block="event_form", status=status, form=form)


@bp.get("/<slug>")
@staff(Permission.MANAGE_EVENTS, Permission.RUN_DOOR)
def event(slug: str) -> Response:
    return page(OVERVIEW, **_context(one(slug)))


@bp.post("/<slug>/publish")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def publish(slug: str) -> Response:
    """What is missing is said in words; nothing changes then."""
    found = made_by_us(slug)
    with transaction():
        making.publish(found, by=the_viewer())
    return done(
        url_for(".event", slug=slug),
        _("Published: everybody can find it and sign up."),
        fragment=lambda: page(OVERVIEW, block="desk", **_context(made_by_us(slug))),
    )


@bp.get("/<slug>/copy")
@staff(Permission.MANAGE_EVENTS)
def copy(slug: str) -> Response:
    """The same once more: the day is proposed, a year or so later on the same weekday."""
    found, today = made_by_us(slug), brand.shop_day(clock.now())
    first = next_time(brand.shop_day(found.starts_at), today)
    form = CopyForm(formdata=None, key=new_id(), first=first)
    return page(OVERVIEW, block="copy", **_context(found, copy_form=form))


@bp.post("/<slug>/copy")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def copy_event(slug: str) -> Response:
    found, form, status = made_by_us(slug), CopyForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                made = copying.copy_event(found, form.first.data, by=the_viewer(), key=form.key.data).slug
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            return done(url_for(".event", slug=made), _("Copied as a draft: look through it in peace."))
    return page(OVERVIEW, block="copy", status=status, **_context(found, copy_form=form))


def _context(found: Event, *, copy_form: CopyForm | None = None) -> dict[str, Any]:
    """What the overview shows. Six queries."""
    tree, days, sessions = tree_of(found.id), days_of(found.id), sessions_of(found.id, cancelled=True)
    missing, makes = [], the_viewer().can(Permission.MANAGE_EVENTS)
    if not found.is_public:
        planned = [row.session for row in sessions]
        missing = rules.missing(found, days, tree.tickets, tree.rows, planned, clock.now())
    return {
        "event": found,
        "here": "event",
        "makes": makes,
        "goes": makes and event_state(found) in GOES and not tree.is_wanted,
        "kind": KINDS[found.kind],
        "must": rules.stands_in_the_way(missing),
        "advice": [row for row in missing if not row.must],
        "tree": tree,
        "days": days,
        "sessions": sessions,
        "copy_form": copy_form,
    }
