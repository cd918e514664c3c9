"""Tiers, plans and members who paid."""

from __future__ import annotations

from itertools import count
from typing import Any

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id
from portal.membership.models import Gift, Perk, Plan, Subscription, Tier, TierKind, TierPerk
from portal.membership.services import checkout, codes, gifts, settling, subscriptions

_places = count(1)


def tier(position: int | None = None, **facts: Any) -> Tier:
    """A paid tier, above all there are. ``perks`` as a dictionary."""
    perks = facts.pop("perks", {Perk.MEMBERS_CONTENT: 1})
    place = position if position is not None else 100 + next(_places)
    values: dict[str, Any] = {
        "id": new_id(),
        "slug": f"tier-{place}",
        "kind": TierKind.PAID,
        "position": place,
        "name_zh": "暖灯会员",
        "name_en": f"Warm lamp {place}",
        "text_zh": "",
        "text_en": "",
        "thread": "rose",
        "version": 1,
    }
    made = Tier(**values | facts)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(TierPerk(tier_id=made.id, kind=kind, value=value) for kind, value in perks.items())
    return made


def plan(of: Tier | None = None, *, months: int = 12, price: int = 16800, **facts: Any) -> Plan:
    made = Plan(
        id=new_id(),
        tier_id=(of or tier()).id,
        months=months,
        price=price,
        **{"currency": "CNY", "shown": True, "created_at": clock.now()} | facts,
    )
    db.session.add(made)
    return made


def subscription(member: Any, of: Plan | None = None) -> Subscription:
    """A running one, paid just now (without a payment behind it)."""
    db.session.flush()
    charge = subscriptions.join(of or plan(), by=viewer_of(member.id))
    assert settling.settle(charge)
    return db.session.get_one(Subscription, charge.subscription_id)


def gift(buyer: Any, of: Plan | None = None, *, ready: bool = True, **facts: Any) -> Gift:
    chosen = of or plan()
    db.session.flush()
    words = {"recipient_name": "阿禾", "recipient_email": "", "message": "生日快乐"} | facts
    made = gifts.begin_gift(chosen, by=viewer_of(buyer.id), **words)
    if ready:
        gifts.ready(made)
    return made


def code(of: Tier | None = None, *, months: int = 3, by: Any = None, **facts: Any) -> str:
    """One code of a batch of its own."""
    from tests.factories.accounts import staff

    staff_member = by or staff("owner")
    chosen = of or tier()
    db.session.flush()
    values = {"name": "Post card", "months": months, "size": 1, "expires_at": None} | facts
    _batch, made = codes.make_batch(tier=chosen, by=viewer_of(staff_member.id), **values)
    return made[0]


def open_purchase(member: Any, of: Plan) -> str:
    """The id of a payment that waits for a first period."""
    charge = subscriptions.join(of, by=viewer_of(member.id))
    payment_id = checkout.pay_charge(
        charge, provider="sandbox", by=viewer_of(member.id), return_path="/me/membership"
    )
    assert payment_id is not None
    return payment_id
