"""Parcels in any of their states."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, new_id
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.rules import Address

ADDRESS = Address("浙江省", "杭州市西湖区", "满觉陇路 12 号", "310007")


def delivery(member: Member, state: str = "asked", **facts: Any) -> Delivery:
    """What is sent for something of its own."""
    now, there = clock.now(), state in ("ready", "shipped", "lost")
    made = Delivery(
        **{
            "owner_kind": "contest",
            "owner_id": new_id(),
            "member_id": member.id,
            "what_zh": "云朵包",
            "what_en": "The cloud bag",
            "state": DeliveryState(state),
            "name": "王小云" if there else "",
            "phone": "+8613900001234" if there else "",
            "address": ADDRESS.packed() if there else "",
            "asked_at": now,
            "ready_at": None if state == "asked" else now,
            "shipped_at": now if state in ("shipped", "lost", "received") else None,
            "received_at": now if state == "received" else None,
            "erased_at": now if state in ("received", "stopped") else None,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made
