"""What colleagues do for paying members: they see the transfer, give money back, give a membership, look at a card."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import guests
from tests.browser.paying import act, choose
from tests.browser.people import OWNER
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

LOOKS = [pytest.param("phone", "zh-CN", True, id="phone"), pytest.param("desk", "en", False, id="plain")]


def test_a_transfer_is_confirmed_and_goes_back_in_two_parts(house: RunningPortal, opened: Browser) -> None:
    with visit(opened, house.url, language="en", size="phone") as (member, _):
        sign_in(member, guests.SENDS)
        payment = promise_transfer(member)
        with visit(opened, house.url, language="en", size="desk") as (desk, watch):
            sign_in(desk, OWNER)
            desk.on("dialog", lambda dialog: dialog.accept())
            desk.goto(f"/console{payment}")
            watch.expected |= {"409", "422"}
            confirm(desk, "")
            expect(desk.locator("#payment .err").first).to_be_visible()
            confirm(desk, "statement of today")
            expect(desk.locator("form[action$='/confirm']")).to_have_count(0)
            member.goto("/me/membership")
            expect(member.locator("ol.road li")).to_have_count(1)

            give_back(desk, "8.00", "one month was closed")
            expect(desk.locator("[aria-labelledby=refunds-title] .rows li")).to_have_count(1)
            # the newest took the place of the one before
            expect(desk.locator("[data-toast]")).to_have_count(1)
            member.goto("/me/membership")
            expect(member.locator("form[action$='/cancel']")).to_have_count(1)

            give_back(desk, "999", "too much")
            expect(desk.locator(".field:has([name=amount]) .err")).to_be_visible()
            give_back(desk, "10.00", "the rest")
            expect(desk.locator("form[action$='/refund']")).to_have_count(0)
            pay_back_by_hand(desk)
        member.goto("/me/membership")
        expect(member.locator("form[action$='/cancel']")).to_have_count(0)
        member.goto(f"{payment}/receipt")
        expect(member.locator("main dl")).to_contain_text("8.00")


def promise_transfer(page: Page) -> str:
    """Choose the bank transfer; the page says where the money goes. Returns the path of the payment."""
    page.goto("/membership")
    page.locator("a[href$='/join']").first.click()
    choose(page, "offline")
    act(page, "/pay")
    expect(page.locator("#payment")).to_contain_text("6222 0000 0000 0000")
    return re.sub(r"^https?://[^/]+", "", page.url)


def confirm(page: Page, note: str) -> None:
    page.locator("form[action$='/confirm'] [name=note]").fill(note)
    if not note:
        page.locator("form[action$='/confirm'] [name=amount]").fill("")
    else:
        page.locator("form[action$='/confirm'] [name=amount]").fill("18.00")
    act(page, "/confirm")


def give_back(page: Page, amount: str, reason: str) -> None:
    page.locator("form[action$='/refund'] [name=amount]").fill(amount)
    page.locator("form[action$='/refund'] [name=reason]").fill(reason)
    act(page, "/refund")


def pay_back_by_hand(page: Page) -> None:
    """A transfer goes back by a transfer: colleagues say when they made it."""
    waiting = page.locator("[aria-labelledby=refunds-title] .rows li:has(form)")
    for _ in range(40):  # both leave with the worker
        page.reload()
        if waiting.count() == 2:
            break
        page.wait_for_timeout(250)
    for left in (1, 0):
        waiting.first.locator("summary").click()
        waiting.first.locator("[name=note]").fill("transfer of today")
        with page.expect_response(re.compile("/paid$")):
            waiting.first.locator("form button").click()
        expect(waiting).to_have_count(left)


@pytest.mark.parametrize(("size", "language", "javascript"), LOOKS)
def test_a_membership_by_hand_shows_on_the_card(
    house: RunningPortal, opened: Browser, size: str, language: str, javascript: bool
) -> None:
    with visit(opened, house.url, size=size, language=language, javascript=javascript) as (member, _):
        sign_in(member, guests.STRANGER)
        member.goto("/me/card")
        code = member.locator(".typed-code").inner_text()
        number = code.partition("-")[0]
    with visit(opened, house.url, size=size, language=language, javascript=javascript) as (desk, _):
        sign_in(desk, OWNER)
        desk.goto("/console/membership/grants")
        desk.locator("[name=who]").fill(number)
        desk.locator("[name=tier]").select_option(index=0)
        desk.locator("[name=ends_on]").fill("2039-12-31")
        desk.locator("#grant-form [name=reason]").fill(f"festival {size}")
        desk.locator("#grant-form button").click()
        expect(desk.locator("#grants .rows li").first).to_contain_text(f"festival {size}")
        desk.goto("/console/card")
        desk.locator("[name=code]").fill(code)
        desk.locator("#card-form button").click()
        expect(desk.locator(".note.leaf")).to_be_visible()
        expect(desk.locator(".card-face")).to_contain_text(number)
        expect(desk.locator(".to-scan")).to_have_count(0)
