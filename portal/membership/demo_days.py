"""The demo's calendar: holidays in both calendars, a birthday gift, and days that were greeted."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.birthdays import next_birthday
from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.membership.models import Comes, Ritual, RitualKind
from portal.membership.rules.days import next_yearly
from portal.membership.services import holidays, rituals
from portal.rewards.models import CouponPool

#: (calendar, month, day, Chinese, English, what is said in both, points)
HOLIDAYS = (
    (Comes.LUNAR, 1, 1, "春节", "Spring Festival", "新年好。愿你出门有风，回家有灯。", "A happy new year. Wind on your way out, a lamp on your way home.", 0),
    (Comes.LUNAR, 8, 15, "中秋", "Mid-Autumn", "月亮圆了，记得抬头看一眼。", "The moon is round tonight. Do look up.", 0),
    (Comes.SOLAR, 4, 18, "工坊的生日", "The workshop’s birthday", "这一天我们缝了第一只包。谢谢你来过。", "On this day we sewed our first bag. Thank you for coming by.", 20),
)  # fmt: skip
MOST_DAYS = 400


def load(by: Viewer, her: Member) -> None:
    """As staff keep it; and this member's last birthday and joining day, greeted as the worker does it."""
    for comes, month, day, name_zh, name_en, words_zh, words_en, points in HOLIDAYS:
        holidays.add_holiday(
            by=by,
            comes=comes,
            month=month,
            day=day,
            year=None,
            name_zh=name_zh,
            name_en=name_en,
            words_zh=words_zh,
            words_en=words_en,
            tier_id=None,
            points=points,
            pool_id=None,
        )
    pool = sa.select(CouponPool.id).where(CouponPool.name_zh == "免邮一次")
    birthday = db.session.get_one(Ritual, RitualKind.BIRTHDAY.value)
    holidays.change_gift(birthday, by=by, version=birthday.version, points=0, pool_id=db.session.scalar(pool))
    _greet_her_days(her)


def _greet_her_days(her: Member) -> None:
    today, zone = brand.shop_day(clock.now()), brand.current().time_zone
    ago = (today - clock.days(MOST_DAYS)).replace(day=1)
    joined = next_yearly(brand.shop_day(her.joined_at), ago)
    for kind, day in ((RitualKind.BIRTHDAY, next_birthday(her, ago)), (RitualKind.JOINING_DAY, joined)):
        moment = clock.wall_time(day, 9 * 60, zone) if day else None
        if moment is not None and her.joined_at < moment < clock.now():
            with clock.travel(moment):
                rituals.greet_some(kind.value)
