"""Joining by phone on a phone: the code comes as a text message, the second contact is added, the first is taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import deeds
from tests.browser.portal import RunningPortal
from tests.browser.visits import visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_join_by_phone_add_mail_and_take_a_theft_back(
    portal: RunningPortal, opened: Browser, javascript: bool
) -> None:
    number, other = ("13700000011", "13700000012") if javascript else ("13700000021", "13700000022")
    email = f"{number}@home.example"
    look = {"language": "zh-CN", "size": "phone", "javascript": javascript}
    with visit(opened, portal.url, **look) as (page, _):
        sign_up(page, number)
        page.goto("/me")
        page.locator("a[href='/me/security']").click()
        expect(page.locator("main")).to_contain_text("137****00")
        page.locator("a[href='/me/security/mail']").click()
        ask(page, email)
        deeds.open_letter(page, email)
        code = page.locator(".code").inner_text().strip()
        page.goto("/me/security/mail/code")
        type_code(page, code)
        page.wait_for_url("**/me/security")

        page.goto("/me/security/phone")  # now with the phone in other hands
        ask(page, other)
        code = read_text(page, other)
        page.goto("/me/security/phone/code")
        type_code(page, code)
        page.wait_for_url("**/me/security")
        expect(page.locator("main")).not_to_contain_text(f"137****{number[-4:]}")

        with visit(opened, portal.url, **look) as (owner, _):
            owner.goto("/sign-in")
            owner.locator("a[href='/not-me']").click()
            owner.locator("#not-me-form [name=email]").fill(number)
            owner.locator("#not-me-form button").click()
            owner.wait_for_url("**/check-mail")
            code = read_text(owner, number)
            owner.goto("/check-mail")
            type_code(owner, code)
            owner.wait_for_url("**/me/security")
            expect(owner.locator("main")).to_contain_text(f"137****{number[-4:]}")

        page.goto("/me")
        page.wait_for_url(re.compile(r"/sign-in\?"))  # whoever held the phone is out


def sign_up(page: Page, number: str) -> None:
    page.goto("/sign-up")
    form = page.locator("#sign-up-form")
    form.locator("[name=display_name]").fill("小满")
    form.locator("[name=email]").fill(f"{number[:3]} {number[3:7]} {number[7:]}")
    for tick in ("of_age", "accepts"):
        if form.locator(f"[name={tick}]").count():
            form.locator(f"[name={tick}]").check()
    form.locator("button").click()
    page.wait_for_url("**/check-mail")
    code = read_text(page, number)
    page.goto("/check-mail")
    type_code(page, code)
    page.wait_for_url("**/me")


def ask(page: Page, contact: str) -> None:
    page.locator("#contact-form [name=email]").fill(contact)
    page.locator("#contact-form button").click()
    page.wait_for_url("**/code")


def type_code(page: Page, code: str) -> None:
    page.locator("#code-form [name=code]").fill(code)
    page.locator("#code-form button").click()


def read_text(page: Page, number: str) -> str:
    """The code in the newest text message to this number."""
    page.goto("/demo/mail/texts")
    said = page.locator("[data-text]", has_text=f"+86{number}").filter(has_text=re.compile(r"\d{6}.*\d+ "))
    found = re.search(r"(?<!\d)\d{6}(?!\d)", said.first.inner_text())
    assert found
    return found.group()
