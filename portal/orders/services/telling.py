"""What follows from orders: a deed in the ledger below, and the signals to those above. Nobody else sends them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from portal.core.db import db
from portal.orders.models import Order
from portal.orders.signals import (
    OrderChanged,
    OrderQualified,
    OwnershipChanged,
    order_changed,
    order_qualified,
    ownership_changed,
)
from portal.rewards import services as rewards

DEED = KIND = "order"


class Standing(NamedTuple):
    """Whose an order is and whether it counts; an order that is not there yet is nobody's and does not."""

    member_id: str | None = None
    qualified: bool = False


NOTHING = Standing()


def tell_order(order_id: str, before: Standing, after: Standing) -> None:
    """One order stands differently now, or came to another amount."""
    order_changed.send(
        OrderChanged(order_id, after.member_id, after.qualified, before.member_id, before.qualified)
    )
    new_to_somebody = after.member_id is not None and before.member_id != after.member_id
    if after.qualified and (not before.qualified or new_to_somebody):
        order_qualified.send(OrderQualified(order_id, after.member_id))
    _note_deed(order_id, before, after)


def _note_deed(order_id: str, before: Standing, after: Standing) -> None:
    """An order that counts is a deed of whose it is, on the day it was placed; an order that does not is none."""
    was = before.member_id if before.qualified else None
    now = after.member_id if after.qualified else None
    if was == now:
        return
    if was is not None:
        rewards.take_back_deed(DEED, KIND, order_id)
    if now is not None:
        placed_at = db.session.get_one(Order, order_id).ordered_at
        rewards.record_deed(now, DEED, source_kind=KIND, source_id=order_id, at=placed_at)


def tell_ownership(member_ids: Iterable[str | None]) -> None:
    """What these members own may be different now; None among them is nobody."""
    known = tuple(sorted({member_id for member_id in member_ids if member_id}))
    if known:
        ownership_changed.send(OwnershipChanged(known))
