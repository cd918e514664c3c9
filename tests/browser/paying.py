"""What payers do on the pages of the portal and of the sandbox, in either language, with or without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

ON_TO_SANDBOX = "**/pay/sandbox/*"
MINE = re.compile(r"/me/membership$")


def act(page: Page, path: str) -> None:
    """Press the button of the form that goes there."""
    page.locator(f"main form[action$='{path}'] button").last.click()


def choose(page: Page, provider: str = "sandbox") -> None:
    """Choose the way to pay in the form on the page, and go on to the payment."""
    page.locator(f"input[name=provider][value={provider}]").check(force=True)
    page.locator("main form:has(input[name=provider]) button").last.click()
    page.wait_for_url(re.compile(r"/payments/\w+$"))


def to_sandbox(page: Page) -> None:
    """From a form to the sandbox, which asks for the sum that the form showed."""
    due = page.locator(".sum .total dd").inner_text()
    choose(page)
    expect(page.locator("#payment")).to_contain_text(due)
    act(page, "/pay")
    page.wait_for_url(ON_TO_SANDBOX)
    expect(page.locator("main")).to_contain_text(due)


def play(page: Page, deed: str) -> None:
    """Pay, fail, pay twice or pay late."""
    act(page, f"/{deed}")
    page.wait_for_url(lambda address: "/pay/sandbox/" not in address)


def begin_to_join(page: Page) -> None:
    """From the ladders to the sandbox, for the cheapest there is."""
    page.goto("/membership")
    page.locator("a[href$='/join']").first.click()
    page.wait_for_url("**/join")
    to_sandbox(page)


def road(page: Page) -> int:
    """How many lines the member's own road has."""
    page.goto("/me/membership")
    return page.locator("ol.road li").count()


def payments(page: Page) -> int:
    """How many payments stand in the member's own list."""
    page.goto("/me/payments")
    return page.locator("#payments .rows li").count()
