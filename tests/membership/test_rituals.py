"""Days are greeted once, on the day of the shop, through the contact budget; what is given with them is given once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Calendar, Member, MemberState
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.models import Comes, Greeting, Perk, Ritual
from portal.membership.services import holidays
from portal.notifications.models import Touch
from portal.notifications.services import due_touches, release
from portal.orders.models import OrderStatus
from portal.orders.services import save_orders
from portal.rewards.models import Coupon, CouponPool, PointLot
from tests.factories.orders import told
from tests.make import Make

#: shop time, in Shanghai, where the house stands
NOON, MIDNIGHT = 12 * 60, 1


def at(day: date, minute: int = NOON) -> datetime:
    return clock.wall_time(day, minute, "Asia/Shanghai")


def greet_on(day: date, minute: int = NOON) -> None:
    with clock.travel(at(day, minute)):
        jobs.greet()


def walk(start: date, end: date) -> dict[date, list[tuple[str, int]]]:
    """Let the worker run each day; who was newly greeted, by day, as (ritual, turn)."""
    found, day = {}, start
    while day < end:
        before = set(db.session.scalars(sa.select(Greeting.id)))
        greet_on(day)
        rows = [row for row in db.session.scalars(sa.select(Greeting)) if row.id not in before]
        if rows:
            found[day] = sorted((row.ritual_id, row.turn) for row in rows)
        day += timedelta(days=1)
    return found


def born(make: Make, month: int, day: int, **facts: Any) -> Member:
    """Joined today, so that no joining day comes in between."""
    member = make.member(birth_month=month, birth_day=day, joined_at=at(date(2026, 12, 31)), **facts)
    db.session.flush()
    return member


def set_ritual(ritual_id: str, **facts: Any) -> None:
    with transaction():
        for name, value in facts.items():
            setattr(db.session.get_one(Ritual, ritual_id), name, value)


def only(ritual_id: str) -> None:
    """Of a member's own days no other is greeted: two years take their time."""
    for other in {"birthday", "joining_day", "product_day"} - {ritual_id}:
        set_ritual(other, active=False)


def touches() -> list[Touch]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Touch).order_by(Touch.kind, Touch.member_id)))


def holiday(by: Member, day: date, **facts: Any) -> Ritual:
    usual = {
        "comes": Comes.SOLAR,
        "month": day.month,
        "day": day.day,
        "year": None,
        "name_zh": "中秋",
        "name_en": "Mid-Autumn",
        "words_zh": "月圆人团圆",
        "words_en": "A round moon to all of you",
        "tier_id": None,
        "points": 0,
        "pool_id": None,
    }
    with transaction():
        return holidays.add_holiday(by=viewer_of(by.id), **usual | facts)


# ------------------------------------------------------------------ joining days


@pytest.mark.parametrize(
    ("joined", "now", "greeted"),
    [
        ("2024-05-06T20:00", "2026-05-07T03:00", 1),  # the 7th in Shanghai on both
        ("2024-05-06T20:00", "2026-05-06T10:00", 0),
        ("2026-05-07T01:00", "2026-05-07T03:00", 0),  # joined today
        ("2024-02-29T03:00", "2026-02-28T03:00", 1),
        ("2024-02-29T03:00", "2028-02-28T03:00", 0),
        ("2024-02-29T03:00", "2028-02-29T03:00", 1),
    ],
)
def test_joining_days(app: Flask, make: Make, joined: str, now: str, greeted: int) -> None:
    make.member(joined_at=datetime.fromisoformat(joined).replace(tzinfo=UTC))
    for _twice in range(2):
        with clock.travel(datetime.fromisoformat(now).replace(tzinfo=UTC)):
            jobs.greet()
        assert len(touches()) == greeted


# ------------------------------------------------------------------ birthdays


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("birthday", "days"),
    [
        ({"month": 2, "day": 29}, [(date(2027, 2, 28), 2027), (date(2028, 2, 29), 2028)]),
        # the 15th of the eighth lunar month, Mid-Autumn
        (
            {"month": 8, "day": 15, "birth_calendar": Calendar.LUNAR},
            [(date(2027, 9, 15), 2027), (date(2028, 10, 3), 2028)],
        ),
        # 2028 has a leap fifth month; 2027 has none, and keeps it in the plain one
        (
            {"month": 5, "day": 1, "birth_calendar": Calendar.LUNAR, "birth_leap": True},
            [(date(2027, 6, 5), 2027), (date(2028, 6, 23), 2028)],
        ),
        # the last month of a lunar year lies in the next solar one: 2027 sees none of it twice
        (
            {"month": 12, "day": 30, "birth_calendar": Calendar.LUNAR},
            [(date(2027, 2, 5), 2026), (date(2028, 1, 25), 2027)],
        ),
    ],
)
def test_two_years_of_a_birthday(
    app: Flask, make: Make, birthday: dict[str, Any], days: list[tuple[date, int]]
) -> None:
    facts = dict(birthday)
    born(make, facts.pop("month"), facts.pop("day"), **facts)
    only("birthday")
    found = walk(date(2027, 1, 1), date(2029, 1, 1))
    assert found == {day: [("birthday", turn)] for day, turn in days}


def test_the_day_is_the_shops(app: Flask, make: Make) -> None:
    born(make, 5, 7)
    greet_on(date(2027, 5, 6), 24 * 60 - 1)
    assert touches() == []
    greet_on(date(2027, 5, 7), MIDNIGHT)
    assert [touch.kind for touch in touches()] == ["membership.birthday"]


@pytest.mark.one_database
def test_an_edited_birthday_is_greeted_once_a_year(app: Flask, make: Make) -> None:
    member = born(make, 1, 10)
    only("birthday")
    greet_on(date(2027, 1, 10))
    for month, day, calendar in ((1, 11, Calendar.SOLAR), (12, 26, Calendar.SOLAR), (11, 30, Calendar.LUNAR)):
        with transaction():
            found = db.session.get_one(Member, member.id)
            found.birth_month, found.birth_day, found.birth_calendar = month, day, calendar
        assert walk(date(2027, 1, 11), date(2027, 12, 27)) == {}
    assert len(touches()) == 1


@pytest.mark.parametrize(
    "gone",
    [
        {"state": MemberState.SUSPENDED},
        {"erase_after": datetime(2027, 5, 20, tzinfo=UTC)},
        {
            "state": MemberState.ERASED,
            "email": None,
            "phone": None,
            "erased_at": datetime(2027, 1, 1, tzinfo=UTC),
        },
        {"birth_month": None, "birth_day": None},
    ],
    ids=["suspended", "leaving", "erased", "untold"],
)
def test_who_is_never_greeted(app: Flask, make: Make, gone: dict[str, Any]) -> None:
    member = born(make, 5, 7)
    holiday(make.staff("owner", joined_at=at(date(2027, 5, 7))), date(2027, 5, 7), points=5)
    with transaction():
        for name, value in gone.items():
            setattr(db.session.get_one(Member, member.id), name, value)
    greet_on(date(2027, 5, 7))
    kinds = {"membership.holiday"} if gone.get("birth_month", 1) is None else set()
    assert {touch.kind for touch in touches()} == kinds


# ------------------------------------------------------------------ gifts


def test_the_birthday_gift_goes_with_the_perk_and_the_words_to_everybody(app: Flask, make: Make) -> None:
    lucky, other = born(make, 5, 7), born(make, 5, 7)
    make.subscription(lucky, make.plan(make.tier(perks={Perk.BIRTHDAY_GIFT: 1})))
    set_ritual("birthday", points=50)
    for _twice in range(2):
        greet_on(date(2027, 5, 7))
    lots = db.session.execute(
        sa.select(PointLot.member_id, PointLot.amount).where(PointLot.source_kind == "ritual")
    )
    assert [tuple(row) for row in lots] == [(lucky.id, 50)]
    told_of = {touch.member_id: touch.facts.get("gift") for touch in touches()}
    assert told_of == {lucky.id: {"points": 50}, other.id: None}


def test_an_empty_pool_promises_nothing(app: Flask, make: Make) -> None:
    people = [make.member(joined_at=at(date(2026, 12, 1))) for _ in range(3)]
    pool = make.pool("ONE-1", "TWO-2")
    staff = make.staff("owner", joined_at=at(date(2027, 5, 7)))
    holiday(staff, date(2027, 5, 7), pool_id=pool.id)
    greet_on(date(2027, 5, 7))
    given = {
        row.member_id for row in db.session.scalars(sa.select(Coupon).where(Coupon.member_id.is_not(None)))
    }
    missed = {row.member_id for row in db.session.scalars(sa.select(Greeting).where(Greeting.missed))}
    assert len(given) == 2 and given | missed == {person.id for person in people}
    assert {touch.member_id for touch in touches() if "gift" in touch.facts} == given
    assert len(touches()) == 3
    assert db.session.get_one(CouponPool, pool.id).given == 2


def test_what_is_given_does_not_hang_on_the_message(app: Flask, make: Make) -> None:
    """No room in the budget, or the kind switched off: the points are there, the words wait or are dropped."""
    member = make.member(joined_at=at(date(2026, 12, 1)))
    staff = make.staff("owner", joined_at=at(date(2027, 5, 7)))
    for number in range(brand.current().contact_budget + 1):
        holiday(staff, date(2027, 5, 7), name_en=f"Day {number}", points=10)
    with clock.travel(at(date(2027, 5, 7))):
        jobs.greet()
        for share in due_touches(100):
            with transaction():
                for touch_id in share:
                    release(touch_id)
    states = sorted(touch.state.value for touch in touches())
    assert states == ["made"] * brand.current().contact_budget + ["waiting"]
    lots = sa.select(sa.func.count()).where(PointLot.member_id == member.id, PointLot.source_kind == "ritual")
    assert db.session.scalar(lots) == brand.current().contact_budget + 1


# ------------------------------------------------------------------ holidays


@pytest.mark.one_database
def test_two_years_of_holidays(app: Flask, make: Make) -> None:
    make.member(joined_at=at(date(2026, 12, 1)))
    only("")
    staff = make.staff("owner", joined_at=at(date(2026, 12, 1)), state=MemberState.SUSPENDED)
    with clock.travel(at(date(2026, 12, 2))):
        eve = holiday(staff, date(2027, 12, 30), comes=Comes.LUNAR, name_en="New Year’s Eve")
        first = holiday(staff, date(2027, 1, 1), comes=Comes.LUNAR, name_en="Spring Festival")
        leap = holiday(staff, date(2028, 2, 29), name_en="Leap day")
        once = holiday(staff, date(2028, 3, 3), comes=Comes.ONCE, year=2028, name_en="Ten years")
    assert walk(date(2026, 12, 31), date(2029, 1, 1)) == {
        date(2027, 2, 5): [(eve.id, 2026)],
        date(2027, 2, 6): [(first.id, 2027)],
        date(2027, 2, 28): [(leap.id, 2027)],
        date(2028, 1, 25): [(eve.id, 2027)],
        date(2028, 1, 26): [(first.id, 2028)],
        date(2028, 2, 29): [(leap.id, 2028)],
        date(2028, 3, 3): [(once.id, 2028)],
    }


def test_a_killed_worker_goes_on_where_it_was(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.membership.services.rituals.AT_ONCE", 2)
    people = [make.member(joined_at=at(date(2026, 12, 1))) for _ in range(7)]
    holiday(make.staff("owner", joined_at=at(date(2027, 5, 7))), date(2027, 5, 7))
    from portal.membership.services import rituals

    really, calls = rituals.greet_some, []

    def killed(ritual_id: str) -> int:
        calls.append(ritual_id)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return really(ritual_id)

    monkeypatch.setattr(rituals, "greet_some", killed)
    with pytest.raises(KeyboardInterrupt):
        greet_on(date(2027, 5, 7))
    assert 0 < len(touches()) < 7
    greet_on(date(2027, 5, 7))
    assert [touch.member_id for touch in touches()] == sorted(person.id for person in people)


def test_a_holiday_for_one_tier(app: Flask, make: Make) -> None:
    tier = make.tier()
    member = make.member(joined_at=at(date(2026, 12, 1)))
    make.member(joined_at=at(date(2026, 12, 1)))
    day = brand.shop_day(clock.now()) + timedelta(days=3)
    make.subscription(member, make.plan(tier))
    with transaction():
        db.session.get_one(Member, member.id).joined_at = clock.now() - timedelta(days=2)
    holiday(make.staff("owner"), day, tier_id=tier.id)
    greet_on(day)
    assert [touch.member_id for touch in touches() if touch.kind == "membership.holiday"] == [member.id]


# ------------------------------------------------------------------ days of products


def owner_of(make: Make, *names: str, ordered: date = date(2025, 5, 7), **facts: Any) -> Member:
    member = make.member(joined_at=at(date(2026, 12, 1)))
    for name in names:
        product = make.product(name_en=name, name_zh=name)
        make.order(member=member, product=product, ordered_at=at(ordered), **facts)
    return member


def test_a_year_with_a_product(app: Flask, make: Make) -> None:
    member = owner_of(make, "Breeze")
    owner_of(make, "Late", ordered=date(2025, 5, 4), delivered_at=at(date(2025, 5, 7)))
    set_ritual("joining_day", active=False)
    found = walk(date(2027, 5, 1), date(2027, 5, 10))
    assert found == {date(2027, 5, 7): [("product_day", 20270507)] * 2}
    mine = next(touch for touch in touches() if touch.member_id == member.id)
    assert (mine.facts["years"], mine.facts["name_en"], mine.facts["more"]) == (2, "Breeze", 0)


def test_several_products_are_one_greeting_and_only_the_first_of_each_counts(app: Flask, make: Make) -> None:
    member = owner_of(make, "Breeze", "Wheat", "Linen")
    product = make.product(name_en="Old friend", name_zh="老友")
    for year in (2024, 2025):  # bought twice: the day of the first counts, in both years after
        make.order(member=member, product=product, ordered_at=at(date(year, 5, 7 if year == 2025 else 4)))
    greet_on(date(2027, 5, 7))
    [touch] = touches()
    assert touch.facts["more"] == 2 and touch.facts["name_en"] != "Old friend"


def test_what_is_given_back_is_not_greeted(app: Flask, make: Make) -> None:
    member = owner_of(make, "Breeze", order_no="KEPT")
    owner_of(make, "Wheat", order_no="BACK")
    greet_on(date(2027, 5, 7))
    assert len(touches()) == 2
    with clock.travel(at(date(2027, 5, 7), NOON + 5)), transaction():
        save_orders("generic", [told(order_no="BACK", status=OrderStatus.CANCELLED)])
    states = {touch.member_id == member.id: touch.state.value for touch in touches()}
    assert states == {True: "waiting", False: "dropped"}
    assert len(list(db.session.scalars(sa.select(Greeting)))) == 1
    greet_on(date(2027, 5, 7), NOON + 20)
    greet_on(date(2028, 5, 7))
    assert sum(touch.member_id != member.id for touch in touches()) == 1
