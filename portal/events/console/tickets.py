"""Seats, pools and kinds of ticket."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.brand.showing import day as shown_day
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import Deed, made_by_us, part_page, refused
from portal.events.forms.seats import CapacityForm, PoolForm, TypeForm, days_to_choose
from portal.events.models import Event, Pool, Seats, TicketType
from portal.events.queries.programme import days_of
from portal.events.queries.studio import pools_of, tree_of
from portal.events.rules.words import PoolWords, TicketWords
from portal.events.services import studio
from portal.events.services import tickets as services
from portal.membership.queries.ladders import tiers_to_choose

TREE = "events/console/tickets.html"


@bp.get("/<slug>/tickets")
@staff(Permission.MANAGE_EVENTS)
def tickets(slug: str) -> Response:
    return page(TREE, block="tree", **_tree(made_by_us(slug)))


@bp.post("/<slug>/tickets")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def set_capacity(slug: str) -> Response:
    """How many people fit into the whole event."""
    event, form, status = made_by_us(slug), CapacityForm(), 422
    if form.validate_on_submit():
        seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
        try:
            with transaction():
                services.set_capacity(event, form.people.data or 0, seen=seen, by=the_viewer())
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            form.seen.raw_data, form.seen.data = None, str(_seats(event.id).capacity)
            status = refusal.status
        else:
            return _answer(slug, _("Saved."))
    return page(TREE, block="tree", status=status, **_tree(event, form))


# ------------------------------------------------------------------ pools


@bp.get("/<slug>/tickets/pools/new")
@staff(Permission.MANAGE_EVENTS)
def new_pool(slug: str) -> Response:
    return _pool_page(made_by_us(slug), None, PoolForm(formdata=None))


@bp.post("/<slug>/tickets/pools/new")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def add_pool(slug: str) -> Response:
    event, form = made_by_us(slug), PoolForm()
    if status := refused(form, lambda: services.add_pool(event, form.words(), by=the_viewer())):
        return _pool_page(event, None, form, status)
    return done(url_for(".tickets", slug=slug), _("Saved. Now say which tickets stand in it."))


@bp.get("/<slug>/tickets/pools/<pool_id>")
@staff(Permission.MANAGE_EVENTS)
def pool(slug: str, pool_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(Pool, pool_id, event)
    return _pool_page(event, found, PoolForm.of(_pool_words(found)))


@bp.post("/<slug>/tickets/pools/<pool_id>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def change_pool(slug: str, pool_id: str) -> Response:
    event, form = made_by_us(slug), PoolForm()
    found = studio.find_part(Pool, pool_id, event)
    if status := refused(
        form,
        lambda: services.change_pool(
            found, form.words(), event=event, seen=form.seen.data or "", by=the_viewer()
        ),
        lambda: _pool_words(found),
    ):
        return _pool_page(event, found, form, status)
    return done(url_for(".tickets", slug=slug), _("Saved."))


@bp.post("/<slug>/tickets/pools/<pool_id>/remove")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def remove_pool(slug: str, pool_id: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        services.remove_pool(studio.find_part(Pool, pool_id, event), event=event, by=the_viewer())
    return done(url_for(".tickets", slug=slug), _("Removed."))


# ------------------------------------------------------------------ kinds of ticket


@bp.get("/<slug>/tickets/new")
@staff(Permission.MANAGE_EVENTS)
def new_type(slug: str) -> Response:
    """On sale from now until the end, unless staff say otherwise."""
    event = made_by_us(slug)
    facts = {"sale_starts_at": min(event.created_at, event.starts_at), "sale_ends_at": event.ends_at}
    return _type_page(event, None, TypeForm(formdata=None, data=facts))


@bp.post("/<slug>/tickets/new")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def add_type(slug: str) -> Response:
    event = made_by_us(slug)
    form = _offered(event, TypeForm())
    if status := refused(form, lambda: services.add_type(event, form.words(), by=the_viewer())):
        return _type_page(event, None, form, status)
    return done(url_for(".tickets", slug=slug), _("Saved."))


@bp.get("/<slug>/tickets/<ticket_type_id>")
@staff(Permission.MANAGE_EVENTS)
def ticket_type(slug: str, ticket_type_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(TicketType, ticket_type_id, event)
    return _type_page(event, found, TypeForm.of(_type_words(found), brand.current().currency))


@bp.post("/<slug>/tickets/<ticket_type_id>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def change_type(slug: str, ticket_type_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(TicketType, ticket_type_id, event)
    form = _offered(event, TypeForm())
    if status := refused(
        form,
        lambda: services.change_type(
            found, form.words(), event=event, seen=form.seen.data or "", by=the_viewer()
        ),
        lambda: _type_words(found),
    ):
        return _type_page(event, found, form, status)
    return done(url_for(".tickets", slug=slug), _("Saved."))


@bp.post("/<slug>/tickets/<ticket_type_id>/<any(close, reopen, remove, up, down):deed>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def move_type(slug: str, ticket_type_id: str, deed: str) -> Response:
    """Take it off sale or put it back, take it away, or move it in the list."""
    event, me = made_by_us(slug), the_viewer()
    said = {
        "close": _("Not on sale any more. Who has such a ticket keeps it."),
        "reopen": _("On sale again."),
        "remove": _("Removed."),
    }
    with transaction():
        found = studio.find_part(TicketType, ticket_type_id, event)
        if deed == "remove":
            services.remove_type(found, event=event, by=me)
        elif deed in ("up", "down"):
            services.move_type(found, deed, event=event, by=me)
        else:
            services.close_type(found, deed == "close", event=event, by=me)
    return _answer(slug, said.get(deed) or _("Moved."))


# ------------------------------------------------------------------ inside


def _answer(slug: str, said: str) -> Response:
    return done(
        url_for(".tickets", slug=slug),
        said,
        fragment=lambda: page(TREE, block="tree", **_tree(made_by_us(slug))),
    )


def _tree(event: Event, form: CapacityForm | None = None) -> dict[str, Any]:
    tree = tree_of(event.id)
    if form is None:
        form = CapacityForm(formdata=None, people=tree.event.capacity, seen=str(tree.event.capacity))
    return {"event": event, "here": "tickets", "tree": tree, "form": form}


def _seats(row_id: str) -> Seats:
    return db.session.get_one(Seats, row_id)


def _pool_words(found: Pool) -> PoolWords:
    return services.pool_words(found, _seats(found.id))


def _type_words(found: TicketType) -> TicketWords:
    return services.type_words(found, _seats(found.id))


def _pool_page(event: Event, found: Pool | None, form: PoolForm, status: int = 200) -> Response:
    deeds = []
    if found is not None:
        url = url_for(".remove_pool", slug=event.slug, pool_id=found.id)
        words = _("Only a pool without tickets, in which nobody ever signed up or waited, can go.")
        deeds = [Deed(_("Remove this pool"), url, "trash-2", words)]
    title = found.name if found else _("New pool of seats")
    seats = _seats(found.id) if found else None
    return part_page(
        event, form, here="tickets", kind="pool", title=title, status=status, deeds=deeds, seats=seats
    )


def _type_page(event: Event, found: TicketType | None, form: TypeForm, status: int = 200) -> Response:
    deeds = []
    if found is not None:
        url = url_for(".move_type", slug=event.slug, ticket_type_id=found.id, deed="remove")
        words = _("Only what nobody ever signed up or waited for can be removed. Else close it.")
        deeds = [Deed(_("Remove this ticket"), url, "trash-2", words)]
    return part_page(
        event,
        _offered(event, form),
        here="tickets",
        kind="type",
        title=found.name if found else _("New kind of ticket"),
        status=status,
        deeds=deeds,
        currency=brand.current().currency,
        seats=_seats(found.id) if found else None,
    )


def _offered(event: Event, form: TypeForm) -> TypeForm:
    if form.pool_id.choices:
        return form
    days = days_to_choose(days_of(event.id), shown_day)
    return form.offer(pools_of(event.id), days, tiers_to_choose())
