"""What a member sees of their orders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import services as accounts
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid, TooMany
from portal.core.i18n import _
from portal.core.limits import TAPPING, client_address
from portal.core.web import done, page
from portal.orders import queries, services
from portal.orders.forms import ClaimForm
from portal.orders.models import ClaimState
from portal.orders.words import KINDS, STATES

bp = Blueprint("orders", __name__)

TEMPLATE = "orders/mine.html"


@bp.get("/me/orders")
@members
def mine() -> Response:
    """Everything I bought, and the way to what was bought under another contact."""
    block = "order_page" if request.args.get("after") else "my_orders"
    return page(TEMPLATE, block=block, **_context())


@bp.post("/me/orders/claim")
@members
@TAPPING
def claim() -> Response:
    """An order is mine. Guessing costs growing waits, and every try is kept."""
    form, me = ClaimForm(), the_viewer()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="my_orders", status=422, **_context(form))
    try:
        with transaction():
            accounts.take_turn(accounts.Kind.CLAIM, account=me.id, address=client_address())
        with transaction():
            state = services.claim_order(form.order_no.data or "", form.proof.data or "", by=me)
        if state is ClaimState.REFUSED:
            raise Invalid(
                _(
                    "Number and proof do not fit together. Look at the parcel or the message of the shop once more."
                )
            )
    except DomainError as refusal:
        form.refuse(None, refusal.message)
        response = page(TEMPLATE, block="my_orders", status=refusal.status, **_context(form))
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    said = (
        _("It is with your orders.")
        if state is ClaimState.BOUND
        else _("Somebody else has this order. We look at it and write to you.")
    )
    return done(url_for(".mine"), said, fragment=lambda: page(TEMPLATE, block="my_orders", **_context()))


def _context(form: ClaimForm | None = None) -> dict[str, Any]:
    me = the_viewer()
    cursor = request.args.get("after") if request.method == "GET" else None
    found = queries.orders_of(me.id, cursor=cursor)
    return {
        "orders": found.items,
        "next_cursor": found.next_cursor,
        "lines": queries.lines_of([order.id for order in found.items]),
        "waiting": queries.disputes_of(me.id),
        "form": form or ClaimForm(formdata=None),
        "kinds": KINDS,
        "states": STATES,
    }
