"""What the house knows of who asks for a ticket."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.access import Viewer
from portal.events.rules.sale import Standing
from portal.membership.models import Perk
from portal.membership.queries.access import tiers_and_perks


def standing_of(viewer: Viewer | None, opened: Iterable[str] = ()) -> Standing:
    """Tiers and perks of a member, nothing of a visitor; ``opened`` are hidden ticket types whose code they typed. One
    query."""
    if viewer is None:
        return Standing(opened=frozenset(opened))
    tier_ids, perks = tiers_and_perks(viewer.id)
    return Standing(
        tier_ids=tier_ids,
        early_hours=perks[Perk.EARLY_ACCESS_HOURS],
        reserve=perks[Perk.RESERVED_SEATS],
        discount_percent=perks[Perk.TICKET_DISCOUNT],
        opened=frozenset(opened),
    )
