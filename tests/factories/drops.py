"""Drops, what comes in them, and who wants to be reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db, new_id
from portal.drops.models import Drop, DropItem, DropReminder
from portal.drops.queries.studio import next_slots
from tests.factories import accounts, catalog


def drop(**facts: Any) -> Drop:
    """A published drop in the next slot; ``published=False`` a draft, ``slot=2`` the third slot, ``starts_at=`` any moment."""
    slot, published = facts.pop("slot", 0), facts.pop("published", True)
    starts_at = facts.pop("starts_at", None) or next_slots()[slot]
    made = Drop(
        **{
            "slug": f"drop-{new_id()}",
            "name_zh": "初雪",
            "name_en": "First snow",
            "lead_zh": "",
            "lead_en": "Three bags in one blue.",
            "starts_at": starts_at,
            "created_at": clock.now() - timedelta(days=40),
            "published_at": clock.now() - timedelta(days=30) if published else None,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def drop_item(drop: Drop, product: Product | None = None, **facts: Any) -> DropItem:
    """One thing in it, at 328.00 and for members at 298.00."""
    made = DropItem(
        **{
            "drop_id": drop.id,
            "product_id": (product or catalog.product()).id,
            "price": 32800,
            "member_price": 29800,
            "currency": "CNY",
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def drop_reminder(drop: Drop, member: Member | None = None, **facts: Any) -> DropReminder:
    """Somebody wants to be told."""
    member = member or accounts.member()
    made = DropReminder(
        **{"drop_id": drop.id, "member_id": member.id, "asked_at": clock.now() - timedelta(days=1)} | facts
    )
    db.session.add(made)
    db.session.flush()
    return made
