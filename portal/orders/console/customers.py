"""One customer: contacts, orders, and who else they are."""

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
from portal.orders.console.blueprint import bp
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
    block = "customer_orders" if request.args.get("after") else "customer"
    return page(TEMPLATE, block=block, **_context(person))


@bp.post("/customers/<customer_id>/merge")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def merge(customer_id: str) -> Response:
    """Two are one person. It cannot be taken back, so the form names both."""
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
        "orders": found.items,
        "next_cursor": found.next_cursor,
        "query": query,
        "alike": alike,
        "form": form,
        "kinds": KINDS,
        "states": STATES,
    }
