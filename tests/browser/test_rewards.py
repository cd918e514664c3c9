"""The house thanks somebody with points; they read why, take a coupon for them, and find its code again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import OWNER
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

THANKED = "mira@demo.example"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("size", "language"), [("phone", "zh-CN"), ("desk", "en")])
def test_points_become_a_coupon(
    demo: RunningPortal, opened: Browser, size: str, language: str, javascript: bool
) -> None:
    look = {"language": language, "size": size, "javascript": javascript}
    why = f"谢谢你 · {size} {javascript}"
    with visit(opened, demo.url, **look) as (owner, _):
        sign_in(owner, OWNER)
        owner.goto("/console/rewards/points")
        owner.locator("[name=who]").fill(THANKED)
        owner.locator("[name=amount]").fill("40")
        owner.locator("[name=reason]").fill(why)
        owner.locator("#hand form button").click()
        expect(owner.locator("#hand .rows li").first).to_contain_text(why)
    with visit(opened, demo.url, **look) as (member, _):
        sign_in(member, THANKED)
        member.goto("/inbox")
        expect(member.locator("#inbox")).to_contain_text(why)
        before = points_of(member)
        held = coupons_of(member)
        code = take_first(member, twice=javascript)
        assert points_of(member) == before - 40
        assert coupons_of(member) == held + 1
        member.locator(".rows a").first.click()
        expect(member.locator("#coupon-code")).to_have_text(code)
        expect(member.locator("[data-copy]")).to_be_visible(visible=javascript)


def points_of(page: Page) -> int:
    page.goto("/me/points")
    return int(page.locator(".points-now").inner_text().split()[0].replace(",", ""))


def coupons_of(page: Page) -> int:
    page.goto("/me/coupons")
    return page.locator(".rows > li").count()


def take_first(page: Page, *, twice: bool) -> str:
    """Take what the catalogue shows first; the page says before what it costs and what is kept, and after going back too.

    A double click (``twice``) takes one; so does sending the page once more to which one went back.
    """
    page.goto("/rewards")
    page.locator("a.offer").first.click()
    sums = page.locator(".sum dd")
    expect(sums.nth(1)).to_have_text("−40")
    kept = sums.nth(2).inner_text()
    take = page.locator("#taking form button")
    take.dblclick() if twice else take.click()
    page.wait_for_url("**/me/coupons/*")
    code = page.locator("#coupon-code").inner_text()
    page.go_back()
    expect(sums.first).to_have_text(kept)
    return code
