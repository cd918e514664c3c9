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
        deeds.sign_up_by_phone(page, number, "小满")
        page.goto("/me")
        page.locator("a[href='/me/security']").click()
        expect(page.locator("main")).to_contain_text("137****00")
        page.locator("a[href='/me/security/mail']").click()
        ask(page, email)
        deeds.open_letter(page, email)
        code = page.locator(".code").inner_text().strip()
        page.goto("/me/security/mail/code")
        deeds.type_code(page, code)
        page.wait_for_url("**/me/security")

        page.goto("/me/security/phone")  # now with the phone in other hands
        ask(page, other)
        code = deeds.read_text(page, other)
        page.goto("/me/security/phone/code")
        deeds.type_code(page, code)
        page.wait_for_url("**/me/security")
        expect(page.locator("main")).not_to_contain_text(f"137****{number[-4:]}")

        with visit(opened, portal.url, **look) as (owner, _):
            owner.goto("/sign-in")
            owner.locator("a[href='/not-me']").click()
            owner.locator("#not-me-form [name=email]").fill(number)
            owner.locator("#not-me-form button").click()
            owner.wait_for_url("**/check-mail")
            code = deeds.read_text(owner, number)
            owner.goto("/check-mail")
            deeds.type_code(owner, code)
            owner.wait_for_url("**/me/security")
            expect(owner.locator("main")).to_contain_text(f"137****{number[-4:]}")

        page.goto("/me")
        page.wait_for_url(re.compile(r"/sign-in\?"))  # whoever held the phone is out


def ask(page: Page, contact: str) -> None:
    page.locator("#contact-form [name=email]").fill(contact)
    page.locator("#contact-form button").click()
    page.wait_for_url("**/code")
