"""Parcels, for those who pack them: what waits, one of them, the list to take along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, request, stream_with_context, url_for
from flask import Response as Streamed
from werkzeug.wrappers import Response

from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.access import Permission, Viewer, staff, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import DomainError
from portal.core.i18n import _, in_language, language, ngettext
from portal.core.limits import WRITING
from portal.core.sheets import csv_pieces
from portal.core.web import done, page
from portal.deliveries import queries, services
from portal.deliveries.forms import ShipForm
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.rules import Address
from portal.deliveries.showing import LISTS, STATES

bp = Blueprint("deliveries_console", __name__, url_prefix="/console/deliveries")
#: parcels of a list that one press marks as sent
AT_ONCE = 200
LIST, ONE = "deliveries/console/deliveries.html", "deliveries/console/delivery.html"


@bp.get("")
@staff(Permission.SHIP)
def deliveries() -> Response:
    """What is to be sent first; ``show`` names another list. No address stands here."""
    show, cursor = request.args.get("show", "ready"), request.args.get("after")
    return _list(show if show in LISTS else "ready", cursor, block="delivery_page" if cursor else None)


@bp.post("/list.csv")
@staff(Permission.SHIP)
@WRITING
def take_list() -> Response:
    """Everything that waits to be sent, as a table. Audited before the first row leaves the house."""
    with transaction():
        moment = services.take_list(by=the_viewer())
    answer = Streamed(stream_with_context(_table(language(), moment)), mimetype="text/csv")
    day = shop_day(clock.now()).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="parcels-{day}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/list-sent")
@staff(Permission.SHIP)
@WRITING
def list_sent() -> Response:
    """What stands on the list left the house, each in a transaction of its own; of very many the first ones."""
    me = the_viewer()
    sent = sum(_ship_listed(delivery_id, me) for delivery_id in queries.next_on_list(AT_ONCE))
    said = (
        ngettext("%(num)s parcel is on its way.", "%(num)s parcels are on their way.", sent)
        if sent
        else _("No parcel of a list waits to be sent.")
    )
    return done(url_for(".deliveries"), said, fragment=lambda: _list("ready", None, block="parcels"))


@bp.get("/<delivery_id>")
@staff(Permission.SHIP)
def delivery(delivery_id: str) -> Response:
    """One of them. Its address is shown while it is needed, and it is written down who read it."""
    return _one(delivery_id)


@bp.post("/<delivery_id>/ship")
@staff(Permission.SHIP)
@WRITING
def ship(delivery_id: str) -> Response:
    found, form = queries.get_row(delivery_id).delivery, ShipForm()
    if not form.validate_on_submit():
        return _one(delivery_id, form, status=422)
    try:
        with transaction():
            services.ship(found, form.carrier.data or "", form.tracking.data or "", by=the_viewer())
    except DomainError as refusal:
        form.say(refusal)
        return _one(delivery_id, form, status=refusal.status)
    return _changed(delivery_id, _("It is on its way, and its member knows."))


@bp.post("/<delivery_id>/received")
@staff(Permission.SHIP)
@WRITING
def received(delivery_id: str) -> Response:
    """The courier says that it came."""
    found = queries.get_row(delivery_id).delivery
    with transaction():
        services.confirm_received(found, by=the_viewer())
    return _changed(delivery_id, _("It arrived. The address is deleted."))


@bp.post("/<delivery_id>/stop")
@staff(Permission.SHIP)
@WRITING
def stop(delivery_id: str) -> Response:
    """It is not sent (any more)."""
    found = queries.get_row(delivery_id).delivery
    with transaction():
        services.stop(found, by=the_viewer())
    return _changed(delivery_id, _("It is not sent. The address is deleted."))


# ------------------------------------------------------------------ inside


def _changed(delivery_id: str, said: str) -> Response:
    url = url_for(".delivery", delivery_id=delivery_id)
    return done(url, said, fragment=lambda: _one(delivery_id))


def _list(show: str, cursor: str | None, *, block: str | None) -> Response:
    number, taken_at = queries.on_list()
    return page(
        LIST,
        block=block,
        show=show,
        lists=LISTS,
        states=STATES,
        counts=queries.counts(),
        deliveries=queries.listed(show, cursor),
        on_list=number,
        taken_at=taken_at,
    )


def _ship_listed(delivery_id: str, me: Viewer) -> bool:
    with transaction():
        return services.ship_listed(db.session.get_one(Delivery, delivery_id), by=me)


def _one(delivery_id: str, form: ShipForm | None = None, *, status: int = 200) -> Response:
    """Whatever led here: whoever is shown an address is written down first."""
    row = queries.get_row(delivery_id)
    if row.delivery.address:
        with transaction():
            services.note_address_seen(row.delivery, by=the_viewer())
        row = queries.get_row(delivery_id)
    answer = page(
        ONE,
        block="parcel",
        status=status,
        delivery=row.delivery,
        member=row.member,
        state=row.delivery.state.value,
        states=STATES,
        address=Address.unpacked(row.delivery.address),
        form=form or ShipForm(formdata=None),
        may_stop=row.delivery.state not in (DeliveryState.RECEIVED, DeliveryState.STOPPED),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(tongue: str, listed_at: datetime) -> Iterator[bytes]:
    with in_language(tongue):
        head = [
            _("Parcel"),
            _("What"),
            _("Name"),
            _("Phone"),
            _("Province"),
            _("City"),
            _("Street"),
            _("Postcode"),
        ]
    yield from csv_pieces(head, (_row(one) for one in queries.to_ship(listed_at)))


def _row(one: Delivery) -> list[Any]:
    address = Address.unpacked(one.address)
    return [
        one.id,
        one.what_zh or one.what_en,
        one.name,
        one.phone,
        address.region,
        address.city,
        address.street,
        address.postcode,
    ]
