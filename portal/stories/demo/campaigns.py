"""The demo's campaigns: one that is over, with points, and one that runs, with a coupon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.rewards.models import CouponPool
from portal.stories import campaign_words
from portal.stories.campaign_models import CampaignWeek, Gives
from portal.stories.models import Story
from portal.stories.services import campaigns as services


@dataclass(frozen=True, slots=True)
class _Plan:
    """``began`` and ``ends`` in days from now."""

    slug: str
    hashtag: str
    zh: str
    en: str
    text_zh: str
    text_en: str
    began: int
    ends: int
    gives: Gives
    points: int = 0


PLANS = (
    _Plan(
        "a-big-day",
        "bigday",
        "大日子，带上它",
        "A big day, and it came along",
        "毕业、领证、第一天上班：那天你背的是哪一只？拿出来，讲讲那一天。",
        "A degree, a wedding, a first day at work: which one came along? Show it, and tell of the day.",
        -62,
        -35,
        Gives.POINTS,
        points=30,
    ),
    _Plan(
        "me-and-my-bag",
        "我是包包控",
        "我是包包控",
        "Me and my bags",
        "架子上的、门后的、舍不得背的：晒出你的包，讲一只给我们听。人人有份，讲得好不好都一样。",
        "On the shelf, behind the door, too dear to carry: show us your bags and tell of one. Everybody gets the same.",
        -12,
        10,
        Gives.COUPON,
    ),
)
#: of the stories told while the second one runs, so many-th carry its hashtag
EVERY = 3


def plan(now: datetime, *, by: Viewer) -> None:
    """Announce them on the day before their first one. Pools must be there."""
    pool_id = db.session.scalar(
        sa.select(CouponPool.id).order_by((CouponPool.total - CouponPool.given).desc(), CouponPool.id)
    )
    today = brand.shop_day(now)
    for each in PLANS:
        with clock.travel(now + timedelta(days=each.began - 1)):
            made = services.create_campaign(
                each.slug,
                by=by,
                hashtag=each.hashtag,
                name_zh=each.zh,
                name_en=each.en,
                text_zh=each.text_zh,
                text_en=each.text_en,
                starts_on=today + timedelta(days=each.began),
                last_day=today + timedelta(days=each.ends),
                gives=each.gives,
                points=each.points,
                pool_id=pool_id if each.gives is Gives.COUPON else None,
            )
            services.announce_campaign(made, by=by)


def tags_at(moment: datetime, now: datetime, tags: Iterable[str], place: int) -> list[str]:
    """The hashtags of a story that is told at this moment, with that of the campaign that runs for some of them."""
    running = PLANS[-1]
    runs = moment > now + timedelta(days=running.began + 1)
    return [*tags, running.hashtag] if runs and place % EVERY == 0 else list(tags)


def forget_messages(story: Story) -> None:
    """Nobody keeps months of unread messages."""
    for week_id in db.session.scalars(sa.select(CampaignWeek.id).where(CampaignWeek.story_id == story.id)):
        campaign_words.retract_took_part(week_id)
