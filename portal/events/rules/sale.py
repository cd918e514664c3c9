"""When a ticket type is on sale for somebody, for how many, and at what price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.events.models import Event, TicketType

HOLD = timedelta(minutes=15)
#: what draws of opening bells call their owner: a ticket type
BELL = "bell"


class Sale(StrEnum):
    """Where a ticket type stands for one person at a moment."""

    OPEN = "open"
    NOT_YET = "not_yet"
    GATHERING = "gathering"
    DRAWING = "drawing"
    OVER = "over"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the house knows of who asks: tiers held, hours of early access, seats reserved, discount, opened ticket types."""

    tier_ids: frozenset[str] = frozenset()
    early_hours: int = 0
    reserve: int = 0
    discount_percent: int = 0
    opened: frozenset[str] = frozenset()


def opens_for(ticket_type: TicketType, standing: Standing) -> datetime:
    """The first moment at which this person may sign up: earlier with early access; after the draw, where a bell rings."""
    if ticket_type.bell_closes_at is not None:
        return max(ticket_type.sale_starts_at, ticket_type.bell_closes_at)
    return ticket_type.sale_starts_at - timedelta(hours=standing.early_hours)


def sale_of(event: Event, ticket_type: TicketType, standing: Standing, now: datetime) -> Sale:
    """Whether this person may sign up now, and if not, why."""
    if ticket_type.hidden and ticket_type.id not in standing.opened:
        return Sale.HIDDEN
    if event.published_at is None or event.cancelled_at or ticket_type.closed_at:
        return Sale.CLOSED
    if ticket_type.tier_id and ticket_type.tier_id not in standing.tier_ids:
        return Sale.NOT_YOURS
    if now >= min(ticket_type.sale_ends_at, event.ends_at):
        return Sale.OVER
    if ticket_type.bell_opens_at and ticket_type.bell_closes_at:
        if ticket_type.bell_opens_at <= now < ticket_type.bell_closes_at:
            return Sale.GATHERING
        if now >= ticket_type.bell_closes_at and ticket_type.bell_rang_at is None:
            return Sale.DRAWING
    return Sale.OPEN if now >= opens_for(ticket_type, standing) else Sale.NOT_YET


def sizes(ticket_type: TicketType) -> list[int]:
    """How many people may sign up together with this ticket type."""
    return list(range(ticket_type.admits, ticket_type.most_people + 1, ticket_type.admits))


def seats_for(ticket_type: TicketType, people: int, children: int) -> int:
    """How many of them take a seat that is counted."""
    return people + (children if ticket_type.children_count else 0)


def price_for(ticket_type: TicketType, people: int, standing: Standing) -> int:
    """Minor units for all of them; children pay nothing. A discount is rounded to the member's advantage."""
    full = ticket_type.price * (people // ticket_type.admits)
    return full * (100 - min(standing.discount_percent, 100)) // 100
