"""What the house knows of who asks for a ticket."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.access import Viewer
from portal.core.db import db
from portal.events.rules.sale import Standing
from portal.membership.models import Perk
from portal.membership.queries.access import perks_of, tiers_held


def standing_of(viewer: Viewer | None, opened: Iterable[str] = ()) -> Standing:
    """Tiers and perks of a member, nothing of a visitor; ``opened`` are hidden ticket types whose code they typed. Two
    queries."""
    if viewer is None:
        return Standing(opened=frozenset(opened))
    perks = perks_of(viewer.id)
    return Standing(
        tier_ids=frozenset(db.session.scalars(tiers_held([viewer.id]))),
        early_hours=perks[Perk.EARLY_ACCESS_HOURS],
        reserve=perks[Perk.RESERVED_SEATS],
        discount_percent=perks[Perk.TICKET_DISCOUNT],
        opened=frozenset(opened),
    )
