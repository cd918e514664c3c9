"""The list of orders, and one of them."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff
from portal.core.audit import entries_of
from portal.core.web import page
from portal.orders import queries
from portal.orders.console.blueprint import bp, note_contacts_seen
from portal.orders.queries import Show
from portal.orders.words import KINDS, SHOWS, STATES

LONGEST_QUERY = 100


@bp.get("")
@staff(Permission.MANAGE_ORDERS)
def orders() -> Response:
    """Newest first, by what counts, or what somebody looks for."""
    wanted = request.args.get("show", "")
    show = Show(wanted) if wanted in list(Show) else Show.ALL
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    found = queries.newest_orders(show, query, cursor=request.args.get("after"))
    return page(
        "orders/console/orders.html",
        block="order_page" if request.args.get("after") else "orders",
        orders=found.items,
        next_cursor=found.next_cursor,
        show=show,
        shows=SHOWS,
        query=query,
        kinds=KINDS,
        states=STATES,
        disputes=queries.count_disputes(),
    )


@bp.get("/<order_id>")
@staff(Permission.MANAGE_ORDERS)
def order(order_id: str) -> Response:
    """Lines, refunds, and whose it is."""
    found = queries.get_order(order_id)
    person = queries.get_person(found.customer_id) if found.customer_id else None
    note_contacts_seen(person)
    return page(
        "orders/console/order.html",
        order=found,
        lines=queries.lines_of([found.id])[found.id],
        refunds=queries.refunds_of(found.id),
        person=person,
        history=entries_of("order", found.id),
        kinds=KINDS,
        states=STATES,
    )
