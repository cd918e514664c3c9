"""What trials do when a parcel of theirs moves. In the transaction of whoever says so, who holds the parcel."""

from __future__ import annotations

from portal.core.db import db
from portal.deliveries.models import Delivery
from portal.deliveries.signals import (
    DeliveryChanged,
    delivery_ready,
    delivery_received,
    delivery_shipped,
    delivery_stopped,
)
from portal.trials.rules.kinds import TESTER
from portal.trials.services import parcels


@delivery_ready.connect
def address_is_there(event: DeliveryChanged) -> None:
    if event.owner_kind == TESTER:
        parcels.ready(event.owner_id)


@delivery_shipped.connect
def it_left(event: DeliveryChanged) -> None:
    if event.owner_kind == TESTER:
        parcels.sent(event.owner_id)


@delivery_received.connect
def begin(event: DeliveryChanged) -> None:
    """The clock of the report starts when it arrived, whoever said so."""
    if event.owner_kind == TESTER:
        parcels.arrived(event.owner_id)


@delivery_stopped.connect
def end(event: DeliveryChanged) -> None:
    if event.owner_kind == TESTER:
        parcel = db.session.get_one(Delivery, event.delivery_id)
        parcels.stopped(event.owner_id, parcel, declined=event.declined)
