"""The worker's part of deliveries."""

from __future__ import annotations

import logging

from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.core.jobs import periodic
from portal.deliveries import queries, services
from portal.deliveries.models import Delivery

log = logging.getLogger(__name__)
AT_ONCE = 500


@periodic(minutes=60)
def ask_if_it_came() -> None:
    """Whoever never said that it came hears some days before that it is taken so. Each in a transaction of its own."""
    for delivery_id in queries.to_ask_about(AT_ONCE):
        try:
            with transaction():
                services.ask_if_it_came(db.session.get_one(Delivery, delivery_id))
        except Exception:
            log.exception("deliveries: asking whether %s came failed", delivery_id)


@periodic(minutes=60)
def take_as_received() -> None:
    """What was sent long ago came; its address goes. Each in a transaction of its own."""
    for delivery_id in queries.arrived_by_now(AT_ONCE):
        try:
            with transaction():
                services.confirm_received(db.session.get_one(Delivery, delivery_id), by=None)
        except Conflict:
            continue  # it was stopped meanwhile, or is lost
        except Exception:
            log.exception("deliveries: taking %s as received failed", delivery_id)
