"""What is sent to a member: where to, and that it came."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.links import path_to
from portal.core.web import done, page
from portal.deliveries import queries, rules, services
from portal.deliveries.forms import AddressForm
from portal.deliveries.rules import Address
from portal.deliveries.showing import STATES

bp = Blueprint("deliveries", __name__)
LIST, ONE = "deliveries/mine.html", "deliveries/delivery.html"


def my_deliveries() -> str | None:
    """The way to one's own deliveries; None for who never got any. One light query."""
    me = viewer()
    return path_to("deliveries.mine") if me and queries.has_any(me.id) else None


@bp.get("/me/deliveries")
@members
def mine() -> Response:
    """Everything that was sent to me or will be."""
    cursor = request.args.get("after")
    found = queries.own(the_viewer().id, cursor)
    return page(LIST, block="deliveries" if cursor else None, deliveries=found, states=STATES)


@bp.get("/me/deliveries/<delivery_id>")
@members
def delivery(delivery_id: str) -> Response:
    """One of them; ``?change`` asks for the address anew."""
    return _private(page(ONE, **_context(delivery_id, change="change" in request.args)))


@bp.post("/me/deliveries/<delivery_id>")
@members
@WRITING
def give_address(delivery_id: str) -> Response:
    """Where it goes."""
    found, form = queries.get_own(delivery_id, the_viewer().id), AddressForm()
    if not form.validate_on_submit():
        return _refused(delivery_id, form, 422)
    try:
        with transaction():
            services.give_address(
                found, form.name.data or "", form.phone.data or "", form.address(), by=the_viewer()
            )
    except DomainError as refusal:
        form.say(refusal)
        return _refused(delivery_id, form, refusal.status)
    return _changed(delivery_id, _("Thank you. We know where to send it."))


@bp.post("/me/deliveries/<delivery_id>/received")
@members
@WRITING
def received(delivery_id: str) -> Response:
    """It came; the address is forgotten."""
    found = queries.get_own(delivery_id, the_viewer().id)
    with transaction():
        services.confirm_received(found, by=the_viewer())
    return _changed(delivery_id, _("Enjoy it! Your address is deleted here."))


@bp.post("/me/deliveries/<delivery_id>/lost")
@members
@WRITING
def lost(delivery_id: str) -> Response:
    """It never came."""
    found = queries.get_own(delivery_id, the_viewer().id)
    with transaction():
        services.say_lost(found, by=the_viewer())
    return _changed(delivery_id, _("Thank you for telling us. We look into it."))


@bp.post("/me/deliveries/<delivery_id>/decline")
@members
@WRITING
def decline(delivery_id: str) -> Response:
    """I do not want it."""
    found = queries.get_own(delivery_id, the_viewer().id)
    with transaction():
        services.decline(found, by=the_viewer())
    return _changed(delivery_id, _("Then we send nothing."))


# ------------------------------------------------------------------ inside


def _refused(delivery_id: str, form: AddressForm, status: int) -> Response:
    context = _context(delivery_id, form, change=True)
    return _private(page(ONE, block="parcel", status=status, **context))


def _changed(delivery_id: str, said: str) -> Response:
    return done(
        url_for(".delivery", delivery_id=delivery_id),
        said,
        fragment=lambda: _private(page(ONE, block="parcel", **_context(delivery_id))),
    )


def _private(response: Response) -> Response:
    """No browser keeps an address."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(delivery_id: str, form: AddressForm | None = None, *, change: bool = False) -> dict[str, Any]:
    found = queries.get_own(delivery_id, the_viewer().id)
    state = found.state.value
    return {
        "delivery": found,
        "state": state,
        "states": STATES,
        "name": rules.masked_name(found.name),
        "phone": rules.masked_phone(found.phone),
        "city": Address.unpacked(found.address).city,
        "asking": state == "asked" or (change and state in ("ready", "lost")),
        "form": form or AddressForm(formdata=None),
        "may_be_lost": rules.may_be_lost(found, clock.now()),
        "taken_as_received": rules.taken_as_received(found),
        "lost_after": rules.LOST_AFTER.days,
        "days": rules.ARRIVES_WITHIN.days,
    }
