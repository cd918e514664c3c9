"""Staff look after rewards: each write plain and with htmx, for the right people only."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core.audit import entries_of
from portal.core.db import db, new_id
from portal.rewards import services
from portal.rewards.models import Badge, BadgeAward, BadgeRule, Coupon, CouponPool, PointAct, Reward
from portal.rewards.queries import standing_of, worth_of
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]
HERE = "/console/rewards"
POOL = {
    "name_zh": "免邮券",
    "name_en": "",
    "worth_zh": "一次免运费",
    "last_day": "2027-03-31",
    "version": "1",
}
REWARD = {
    "name_zh": "",
    "name_en": "A strap",
    "icon": "spool",
    "cost": "160",
    "most": "1",
    "position": "2",
    "version": "1",
}
BADGE = {
    "slug": "first", "name_zh": "第一针", "icon": "spool", "hue": "14", "rule": "deeds", "rule_deed": "check_in",
    "rule_value": "1", "position": "0", "shown": "y", "version": "1",
}  # fmt: skip


@pytest.fixture
def keeper(as_staff: SignIn) -> PortalClient:
    return as_staff("manager")


def all_of(model: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model)))


def good(answer: Any, htmx: bool) -> None:
    assert answer.status_code == (200 if htmx else 303), answer.get_data(as_text=True)


def test_only_managers_and_owners(
    client: PortalClient, as_member: SignIn, as_staff: SignIn, make: Make
) -> None:
    member = as_member()
    for path in ("", "/new", "/pools", "/pools/new", "/badges", "/badges/new", "/rules", "/points"):
        assert "/sign-in" in client.get(HERE + path).location
        assert member.get(HERE + path).status_code == 404
        assert as_staff("moderator").get(HERE + path).status_code == 403
        for role in ("manager", "owner"):
            text_of(as_staff(role).get(HERE + path))
    assert HERE in text_of(as_staff("manager").get("/console"))


def test_unknown_ids(keeper: PortalClient) -> None:
    for path in ("/none", "/pools/none", "/badges/none"):
        assert keeper.get(HERE + path).status_code == 404
    for path in (
        "/none", "/none/show", "/none/hide", "/pools/none", "/pools/none/codes", "/pools/none/close",
        "/pools/none/open", "/badges/none", "/badges/none/award", "/badges/awards/none/take-back", "/rules/voting",
    ):  # fmt: skip
        assert keeper.post(HERE + path).status_code == 404, path


# ------------------------------------------------------------------ pools


@BOTH
def test_a_new_pool_and_its_codes(keeper: PortalClient, htmx: bool) -> None:
    answer = keeper.post(f"{HERE}/pools/new", data=POOL, htmx=htmx)
    pool = all_of(CouponPool)[0]
    url = f"{HERE}/pools/{pool.id}"
    assert place(answer, htmx=htmx) == url
    assert (pool.name_en, pool.valid_until.isoformat()) == ("免邮券", "2027-03-31T16:00:00+00:00")
    assert 'value="2027-03-31"' in text_of(keeper.get(url))
    good(keeper.post(f"{url}/codes", data={"codes": "AB-1\nAB-2\nAB-1"}, htmx=htmx), htmx)
    file = (io.BytesIO("code,元\nAB-2,10\nAB-3,10".encode("gb18030")), "codes.csv")
    answer = keeper.post(f"{url}/codes", data={"codes": "", "file": file}, htmx=htmx)
    good(answer, htmx)
    if htmx:
        assert "1 new code. 1 was there already" in answer.text
    assert sorted(coupon.code for coupon in all_of(Coupon)) == ["AB-1", "AB-2", "AB-3"]
    assert (pool.total, pool.left) == (3, 3)


@BOTH
@pytest.mark.parametrize("codes", ["", "AB 1", "优惠", "x" * 65, "🎁", "1.23E+11"])
def test_what_is_no_code_is_said_and_kept(keeper: PortalClient, make: Make, htmx: bool, codes: str) -> None:
    pool = make.pool()
    answer = keeper.post(f"{HERE}/pools/{pool.id}/codes", data={"codes": codes}, htmx=htmx)
    page = text_of(answer, 422)
    assert 'role="alert"' in page
    assert codes in page
    assert all_of(Coupon) == []


def test_ten_thousand_codes_may_be_pasted(keeper: PortalClient, make: Make) -> None:
    pool = make.pool()
    text = "\n".join(f"ZHAOHE-2026-SPRING-SALE-{number:06}-{'x' * 25}" for number in range(10_000))
    assert keeper.post(f"{HERE}/pools/{pool.id}/codes", data={"codes": text}).status_code == 303
    assert pool.total == 10_000


def test_a_file_of_codes_is_taken_whole_or_not_at_all(keeper: PortalClient, make: Make) -> None:
    """Cut off at a megabyte, the last code would be half a code, and the rest lost without a word."""
    pool = make.pool()
    lines = "\n".join(f"LONG-{number:05},{'x' * 120}" for number in range(9_000))
    answer = keeper.post(
        f"{HERE}/pools/{pool.id}/codes", data={"codes": "", "file": (io.BytesIO(lines.encode()), "codes.csv")}
    )
    assert "larger than 1 MB" in text_of(answer, 422)
    assert pool.total == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_all_time_is_refused(keeper: PortalClient, day: str) -> None:
    answer = keeper.post(f"{HERE}/pools/new", data=POOL | {"last_day": day})
    assert "between 2000 and 2100" in text_of(answer, 422)


@BOTH
def test_a_pool_is_changed_closed_and_opened(keeper: PortalClient, make: Make, htmx: bool) -> None:
    pool = make.pool(number=1)
    url = f"{HERE}/pools/{pool.id}"
    good(keeper.post(url, data=POOL | {"name_en": "Ship"}, htmx=htmx), htmx)
    assert (pool.name_en, pool.version) == ("Ship", 2)
    old = keeper.post(url, data=POOL | {"name_en": "Late words"}, htmx=htmx)
    assert "Late words" in text_of(old, 409)
    assert text_of(keeper.post(url, data=POOL | {"worth_zh": ""}, htmx=htmx), 422)
    for _ in range(2):
        good(keeper.post(f"{url}/close", htmx=htmx), htmx)
    assert pool.closed_at is not None
    good(keeper.post(f"{url}/open", htmx=htmx), htmx)
    assert pool.closed_at is None
    actions = [entry.action for entry in entries_of("coupon_pool", pool.id)]
    assert actions[:3] == ["coupons.pool_opened", "coupons.pool_closed", "coupons.pool_changed"]


# ------------------------------------------------------------------ catalogue


@BOTH
def test_a_reward_from_new_to_hidden(
    keeper: PortalClient, client: PortalClient, make: Make, htmx: bool
) -> None:
    data = REWARD | {"pool_id": make.pool(number=1).id}
    answer = keeper.post(f"{HERE}/new", data=data, htmx=htmx)
    reward = all_of(Reward)[0]
    url = f"{HERE}/{reward.id}"
    assert place(answer, htmx=htmx) == url
    assert (reward.name_zh, reward.cost, reward.most, reward.shown) == ("A strap", 160, 1, False)
    for _ in range(2):
        good(keeper.post(f"{url}/show", htmx=htmx), htmx)
    assert "A strap" in text_of(client.get("/rewards"))
    good(keeper.post(url, data=data | {"cost": "90"}, htmx=htmx), htmx)
    assert "Mine" in text_of(keeper.post(url, data=data | {"name_en": "Mine"}, htmx=htmx), 409)
    assert reward.cost == 90
    good(keeper.post(f"{url}/hide", htmx=htmx), htmx)
    assert "A strap" not in text_of(client.get("/rewards"))


@BOTH
@pytest.mark.parametrize(
    "bad",
    [
        {"name_en": ""},
        {"cost": "0"},
        {"cost": "9" * 30},
        {"cost": "viel"},
        {"pool_id": "none"},
        {"icon": "x"},
        {"name_en": "包" * 41},
    ],
)
def test_a_refused_reward(keeper: PortalClient, make: Make, htmx: bool, bad: dict[str, str]) -> None:
    data = REWARD | {"pool_id": make.pool().id, "text_en": "Kept words."} | bad
    page = text_of(keeper.post(f"{HERE}/new", data=data, htmx=htmx), 422)
    assert "Kept words." in page
    assert all_of(Reward) == []


# ------------------------------------------------------------------ badges


@BOTH
def test_a_badge_given_and_taken_back(keeper: PortalClient, make: Make, htmx: bool) -> None:
    answer = keeper.post(f"{HERE}/badges/new", data=BADGE, htmx=htmx)
    badge, member = all_of(Badge)[0], make.member(display_name="阿禾", number=123)
    url = f"{HERE}/badges/{badge.id}"
    assert place(answer, htmx=htmx) == url
    assert badge.rule is BadgeRule.DEEDS
    good(keeper.post(f"{url}/award", data={"who": "No. 000123", "why": "穿线 🧵"}, htmx=htmx), htmx)
    good(keeper.post(f"{url}/award", data={"who": member.email.upper(), "why": "again"}, htmx=htmx), htmx)
    award = all_of(BadgeAward)[0]
    assert (award.member_id, award.why) == (member.id, "穿线 🧵")
    assert "穿线 🧵" in text_of(keeper.get(url))
    back = f"{HERE}/badges/awards/{award.id}/take-back"
    text_of(keeper.post(back, data={"why": ""}, htmx=htmx), 422)
    for _ in range(2):
        good(keeper.post(back, data={"why": "A mistake"}, htmx=htmx), htmx)
    assert (award.revoked_at is not None, award.revoked_why) == (True, "A mistake")
    for who, why in (("999999", "x"), ("nobody@example.com", "x"), ("123", ""), ("1" * 300, "x")):
        text_of(keeper.post(f"{url}/award", data={"who": who, "why": why}, htmx=htmx), 422)


@BOTH
@pytest.mark.parametrize(
    "bad",
    [
        {"slug": "Big"},
        {"slug": "taken"},
        {"name_zh": ""},
        {"hue": "360"},
        {"rule_deed": ""},
        {"rule_deed": "order"},
        {"rule_value": "0"},
        {"rule": "luck"},
    ],
)
def test_a_refused_badge(keeper: PortalClient, make: Make, htmx: bool, bad: dict[str, str]) -> None:
    make.badge(slug="taken")
    page = text_of(
        keeper.post(f"{HERE}/badges/new", data=BADGE | {"text_en": "Kept words."} | bad, htmx=htmx), 422
    )
    assert "Kept words." in page
    assert len(all_of(Badge)) == 1


@BOTH
def test_a_badge_is_changed(keeper: PortalClient, make: Make, htmx: bool) -> None:
    badge = make.badge()
    url = f"{HERE}/badges/{badge.id}"
    data = BADGE | {"rule": "years", "rule_value": "3"}
    good(keeper.post(url, data=data, htmx=htmx), htmx)
    assert (badge.rule, badge.rule_deed, badge.rule_value) == (BadgeRule.YEARS, "", 3)
    assert text_of(keeper.post(url, data=data, htmx=htmx), 409)


# ------------------------------------------------------------------ worth, and points by hand


@BOTH
def test_what_a_deed_is_worth(keeper: PortalClient, htmx: bool) -> None:
    url = f"{HERE}/rules/order"
    good(keeper.post(url, data={"order-stitches": "4", "order-points": "30"}, htmx=htmx), htmx)
    worth = worth_of("order")
    assert (worth.stitches, worth.points) == (4, 30)
    for bad in ("11", "-1", "", "x", "9" * 40):
        text_of(keeper.post(url, data={"order-stitches": bad, "order-points": "0"}, htmx=htmx), 422)


@BOTH
def test_points_by_hand(keeper: PortalClient, make: Make, htmx: bool) -> None:
    member = make.member(number=77)
    data = {"key": new_id(), "who": "77", "amount": "30", "reason": "谢谢 🎒"}
    for _ in range(2):
        good(keeper.post(f"{HERE}/points", data=data, htmx=htmx), htmx)
    assert standing_of(member.id).balance == 30
    assert "谢谢 🎒" in text_of(keeper.get(f"{HERE}/points"))
    for bad in (
        {"amount": "-31"},
        {"amount": "0"},
        {"amount": "5001"},
        {"who": "78"},
        {"reason": " "},
        {"key": "x"},
    ):
        again = data | {"key": new_id()} | bad
        text_of(keeper.post(f"{HERE}/points", data=again, htmx=htmx), 422)
    good(keeper.post(f"{HERE}/points", data=data | {"key": new_id(), "amount": "-30"}, htmx=htmx), htmx)
    assert len(all_of(PointAct)) == 2
    assert standing_of(member.id).balance == 0


def test_a_member_reads_of_it_in_their_inbox(keeper: PortalClient, make: Make, as_member: SignIn) -> None:
    member = make.member(number=77)
    services.move_by_hand(member, 30, reason="谢谢", by=None)
    services.award_badge(make.badge(name_en="Lent a hand").id, member.id, why="", by=None)
    page = text_of(as_member(member).get("/inbox"))
    assert "You were given 30 points: 谢谢" in page
    assert "“Lent a hand”" in page
