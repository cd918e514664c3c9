"""Becoming a paying member, changing, leaving and coming back; giving and redeeming, with the money of the sandbox."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import guests
from tests.browser.paying import MINE, act, begin_to_join, payments, play, road, to_sandbox
from tests.browser.people import OWNER
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, sign_in_here, visit

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param("zh-CN", "phone", True, guests.JOINS_ZH, id="phone"),
    pytest.param("en", "desk", False, guests.JOINS_EN, id="plain"),
]


@pytest.mark.parametrize(("language", "size", "javascript", "email"), WAYS)
def test_a_life_as_a_paying_member(
    house: RunningPortal, opened: Browser, language: str, size: str, javascript: bool, email: str
) -> None:
    with visit(opened, house.url, language=language, size=size, javascript=javascript) as (page, _):
        sign_in(page, email)
        fail_first(page)
        pay_twice(page)
        upgrade(page)
        choose_less_for_later(page)
        rest(page)
        cancel_and_stay(page)


def fail_first(page: Page) -> None:
    """Nothing is taken, nothing begins, and the way back leads to where one may try again."""
    begin_to_join(page)
    play(page, "fail")
    expect(page).to_have_url(re.compile("/payments/"))
    assert road(page) == 0
    page.goto("/me/payments")
    page.locator("#payments .rows a").first.click()
    page.locator("#payment a.btn").last.click()
    expect(page.locator("form[action$='/cancel']")).to_have_count(0)


def pay_twice(page: Page) -> None:
    """One payment and one period; going back to the bank's page finds it paid."""
    before = payments(page)
    begin_to_join(page)
    play(page, "twice")
    expect(page).to_have_url(MINE)
    expect(page.locator("ol.road li")).to_have_count(1)
    page.go_back()
    page.reload()
    expect(page.locator("form[action$='/pay']")).to_have_count(0)
    assert payments(page) == before + 1


def upgrade(page: Page) -> None:
    """The dearest, at once: the sum that the preview shows is asked for and is on the receipt."""
    page.goto("/me/membership/change")
    page.locator("main ul.rows a").last.click()
    due = page.locator(".sum .total dd").inner_text()
    price, credit = page.locator(".sum dd").nth(2).inner_text(), page.locator(".sum dd").nth(3).inner_text()
    assert cents(price) - cents(credit) == cents(due)
    to_sandbox(page)
    play(page, "pay")
    expect(page).to_have_url(MINE)
    expect(page.locator("ol.road li")).to_have_count(2)
    page.goto("/me/payments")
    page.locator("#payments .rows a").first.click()
    page.locator("a[href$='/receipt']").click()
    expect(page.locator("main dl")).to_contain_text(due)


def cents(sum_of_money: str) -> int:
    return int(re.sub(r"\D", "", sum_of_money))


def choose_less_for_later(page: Page) -> None:
    """A cheaper one begins with the next period: nothing is asked for, and the page says what comes."""
    page.goto("/me/membership/change")
    page.locator("main ul.rows a").first.click()
    expect(page.locator("input[name=provider]")).to_have_count(0)
    before = payments(page)
    page.go_back()
    act(page, page.locator("main form[action*='/next/']").get_attribute("action") or "")
    expect(page).to_have_url(MINE)
    expect(page.locator("#membership .then")).to_be_visible()
    assert payments(page) == before


def rest(page: Page) -> None:
    """What is left is kept, and goes on when one wishes."""
    page.goto("/me/membership")
    page.locator("details:has(form[action$='/pause']) summary").click()
    act(page, "/pause")
    expect(page.locator("form[action$='/resume']")).to_be_visible()
    expect(page.locator("form[action$='/pause']")).to_have_count(0)
    act(page, "/resume")
    expect(page.locator("form[action$='/resume']")).to_have_count(0)


def cancel_and_stay(page: Page) -> None:
    """It runs to its end, and one may change one's mind; the road keeps both."""
    before = road(page)
    page.locator("details:has(#cancel-form) summary").click()
    page.locator("#cancel-form input[name=reason]").fill("先歇一歇 · a pause")
    page.locator("#cancel-form button").click()
    act(page, "/keep")
    expect(page.locator("form[action$='/keep']")).to_have_count(0)
    assert road(page) == before + 2


def test_money_that_comes_late(house: RunningPortal, opened: Browser) -> None:
    """Late money still begins a membership; late money for what is paid already goes back by itself."""
    with visit(opened, house.url) as (page, _):
        sign_in(page, guests.LATE)
        begin_to_join(page)
        late = page.url
        begin_to_join(page)
        play(page, "late")
        expect(page).to_have_url(MINE)
        expect(page.locator("ol.road li")).to_have_count(1)
        page.goto(late)
        act(page, "/pay")
        page.wait_for_url(lambda address: "/pay/sandbox/" not in address)
        assert road(page) == 1
        page.goto(f"/payments/{late.rpartition('/')[2]}")
        expect(page.locator("#payment")).to_contain_text("¥18.00")
        expect(page.locator("[aria-labelledby=refunds-title] .rows li")).to_have_count(1)


def test_who_was_gone_comes_back(house: RunningPortal, opened: Browser) -> None:
    """All that was there is there again, and the road goes on where it stopped."""
    with visit(opened, house.url) as (page, _):
        sign_in(page, guests.LAPSED)
        before = road(page)
        assert before >= 2
        first = page.locator("ol.road li").last.inner_text()
        page.locator("a[href$='/me/membership/renew']").click()
        page.wait_for_url("**/renew")
        to_sandbox(page)
        play(page, "pay")
        expect(page).to_have_url(MINE)
        expect(page.locator("ol.road li")).to_have_count(before + 1)
        expect(page.locator("ol.road li").last).to_have_text(re.compile(re.escape(first.split("\n")[-1])))
        page.goto("/me/card")
        expect(page.locator(".card-face")).to_contain_text("灯下会员")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_gift_to_a_friend(house: RunningPortal, opened: Browser, javascript: bool) -> None:
    with visit(opened, house.url, javascript=javascript) as (giver, _):
        sign_in(giver, guests.GIVES)
        link = give(giver)
    with visit(opened, house.url, language="en", size="desk", javascript=javascript) as (friend, watch):
        friend.goto(link)
        expect(friend.locator("#gift")).to_contain_text("生日快乐")
        friend.locator("#gift a.btn").click()
        sign_in_here(friend, guests.FRIEND)
        friend.wait_for_url(f"**{link}")
        unwrap = friend.locator("#gift form button")
        unwrap.dblclick() if javascript else unwrap.click()
        friend.wait_for_url(MINE)
        assert friend.locator("ol.road li").count() == (1 if javascript else 2)
        watch.expected.add("404")
        friend.goto(link)
        expect(friend.locator("#gift .note")).to_be_visible()
        expect(friend.locator("#gift form")).to_have_count(0)


def give(page: Page) -> str:
    """Choose, say a few words, pay; returns the path of the link to pass on."""
    page.goto("/membership/gift")
    page.locator("input[name=plan_id]").first.check(force=True)
    page.locator("[name=recipient_name]").fill("阿禾")
    page.locator("[name=message]").fill("生日快乐，一起去逛逛")
    page.locator("input[name=provider][value=sandbox]").check(force=True)
    page.locator("#gift-form button").click()
    page.wait_for_url(re.compile(r"/payments/\w+$"))
    act(page, "/pay")
    page.wait_for_url("**/pay/sandbox/*")
    play(page, "pay")
    expect(page).to_have_url(re.compile("/me/membership/gifts"))
    return "/gifts/" + page.locator("output.carried").first.inner_text().rpartition("/")[2]


@pytest.mark.parametrize(
    ("language", "size", "javascript", "email"),
    [
        pytest.param("zh-CN", "phone", True, guests.REDEEMS_ZH, id="phone"),
        pytest.param("en", "desk", False, guests.REDEEMS_EN, id="plain"),
    ],
)
def test_a_code_from_the_file_works_once(
    house: RunningPortal, opened: Browser, language: str, size: str, javascript: bool, email: str
) -> None:
    with visit(opened, house.url, language=language, size="desk", javascript=javascript) as (desk, _):
        sign_in(desk, OWNER)
        code = make_code(desk, f"card {language}")
    with visit(opened, house.url, language=language, size=size, javascript=javascript) as (page, watch):
        watch.expected.add("422")
        sign_in(page, email)
        try_code(page, "AAAA-BBBB-CCCC-DDDD")
        expect(page.locator("#redeem-form .err")).to_be_visible()
        expect(page.locator("[name=code]")).to_have_value("AAAA-BBBB-CCCC-DDDD")
        try_code(page, code.lower())
        page.wait_for_url(MINE)
        expect(page.locator("ol.road li")).to_have_count(1)
        try_code(page, code)
        expect(page.locator("#redeem-form .err")).to_be_visible()


def make_code(desk: Page, name: str) -> str:
    """One code, from the file that comes once: the list names the batch and never its codes."""
    desk.goto("/console/membership/codes")
    desk.locator("[name=name]").fill(name)
    desk.locator("[name=months]").fill("3")
    desk.locator("[name=size]").fill("1")
    with desk.expect_download() as waiting:
        desk.locator("#batch-form button").click()
    code = Path(waiting.value.path()).read_text().split()[1]
    desk.goto("/console/membership/codes")
    expect(desk.locator("#batches")).to_contain_text(name)
    assert code not in desk.content()
    assert desk.locator("#batches a[href*='.csv'], #batches a[download]").count() == 0
    return code


def try_code(page: Page, code: str) -> None:
    page.goto("/redeem")
    page.locator("[name=code]").fill(code)
    page.locator("#redeem-form button").click()
