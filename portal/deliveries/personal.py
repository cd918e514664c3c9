"""What is kept here about a member: shown to them on request; afterwards only that something was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.personal import rows_of
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.rules import OVER, Address


def export(member_id: str) -> Iterator[Part]:
    mine = sa.select(Delivery).where(Delivery.member_id == member_id).order_by(Delivery.id)
    yield Part("deliveries.json", rows=rows_of(mine, _told))


def erase(member_id: str) -> None:
    """What did not arrive yet is stopped, and every address goes."""
    mine = sa.update(Delivery).where(Delivery.member_id == member_id)
    open_ones = mine.where(Delivery.state.not_in(OVER))  # what is over keeps none
    gone = {"state": DeliveryState.STOPPED, "erased_at": clock.now()}
    changed_rows(open_ones.values(name="", phone="", address="", carrier="", tracking="", **gone))
    db.session.expire_all()


PERSONAL = PersonalData(tables=frozenset({Delivery.__tablename__}), export=export, erase=erase)


def _told(row: Delivery) -> dict[str, Any]:
    return {
        "what": row.what,
        "state": row.state.value,
        "name": row.name,
        "phone": row.phone,
        "address": Address.unpacked(row.address).lines,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "asked_at": row.asked_at,
        "shipped_at": row.shipped_at,
        "received_at": row.received_at,
    }
