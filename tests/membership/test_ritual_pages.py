"""Staff keep the calendar of rituals; members see their own days and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership.models import Comes, Greeting, Ritual, RitualKind
from portal.membership.queries.calendar import twelve_months
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Browser = Callable[..., PortalClient]
FORM = {
    "name_zh": "中秋",
    "name_en": "",
    "words_zh": "月圆人团圆 🌕",
    "words_en": "",
    "comes": "lunar",
    "month": "8",
    "day": "15",
    "year": "",
    "tier_id": "",
    "gift": "nothing",
    "points": "",
    "pool_id": "",
}


def holidays() -> list[Ritual]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Ritual).where(Ritual.kind == RitualKind.HOLIDAY)))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_new_holiday_sent_twice_is_one(as_staff: Browser, htmx: bool) -> None:
    desk = as_staff("manager")
    for _twice in range(2):
        answer = desk.post("/console/rituals/new", data=FORM, htmx=htmx)
        assert answer.status_code == (204 if htmx else 303)
    [made] = holidays()
    assert (made.comes, made.month, made.day, made.year) == (Comes.LUNAR, 8, 15, None)
    text = desk.get("/console/rituals").text
    assert "中秋" in text and "lunar month 8, day 15" in text
    assert "中秋" in desk.get("/console/rituals/ahead", htmx=htmx).text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name_zh": "  "}, "name_zh", "at least one language"),
        ({"words_zh": "x" * 161}, "words_zh", "at most 160"),
        ({"day": "31"}, "day", "no such day"),
        ({"comes": "solar", "month": "2", "day": "30"}, "day", "no such day"),
        ({"comes": "once"}, "year", "in which year"),
        ({"comes": "once", "year": "2020"}, "year", "over already"),
        ({"comes": "once", "year": "20200"}, "year", "number from 2000"),
        ({"gift": "points"}, "points", "how many"),
        ({"gift": "points", "points": "-5"}, "points", "number from 1"),
        ({"gift": "coupon"}, "pool_id", "choose a pool"),
        ({"gift": "coupon", "pool_id": "nobody's"}, "pool_id", "Not a valid choice"),
        ({"tier_id": "01nothing"}, "tier_id", "Not a valid choice"),
        ({"month": "13"}, "month", "Not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    as_staff: Browser, htmx: bool, wrong: dict[str, str], field: str, said: str
) -> None:
    answer = as_staff().post("/console/rituals/new", data=FORM | wrong, htmx=htmx)
    assert answer.status_code == 422 and said in answer.text and f'id="{field}-error"' in answer.text
    assert holidays() == []


@pytest.mark.parametrize("htmx", [False, True])
def test_changing_and_switching(make: Make, as_staff: Browser, htmx: bool) -> None:
    made, pool, desk = make.holiday(), make.pool(number=1), as_staff("manager")
    url, ok = f"/console/rituals/{made.id}", 200 if htmx else 303
    change = FORM | {"version": "1", "gift": "coupon", "pool_id": pool.id, "points": "7"}
    assert desk.post(url, data=change, htmx=htmx).status_code == ok
    [now] = holidays()
    assert (now.pool_id, now.points, now.words_zh, now.version) == (pool.id, 0, FORM["words_zh"], 2)
    late = desk.post(url, data=change | {"name_zh": "别的"}, htmx=htmx)
    assert late.status_code == 409 and "A colleague changed this" in late.text and "别的" in late.text
    assert desk.post(f"{url}/off", htmx=htmx).status_code == ok and not holidays()[0].active
    assert desk.post(f"{url}/off", htmx=htmx).status_code == ok
    assert desk.post(f"{url}/on", htmx=htmx).status_code == ok and holidays()[0].active
    assert desk.post("/console/rituals/nothing", data=change, htmx=htmx).status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_a_gift_on_everybodys_own_day(as_staff: Browser, htmx: bool) -> None:
    desk, url = as_staff("manager"), "/console/rituals/birthday"
    assert "name_zh" not in desk.get(url).text
    answer = desk.post(url, data={"gift": "points", "points": "66", "pool_id": "", "version": "1"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    db.session.expire_all()
    assert db.session.get_one(Ritual, "birthday").points == 66


def test_an_old_day_can_still_be_reworded(make: Make, as_staff: Browser) -> None:
    made = make.holiday(comes=Comes.ONCE, month=5, day=1, year=2020)
    url = f"/console/rituals/{made.id}"
    same = FORM | {"comes": "once", "month": "5", "day": "1", "year": "2020", "version": "1"}
    assert as_staff().post(url, data=same).status_code == 303
    assert as_staff().post(url, data=same | {"version": "2", "day": "2"}).status_code == 422


def test_an_empty_pool_is_seen(make: Make, as_staff: Browser) -> None:
    full, dry = make.pool(number=1), make.pool()
    make.holiday(pool_id=full.id)
    desk = as_staff()
    assert "The pool is empty" not in desk.get("/console/rituals").text
    ritual = make.holiday(pool_id=dry.id, name_en="Dry")
    make.greeting(make.member(), ritual, missed=True)
    text = desk.get("/console/rituals").text
    assert "The pool is empty" in text and "1 member got only the words" in text


def test_the_calendar_counts(make: Make, as_staff: Browser) -> None:
    """One of everything three months ahead, and of nobody who is about to leave."""
    today = brand.shop_day(clock.now())
    day = (today.replace(day=15) + timedelta(days=92)).replace(day=15)
    joined = clock.wall_time(day.replace(year=day.year - 2), 12 * 60, brand.current().time_zone)
    usual: dict[str, Any] = {"birth_month": day.month, "birth_day": day.day, "joined_at": joined}
    member = make.member(**usual)
    make.member(**usual, erase_after=clock.now() + clock.days(3))
    for name in ("Breeze", "Wheat"):
        make.order(member=member, product=make.product(name_en=name), ordered_at=joined)
    make.holiday(comes=Comes.SOLAR, month=day.month, day=day.day, name_en="Spring")
    month = next(one for one in twelve_months() if (one.first.year, one.first.month) == (day.year, day.month))
    assert [due.reached for due in month.holidays] == [1]
    own = (RitualKind.BIRTHDAY, RitualKind.JOINING_DAY, RitualKind.PRODUCT_DAY)
    assert [month.own[kind] for kind in own] == [1, 1, 1]
    assert "Spring" in as_staff().get("/console/rituals/ahead").text


def test_my_days_are_mine(make: Make, as_member: Browser) -> None:
    member = make.member(birth_month=3, birth_day=8, joined_at=clock.now() - clock.days(400))
    other = make.member()
    make.order(member=member, product=make.product(name_en="Breeze tote"))
    make.greeting(member, make.holiday(name_en="Mid-Autumn"), points=20)
    make.holiday(name_en="For some", tier_id=make.tier().id)
    mine = as_member(member).get("/me/membership/days").text
    for words in (
        "Your birthday",
        "2 years together",
        "1 year with Breeze tote",
        "A round moon",
        "20 points",
    ):
        assert words in mine
    assert "For some" not in mine
    text = as_member(other).get("/me/membership/days").text
    assert "Breeze tote" not in text and "A round moon to" not in text and "You have not told us" in text


def test_each_kind_can_be_switched_off(make: Make, as_member: Browser) -> None:
    page = as_member(make.member()).get("/me/notifications").text
    for kind in RitualKind:
        assert f"membership.{kind.value}" in page


def test_erased_with_everything_else(make: Make) -> None:
    from portal.membership.personal import PERSONAL

    member = make.member()
    make.greeting(member)
    rows = [row for part in PERSONAL.export(member.id) if "greetings" in part.name for row in part.rows or ()]
    assert rows[0]["day"] == "Mid-Autumn"
    with transaction():
        PERSONAL.erase(member.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Greeting)) == 0
