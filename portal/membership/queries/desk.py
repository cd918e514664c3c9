"""What staff look at: members of a tier, what was given by hand, batches of codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.membership.models import (
    RedeemBatch,
    Span,
    SpanKind,
    Standing,
    State,
    Subscription,
    Tier,
    TierKind,
)
from portal.membership.queries.access import in_force


@dataclass(frozen=True, slots=True)
class Holder:
    """A member in the studio's list, with the state of the paid membership, if there is one."""

    member: Member
    state: State | None
    until: datetime | None


def members_of(tier: Tier | None, state: State | None, after: str | None) -> Page[Holder]:
    """Members of this tier now, with a subscription in this state; the newest members first. One query."""
    newest = (
        sa.select(sa.func.max(Subscription.id))
        .where(Subscription.member_id == Member.id, Subscription.state.not_in((State.PENDING, State.DROPPED)))
        .correlate(Member)
        .scalar_subquery()
    )
    key = (Member.number,)
    statement = (
        sa.select(Member, Member.number, Subscription.state, Subscription.period_end)
        .outerjoin(Subscription, Subscription.id == newest)
        .where(Member.state != MemberState.ERASED)
    )
    if tier is not None:
        statement = statement.where(Member.id.in_(holders(tier)))
    if state is not None:
        statement = statement.where(Subscription.state == state)
    elif tier is None:
        statement = statement.where(Subscription.id.is_not(None))
    page = keyset_page(statement, key, cursor=after, scalars=False)
    return Page([Holder(row.Member, row.state, row.period_end) for row in page.items], page.next_cursor)


def holders(tier: Tier) -> sa.Select[str]:
    """Ids of the members who have this tier now; on the lowest that is earned stands everybody who is on no other."""
    if tier.kind is TierKind.EARNED and tier.position == 0:
        higher = sa.select(Standing.member_id).where(Standing.tier_id != tier.id)
        return sa.select(Member.id).where(Member.state != MemberState.ERASED, Member.id.not_in(higher))
    if tier.kind is TierKind.EARNED:
        return sa.select(Standing.member_id).where(Standing.tier_id == tier.id)
    return sa.select(Span.member_id).where(Span.tier_id == tier.id, in_force(clock.now()))


@dataclass(frozen=True, slots=True)
class Given:
    """Something that the house gave by hand."""

    span: Span
    tier: Tier
    member: Member


def given_by_hand(after: str | None) -> Page[Given]:
    """The newest first. One query."""
    statement = (
        sa.select(Span, Tier, Member, Span.given_at, Span.id)
        .join(Tier, Tier.id == Span.tier_id)
        .join(Member, Member.id == Span.member_id)
        .where(Span.kind == SpanKind.COMPLIMENTARY)
    )
    page = keyset_page(statement, (Span.given_at, Span.id), cursor=after, scalars=False)
    return Page([Given(row.Span, row.Tier, row.Member) for row in page.items], page.next_cursor)


def get_given(span_id: str) -> Span:
    """What was given by hand, or NotFound."""
    span = db.session.get(Span, span_id)
    if span is None or span.kind is not SpanKind.COMPLIMENTARY:
        raise NotFound(_("There is nothing like this that was given by hand."))
    return span


def batches(after: str | None) -> Page[tuple[RedeemBatch, Tier]]:
    """The newest first. One query."""
    statement = sa.select(RedeemBatch, Tier, RedeemBatch.made_at, RedeemBatch.id).join(
        Tier, Tier.id == RedeemBatch.tier_id
    )
    page = keyset_page(statement, (RedeemBatch.made_at, RedeemBatch.id), cursor=after, scalars=False)
    return Page([(row.RedeemBatch, row.Tier) for row in page.items], page.next_cursor)


def get_batch(batch_id: str) -> RedeemBatch:
    """The batch, or NotFound."""
    batch = db.session.get(RedeemBatch, batch_id)
    if batch is None:
        raise NotFound(_("There are no such codes."))
    return batch


def member_with_number(number: int) -> Member | None:
    """Whose card it is; nobody's once they left for good."""
    mine = sa.select(Member).where(Member.number == number, Member.state != MemberState.ERASED)
    return db.session.scalar(mine)
