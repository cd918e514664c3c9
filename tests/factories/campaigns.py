"""Campaigns for tests, made and announced by the services."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from itertools import count
from typing import Any

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import scoped_write, transaction
from portal.stories.campaign_models import Campaign, Gives
from portal.stories.services import campaigns as services

_numbers = count(1)


def campaign(
    *,
    hashtag: str = "#我是包包控👜#",
    starts_on: date | None = None,
    days: int = 14,
    points: int = 0,
    pool: Any = None,
    announced: bool = True,
    **facts: Any,
) -> Campaign:
    """A campaign that begins today (shop time); with points or a pool it gives those. ``announced=False``: a draft.

    It is announced in the first moment of its first day when that lies behind.
    """
    from tests.factories.accounts import staff

    zone = brand.current().time_zone
    first = starts_on or brand.shop_day(clock.now())
    with nullcontext() if scoped_write() else transaction():
        by = viewer_of(facts.pop("by", None) or staff("manager").id)
        words: dict[str, Any] = {
            "hashtag": hashtag,
            "name_zh": "我是包包控",
            "name_en": "Me and my bag",
            "text_zh": "晒出你的包，讲讲它的故事。",
            "text_en": "Show us your bag and tell its story.",
            "starts_on": first,
            "last_day": first + timedelta(days=days - 1),
            "gives": Gives.POINTS if points else Gives.COUPON if pool else Gives.NOTHING,
            "points": points,
            "pool_id": pool.id if pool else None,
        }
        slug = facts.pop("slug", f"campaign-{next(_numbers)}")
        begin = min(clock.now(), clock.day_start(first, zone))
        with clock.travel(begin):
            made = services.create_campaign(slug, by=by, **words | facts)
            if announced:
                services.announce_campaign(made, by=by)
    return made
