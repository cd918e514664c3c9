"""What is kept here about a member: shown to them on request. Facts of money stay, without the person and their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.membership.models import (
    Charge,
    Gift,
    GiftState,
    Greeting,
    MembershipEvent,
    Plan,
    RedeemBatch,
    RedeemCode,
    Ritual,
    ShownTier,
    Span,
    Standing,
    Subscription,
    Tier,
)
from portal.membership.queries.ladders import names_of
from portal.membership.services import leaving
from portal.membership.words import happened

Row = dict[str, Any]


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("membership_road.json", rows=_road(member_id))
    yield Part("membership_spans.json", rows=_spans(member_id))
    yield Part("membership_standing.json", rows=_standing(member_id))
    yield Part("membership_subscriptions.json", rows=_subscriptions(member_id))
    yield Part("membership_charges.json", rows=_charges(member_id))
    yield Part("membership_gifts.json", rows=_gifts(member_id))
    yield Part("membership_greetings.json", rows=_greetings(member_id))


def erase(member_id: str) -> None:
    """Words go: reasons, and for whom a gift was and what was said with it. What was paid and given stays as a fact under
    the anonymous member; what runs ends, gifts that wait for somebody stay good."""
    while leaving.call_off(member_id):
        pass
    leaving.end_all(member_id)
    changed_rows(sa.update(Span).where(Span.by_id == member_id).values(by_id=None))
    changed_rows(sa.update(Gift).where(Gift.buyer_id == member_id).values(recipient_name="", message=""))
    changed_rows(sa.delete(Greeting).where(Greeting.member_id == member_id))
    changed_rows(sa.delete(Standing).where(Standing.member_id == member_id))
    changed_rows(sa.delete(ShownTier).where(ShownTier.member_id == member_id))
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset(
        model.__tablename__
        for model in (
            Gift,
            Greeting,
            MembershipEvent,
            RedeemBatch,
            RedeemCode,
            ShownTier,
            Span,
            Standing,
            Subscription,
        )
    ),
    export=export,
    erase=erase,
    erase_some=leaving.call_off,
)


def _road(member_id: str) -> Iterator[Row]:
    names = names_of()
    mine = sa.select(MembershipEvent).where(MembershipEvent.member_id == member_id)
    for event in db.session.scalars(mine.order_by(MembershipEvent.at, MembershipEvent.id).limit(10_000)):
        yield {"at": event.at.isoformat(), "what": happened(event.what, event.facts, names)}


def _spans(member_id: str) -> Iterator[Row]:
    mine = sa.select(Span, Tier).join(Tier, Tier.id == Span.tier_id).where(Span.member_id == member_id)
    for span, tier in db.session.execute(mine.order_by(Span.starts_at, Span.id)):
        yield {
            "tier": tier.name,
            "kind": span.kind.value,
            "from": span.starts_at.isoformat(),
            "until": span.ends_at.isoformat(),
            "reason": span.reason,
        }


def _standing(member_id: str) -> Iterator[Row]:
    mine = sa.select(Standing, Tier).join(Tier, Tier.id == Standing.tier_id)
    for standing, tier in db.session.execute(mine.where(Standing.member_id == member_id)):
        yield {
            "tier": tier.name,
            "since": standing.since.isoformat(),
            "until": standing.valid_until.isoformat(),
            "stitches": standing.stitches,
        }


def _subscriptions(member_id: str) -> Iterator[Row]:
    mine = sa.select(Subscription).where(Subscription.member_id == member_id)
    for one in db.session.scalars(mine.order_by(Subscription.created_at, Subscription.id)):
        yield {
            "asked_at": one.created_at.isoformat(),
            "state": one.state.value,
            "until": one.period_end.isoformat() if one.period_end else None,
            "why_cancelled": one.reason,
        }


def _charges(member_id: str) -> Iterator[Row]:
    mine = sa.select(Charge).join(Subscription, Subscription.id == Charge.subscription_id)
    mine = mine.where(Subscription.member_id == member_id).order_by(Charge.created_at, Charge.id)
    for charge in db.session.scalars(mine):
        yield {
            "at": charge.created_at.isoformat(),
            "for": charge.kind.value,
            "price": charge.price,
            "set_off": charge.credit,
            "paid_back": charge.returned,
            "currency": charge.currency,
            "state": charge.state.value,
        }


def _gifts(member_id: str) -> Iterator[Row]:
    mine = sa.select(Gift, Plan).join(Plan, Plan.id == Gift.plan_id)
    mine = mine.where(sa.or_(Gift.buyer_id == member_id, Gift.redeemer_id == member_id))
    for gift, _plan in db.session.execute(mine.order_by(Gift.created_at, Gift.id)):
        given = gift.buyer_id == member_id
        yield {
            "at": gift.created_at.isoformat(),
            "given_by_me": given,
            "months": gift.months,
            "for": gift.recipient_name if given else "",
            "message": gift.message,
            "state": GiftState(gift.state).value,
        }


def _greetings(member_id: str) -> Iterator[Row]:
    mine = sa.select(Greeting, Ritual).join(Ritual, Ritual.id == Greeting.ritual_id)
    mine = mine.where(Greeting.member_id == member_id)
    for greeting, ritual in db.session.execute(mine.order_by(Greeting.at, Greeting.id)):
        yield {
            "at": greeting.at.isoformat(),
            "day": ritual.name or ritual.kind.value,
            "turn": greeting.turn,
            "points": greeting.points,
            "coupon": greeting.coupon_id,
        }
