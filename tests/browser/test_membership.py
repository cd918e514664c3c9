"""Becoming a paying member, changing, leaving and coming back; giving and redeeming, with the money of the sandbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import OWNER
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

#: (language, size, who joins)
WAYS = (("zh-CN", "phone", "moderator@demo.example"), ("en", "desk", "analyst@demo.example"))


def act(page: Page, path: str) -> None:
    """Press the button of the form that goes there."""
    page.locator(f"main form[action$='{path}'] button").last.click()


def choose_sandbox(page: Page) -> None:
    page.locator("input[name=provider][value=sandbox]").check(force=True)
    page.locator("main form:has(input[name=provider]) button").last.click()
    page.wait_for_url(re.compile(r"/payments/\w+$"))
    act(page, "/pay")
    page.wait_for_url("**/pay/sandbox/*")


def play(page: Page, deed: str) -> None:
    act(page, f"/{deed}")
    page.wait_for_url(lambda address: "/pay/sandbox/" not in address)


def join(page: Page, deed: str) -> None:
    """From the ladders to the end of the sandbox."""
    page.goto("/membership")
    page.locator("a[href$='/join']").first.click()
    page.wait_for_url("**/join")
    choose_sandbox(page)
    play(page, deed)


@pytest.mark.parametrize(("language", "size", "email"), WAYS)
def test_a_life_as_a_paying_member(
    demo: RunningPortal, opened: Browser, language: str, size: str, email: str
) -> None:
    with visit(opened, demo.url, language=language, size=size) as (page, _):
        sign_in(page, email)
        join(page, "fail")
        expect(page).to_have_url(re.compile("/payments/"))
        page.goto("/me/membership")
        expect(page.locator("form[action$='/cancel']")).to_have_count(0)

        join(page, "twice")
        expect(page).to_have_url(re.compile("/me/membership"))
        expect(page.locator("ol.tl li")).to_have_count(1)

        upgrade(page)
        cancel_and_come_back(page)


def upgrade(page: Page) -> None:
    """The sum that the preview shows is the sum that is paid."""
    page.goto("/me/membership/change")
    page.locator("main ul.rows a").last.click()
    due = page.locator("dl.pairs dd").last.inner_text()
    choose_sandbox(page)
    expect(page.locator("main")).to_contain_text(due.lstrip("CN"))
    play(page, "late")
    expect(page).to_have_url(re.compile("/me/membership"))
    expect(page.locator("ol.tl li")).to_have_count(2)


def cancel_and_come_back(page: Page) -> None:
    page.goto("/me/membership")
    page.locator("details:has(#cancel-form) summary").click()
    page.locator("#cancel-form input[name=reason]").fill("先歇一歇 · a pause")
    page.locator("#cancel-form button").click()
    act(page, "/keep")
    expect(page.locator("form[action$='/keep']")).to_have_count(0)
    expect(page.locator("ol.tl li").first).to_be_visible()


def test_a_gift_to_a_friend(demo: RunningPortal, opened: Browser) -> None:
    with visit(opened, demo.url) as (giver, _):
        sign_in(giver, "xiaoman@demo.example")
        giver.goto("/membership/gift")
        giver.locator("input[name=plan_id]").first.check(force=True)
        giver.locator("[name=recipient_name]").fill("阿禾")
        giver.locator("[name=message]").fill("生日快乐，一起去逛逛")
        choose_sandbox(giver)
        play(giver, "pay")
        expect(giver).to_have_url(re.compile("/me/membership/gifts"))
        link = giver.locator("input[readonly]").first.input_value()
    with visit(opened, demo.url, language="en", size="desk") as (friend, watch):
        sign_in(friend, "mira@demo.example")
        friend.goto(link)
        expect(friend.locator("main")).to_contain_text("生日快乐")
        friend.locator("#gift form button").click()
        friend.wait_for_url("**/me/membership")
        watch.expected.add("404")
        friend.goto(link)
        expect(friend.locator("#gift form")).to_have_count(0)


@pytest.mark.parametrize(("language", "size"), [("zh-CN", "phone"), ("en", "desk")])
def test_a_code_from_the_file_works_once(
    demo: RunningPortal, opened: Browser, language: str, size: str
) -> None:
    with visit(opened, demo.url, language=language, size="desk") as (desk, _):
        sign_in(desk, OWNER)
        desk.goto("/console/membership/codes")
        desk.locator("[name=name]").fill(f"card {language}")
        desk.locator("[name=months]").fill("3")
        desk.locator("[name=size]").fill("1")
        with desk.expect_download() as waiting:
            desk.locator("#batch-form button").click()
        code = waiting.value.path().read_text().split()[1]
    with visit(opened, demo.url, language=language, size=size) as (page, watch):
        sign_in(page, "coco@demo.example")
        page.goto("/redeem")
        page.locator("[name=code]").fill(code.lower())
        page.locator("#redeem-form button").click()
        page.wait_for_url("**/me/membership")
        watch.expected.add("422")
        page.goto("/redeem")
        page.locator("[name=code]").fill(code)
        page.locator("#redeem-form button").click()
        expect(page.locator("#redeem-form .error, #redeem-form [id$='-error']").first).to_be_visible()
