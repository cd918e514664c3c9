"""One customer: contacts, orders, who else they are or are not after all, and that they ask to be forgotten."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, go, page
from portal.orders import queries, services
from portal.orders.console.blueprint import bp, note_contacts_seen
from portal.orders.console.orders import LONGEST_QUERY
from portal.orders.forms import MergeForm
from portal.orders.words import KINDS, STATES

TEMPLATE = "orders/console/customer.html"


@bp.get("/customers/<customer_id>")
@staff(Permission.MANAGE_ORDERS)
def customer(customer_id: str) -> Response:
    """A customer who was merged leads to who took over."""
    person = queries.get_person(customer_id)
    if person.customer.merged_into:
        return go(url_for(".customer", customer_id=person.customer.merged_into))
    note_contacts_seen(person)
    block = "customer_orders" if request.args.get("after") else "customer"
    return page(TEMPLATE, block=block, **_context(person))


@bp.post("/customers/<customer_id>/merge")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def merge(customer_id: str) -> Response:
    """Two are one person, until it is taken back."""
    person, form = queries.get_person(customer_id), MergeForm()
    try:
        if not form.validate_on_submit() or not form.into.data:
            raise Invalid(_("Please choose who it is."), field="into")
        other = queries.get_person(form.into.data)
        with transaction():
            kept = services.merge_customers(person.customer, other.customer, by=the_viewer())
            kept_id = kept.id
    except DomainError as refusal:
        form.say(refusal)
        return page(TEMPLATE, block="customer", status=refusal.status, **_context(person, form))
    return done(
        url_for(".customer", customer_id=kept_id),
        _("They are one customer now."),
    )


@bp.post("/customers/merges/<merge_id>/part")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def part(merge_id: str) -> Response:
    """They are two after all."""
    done_once = queries.get_merge(merge_id)
    with transaction():
        parted_id = services.part_customers(done_once, by=the_viewer()).id
    return done(
        url_for(".customer", customer_id=parted_id),
        _("They are two customers again. This is the one who was put away."),
    )


@bp.post("/customers/<customer_id>/forget")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def forget(customer_id: str) -> Response:
    """A guest asked to be erased: the facts of the orders stay, the person goes."""
    person = queries.get_person(customer_id)
    with transaction():
        services.forget_guest(person.customer, by=the_viewer())
    return done(
        url_for(".customer", customer_id=customer_id),
        _("Forgotten. Name, phone and address are gone and do not come back with an old file."),
    )


def _context(person: queries.Person, form: MergeForm | None = None) -> dict[str, Any]:
    customer = person.customer
    query = request.values.get("q", "").strip()[:LONGEST_QUERY]
    alike = queries.find_people(query, besides=customer.id)
    form = form or MergeForm(formdata=None)
    form.into.choices = [SelectChoice(other.customer.id, other.customer.id) for other in alike]
    found = queries.orders_of_customer(customer.id, cursor=request.args.get("after"))
    return {
        "person": person,
        "contacts": queries.contacts_of(customer.id),
        "merges": queries.merges_into(customer.id),
        "named": bool(customer.name) or any(order.name for order in found.items),
        "orders": found.items,
        "next_cursor": found.next_cursor,
        "query": query,
        "alike": alike,
        "form": form,
        "kinds": KINDS,
        "states": STATES,
    }
