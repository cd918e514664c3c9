"""Pools, rewards and badges for tests; points as deeds by hand."""

from __future__ import annotations

from itertools import count
from typing import Any

from portal.accounts.models import Member
from portal.core.db import new_id
from portal.rewards import services
from portal.rewards.models import Badge, BadgeRule, CouponPool, Reward

_places = count(1)


def pool(*codes: str, **facts: Any) -> CouponPool:
    """A pool with these codes; ``number=3`` makes up so many."""
    number = facts.pop("number", 0)
    words = {
        "name_zh": "免邮券",
        "name_en": "Free shipping",
        "worth_zh": "一次免运费",
        "worth_en": "Shipping once",
        "terms_zh": "线上商店可用。",
        "terms_en": "For the online shop.",
        "valid_until": None,
    }
    made = services.create_pool(by=None, **words | facts)
    every = [*codes, *(f"CODE-{next(_places):05}" for _number in range(number))]
    if every:
        services.add_codes(made, every, by=None)
    return made


def reward(*, pool: CouponPool | None = None, **facts: Any) -> Reward:
    """A reward that is shown, for 100 points, with ten codes behind it."""
    shown = facts.pop("shown", True)
    words = {
        "pool_id": (pool or globals()["pool"](number=10)).id,
        "name_zh": "免邮券",
        "name_en": "Free shipping",
        "text_zh": "下一单不付运费。",
        "text_en": "The next parcel travels free.",
        "icon": "truck",
        "cost": 100,
        "most": 0,
        "position": 0,
    }
    return services.create_reward(by=None, shown=shown, **words | facts)


def points(member: Member, amount: int = 100, **facts: Any) -> None:
    """Points that may be spent at once (or wait, with ``pending_until``)."""
    services.earn_points(member.id, amount, **{"source_kind": "test", "source_id": new_id()} | facts)


def badge(**facts: Any) -> Badge:
    """A badge given by hand; ``deeds=("check_in", 1)`` or ``years=1`` give it a rule."""
    deeds, years = facts.pop("deeds", None), facts.pop("years", None)
    rule = BadgeRule.DEEDS if deeds else BadgeRule.YEARS if years else BadgeRule.HAND
    kind, value = deeds or ("", years or 0)
    words = {
        "name_zh": "第一针",
        "name_en": "First stitch",
        "text_zh": "讲过一个故事",
        "text_en": "Told a story",
        "icon": "spool",
        "hue": 14,
        "rule": rule,
        "rule_deed": kind,
        "rule_value": value,
        "position": 0,
        "shown": True,
    }
    return services.create_badge(facts.pop("slug", f"badge-{next(_places)}"), by=None, **words | facts)


def deed(member: Member, kind: str = "check_in", **facts: Any) -> bool:
    """Something the member did."""
    return services.record_deed(member.id, kind, **{"source_kind": "test", "source_id": new_id()} | facts)
