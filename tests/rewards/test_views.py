"""A member's own pages: points, coupons, patches, and what points are good for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal.core import clock
from portal.core.db import db, new_id
from portal.rewards import services
from portal.rewards.models import Coupon, Redemption
from portal.rewards.queries import standing_of
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]


@pytest.fixture
def member(make: Make) -> Any:
    member = make.member(display_name="小满")
    make.points(member, 150)
    return member


def form_of(page: str) -> dict[str, str]:
    form = BeautifulSoup(page, "html.parser").select_one("#taking form")
    assert form is not None
    return {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_points_say_what_is_there_what_comes_and_what_goes(
    member: Any, make: Make, as_member: SignIn
) -> None:
    make.points(member, 40, pending_until=clock.now() + clock.days(14))
    services.set_worth("check_in", by=None, stitches=2, points=20)
    make.deed(member, "check_in")
    services.move_by_hand(member, 5, reason="谢谢你 🎒", by=None)
    page = text_of(as_member(member).get("/me/points"))
    for words in (
        "175",
        "40 more are on their way",
        "Being there at an event",
        "谢谢你 🎒",
        "+5",
        "+20",
        "+150",
    ):
        assert words in page
    chinese = text_of(as_member(member).get("/me/points", lang="zh"))
    assert "我的积分" in chinese


def test_nothing_yet_is_said_calmly(as_member: SignIn, make: Make) -> None:
    browser = as_member(make.member())
    assert "No points yet" in text_of(browser.get("/me/points"))
    assert "No coupon yet" in text_of(browser.get("/me/coupons"))
    assert "No patch yet" in text_of(browser.get("/me/badges"))
    assert "Nothing here yet" in text_of(browser.get("/rewards"))


def test_everyone_may_look_at_the_catalogue(client: PortalClient, make: Make) -> None:
    reward, hidden = make.reward(name_en="Your name on it"), make.reward(name_en="Secret", shown=False)
    page = text_of(client.get("/rewards"))
    assert "Your name on it" in page
    assert "Secret" not in page
    one = text_of(client.get(f"/rewards/{reward.id}"))
    assert "/sign-in" in one
    assert client.get(f"/rewards/{hidden.id}").status_code == 404
    assert client.get("/rewards/none").status_code == 404
    assert "/sign-in" in client.post(f"/rewards/{reward.id}").location


@BOTH
def test_taking_it_costs_what_was_shown_and_gives_the_code(
    member: Any, make: Make, as_member: SignIn, htmx: bool
) -> None:
    pool = make.pool("ZHAO-1", "ZHAO-2", terms_en="For one order.")
    reward, browser = make.reward(pool=pool), as_member(member)
    page = text_of(browser.get(f"/rewards/{reward.id}"))
    costs = [node.text for node in BeautifulSoup(page, "html.parser").select(".sum dd")]
    assert costs == ["150", "−100", "50"]
    form = form_of(page)
    answer = browser.post(f"/rewards/{reward.id}", data=form, htmx=htmx)
    coupon = text_of(browser.get(place(answer, htmx=htmx)))
    assert "ZHAO-1" in coupon
    assert "For one order." in coupon
    again = browser.post(f"/rewards/{reward.id}", data=form, htmx=htmx)
    assert "ZHAO-1" in text_of(browser.get(place(again, htmx=htmx))), "sent twice, or with the back button"
    assert (standing_of(member.id).balance, count(Redemption)) == (50, 1)


@BOTH
@pytest.mark.parametrize("wrong", ["poor", "gone", "dearer", "no key"])
def test_refused_and_nothing_lost(member: Any, make: Make, as_member: SignIn, htmx: bool, wrong: str) -> None:
    pool = make.pool(number=1)
    reward, browser = make.reward(pool=pool, cost=150 if wrong != "poor" else 151), as_member(member)
    data = {"key": new_id(), "cost": str(reward.cost)}
    status = 409
    if wrong == "gone":
        services.hand_out_coupon(pool.id, make.member().id, source_kind="t", source_id="t")
    elif wrong == "dearer":
        data["cost"] = "149"
    elif wrong == "no key":
        data["key"], status = "🎁" * 400, 422
    page = text_of(browser.post(f"/rewards/{reward.id}", data=data, htmx=htmx), status)
    assert 'id="taking"' in page
    assert 'role="alert"' in page
    assert (standing_of(member.id).balance, count(Redemption)) == (150, 0)


def test_states_of_an_offer(member: Any, make: Make, as_member: SignIn) -> None:
    browser = as_member(member)
    dear, gone, once = make.reward(cost=200), make.reward(pool=make.pool()), make.reward(cost=10, most=1)
    assert "50 points are missing" in text_of(browser.get(f"/rewards/{dear.id}"))
    assert "None is left just now" in text_of(browser.get(f"/rewards/{gone.id}"))
    data = {"key": new_id(), "cost": "10"}
    browser.post(f"/rewards/{once.id}", data=data)
    assert "You have had this one" in text_of(browser.get(f"/rewards/{once.id}"))


def test_coupons_of_others_are_not_there(member: Any, make: Make, as_member: SignIn) -> None:
    pool = make.pool("MINE-1")
    coupon = services.hand_out_coupon(pool.id, member.id, source_kind="t", source_id="t")
    coupon_id = coupon.id
    assert "MINE-1" in text_of(as_member(member).get(f"/me/coupons/{coupon_id}"))
    assert as_member().get(f"/me/coupons/{coupon_id}").status_code == 404
    assert as_member().get("/me/coupons/none").status_code == 404
    assert count(Coupon) == 1


def test_patches_are_on_the_members_page(make: Make, client: PortalClient, as_member: SignIn) -> None:
    member = make.member(display_name="阿禾")
    badge = make.badge(name_en="Lent a hand", name_zh="搭把手")
    make.badge(name_en="Festival", deeds=("check_in", 1))
    services.award_badge(badge.id, member.id, why="谢谢你穿了线", by=None)
    mine = text_of(as_member(member).get("/me/badges"))
    for words in ("Lent a hand", "谢谢你穿了线", "Festival"):
        assert words in mine
    url = f"/members/{member.id}/badges"
    assert url in text_of(client.get(f"/members/{member.id}"))
    piece = text_of(client.get(url, htmx=True))
    assert "Lent a hand" in piece
    assert "Festival" not in piece
    assert "<h1" not in piece
    assert "搭把手" in text_of(client.get(url, lang="zh"))
    assert client.get("/members/none/badges").status_code == 404


def test_every_page_is_reached_from_me(member: Any, as_member: SignIn) -> None:
    page = text_of(as_member(member).get("/me"))
    for path in ("/me/points", "/me/coupons", "/me/badges"):
        assert f'href="{path}"' in page


def test_the_copy_button_is_no_obstacle_without_scripts(member: Any, make: Make, as_member: SignIn) -> None:
    coupon = services.hand_out_coupon(make.pool("MINE-1").id, member.id, source_kind="t", source_id="t")
    page = BeautifulSoup(text_of(as_member(member).get(f"/me/coupons/{coupon.id}")), "html.parser")
    assert page.select_one("[data-copy][hidden]") is not None
    assert page.select_one("output.code").text == "MINE-1"  # type: ignore[union-attr]
