"""Tiers, plans and members who paid."""

from __future__ import annotations

from itertools import count
from typing import Any

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id
from portal.membership.models import (
    Comes,
    Gift,
    Greeting,
    Perk,
    Plan,
    Ritual,
    RitualKind,
    Subscription,
    Tier,
    TierKind,
    TierPerk,
)
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


def renewal(of: Subscription) -> None:
    """One more period, paid just now (without a payment behind it)."""
    charge = subscriptions.renew(of, by=viewer_of(of.member_id))
    assert settling.settle(charge)


def gift(buyer: Any, of: Plan | None = None, *, ready: bool = True, **facts: Any) -> Gift:
    chosen = of or plan()
    db.session.flush()
    words = {"recipient_name": "阿禾", "message": "生日快乐"} | facts
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


def holiday(**facts: Any) -> Ritual:
    """Mid-Autumn, for everybody, unless told otherwise."""
    usual = {
        "kind": RitualKind.HOLIDAY,
        "comes": Comes.LUNAR,
        "month": 8,
        "day": 15,
        "name_zh": "中秋",
        "name_en": "Mid-Autumn",
        "words_zh": "月圆人团圆",
        "words_en": "A round moon to all of you",
        "created_at": clock.now(),
    }
    made = Ritual(id=new_id(), **usual | facts)
    db.session.add(made)
    db.session.flush()
    return made


def greeting(member: Any, of: Ritual | None = None, **facts: Any) -> Greeting:
    """The member was greeted on a holiday."""
    ritual = of or holiday()
    names = ("name_zh", "name_en", "words_zh", "words_en")
    usual = {"turn": 2026, "at": clock.now(), "facts": {name: getattr(ritual, name) for name in names}}
    made = Greeting(id=new_id(), member_id=member.id, ritual_id=ritual.id, **usual | facts)
    db.session.add(made)
    db.session.flush()
    return made


def open_purchase(member: Any, of: Plan) -> str:
    """The id of a payment that waits for a first period."""
    charge = subscriptions.join(of, by=viewer_of(member.id))
    payment_id = checkout.pay_charge(
        charge, provider="sandbox", by=viewer_of(member.id), return_path="/me/membership"
    )
    assert payment_id is not None
    return payment_id
