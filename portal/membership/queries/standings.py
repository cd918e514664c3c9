"""Where a member stands: the earned tier, the way to the next one, and everything that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.membership.models import Gift, MembershipEvent, Span, Standing, Tier, TierKind
from portal.membership.rules.earning import COUNTED, counted_until
from portal.membership.words import Names, happened
from portal.rewards.queries import stitches_between


@dataclass(frozen=True, slots=True)
class Place:
    """``stitches`` of the last twelve months; ``goal`` is what the next rung asks for (None on the highest)."""

    tier: Tier
    following: Tier | None
    stitches: int
    valid_until: datetime | None
    grace_until: datetime | None

    @property
    def goal(self) -> int | None:
        return self.following.stitches if self.following else None

    @property
    def track(self) -> tuple[int, int]:
        """How many stitches of how many are sewn on the way from this rung to the next."""
        if self.following is None:
            return 10, 10
        length = max(1, self.following.stitches - self.tier.stitches)
        return max(0, min(self.stitches - self.tier.stitches, length)), length


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline, in a sentence."""

    at: datetime
    text: str


def place_of(member_id: str) -> Place:
    """The earned ladder and where this member is on it. Two queries."""
    now = clock.now()
    mine = sa.and_(Standing.tier_id == Tier.id, Standing.member_id == member_id)
    rungs = sa.select(Tier, Standing).outerjoin(Standing, mine).where(Tier.kind == TierKind.EARNED)
    found = db.session.execute(rungs.order_by(Tier.position)).all()
    ladder = [tier for tier, _standing in found]
    at = next((place for place, (_tier, standing) in enumerate(found) if standing), 0)
    row = found[at][1]
    return Place(
        tier=ladder[at],
        following=ladder[at + 1] if at + 1 < len(ladder) else None,
        stitches=stitches_between(member_id, now - COUNTED, counted_until(now)),
        valid_until=row.valid_until if row and at else None,
        grace_until=row.grace_until if row and at else None,
    )


def held_spans(member_id: str) -> list[tuple[Span, Tier]]:
    """What this member has of paid tiers, now and later, grace included. One query."""
    now = clock.now()
    statement = (
        sa.select(Span, Tier)
        .join(Tier, Tier.id == Span.tier_id)
        .where(
            Span.member_id == member_id,
            sa.func.coalesce(Span.grace_until, Span.ends_at) > now,
            Span.ends_at > Span.starts_at,
        )
        .order_by(Span.starts_at, Span.id)
        .limit(60)
    )
    return [(span, tier) for span, tier in db.session.execute(statement)]


def road_of(member_id: str, names: Names, after: str | None) -> Page[Line]:
    """A member's timeline, the newest first. One query."""
    page = keyset_page(
        sa.select(MembershipEvent).where(MembershipEvent.member_id == member_id),
        (MembershipEvent.at, MembershipEvent.id),
        cursor=after,
    )
    return Page(_told(page.items, names), page.next_cursor)


def gifts_of(member_id: str, after: str | None) -> Page[Gift]:
    """What this member gave, the newest first."""
    return keyset_page(
        sa.select(Gift).where(Gift.buyer_id == member_id),
        (Gift.created_at, Gift.id),
        cursor=after,
        limit=PAGE_SIZE,
    )


def _told(events: list[MembershipEvent], names: Names) -> list[Line]:
    return [Line(event.at, happened(event.what, event.facts, names)) for event in events]
