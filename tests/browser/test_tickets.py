"""A ticket at the gate: it opens without a connection, its QR is read by another program, and nothing stays after sign-out."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import MEMBER, OWNER
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

#: names of what the service worker keeps
KEPT = "async () => (await caches.keys()).filter(name => name.startsWith('kept-'))"
KEPT_PAGES = """async path => {
  const names = (await caches.keys()).filter(name => name.startsWith('kept-'));
  const kept = names.length && await (await caches.open(names[0])).match(path, { ignoreVary: true });
  const files = names.length ? (await (await caches.open(names[0])).keys()).length : 0;
  return Boolean(kept) && files > 3;
}"""


def open_ticket(page: Page) -> str:
    """The first ticket to come of who is signed in; its path."""
    page.goto("/me/tickets")
    page.locator("main a[href*='/me/tickets/01']").first.click()
    page.wait_for_url("**/me/tickets/01*")
    return page.evaluate("location.pathname")


def wait_until_kept(page: Page, path: str) -> None:
    page.wait_for_function(KEPT_PAGES, arg=path, timeout=20_000)


def go_offline(page: Page) -> None:
    page.context.set_offline(True)


def test_a_ticket_opens_without_a_connection(demo: RunningPortal, opened: Browser) -> None:
    with visit(opened, demo.url) as (page, watch):
        watch.expected |= {"ERR_INTERNET_DISCONNECTED", "ERR_FAILED"}
        sign_in(page, MEMBER)
        path = open_ticket(page)
        code = page.locator(".paper .code").inner_text()
        expect(page.locator("[data-kept-copy]")).to_be_hidden()
        wait_until_kept(page, path)
        go_offline(page)
        page.goto(path)
        expect(page.locator(".paper .code")).to_have_text(code)
        expect(page.locator("[data-kept-copy]")).to_be_visible()
        expect(page.locator(".paper-top")).not_to_have_css("border-top-left-radius", "0px")  # styled as ever
        page.goto("/me/tickets")
        expect(page.locator("[data-kept-copy]")).to_be_visible()
        expect(page.locator(f"a[href='{path}']")).to_be_visible()
        page.context.set_offline(False)
        page.goto(path)
        expect(page.locator("[data-kept-copy]")).to_be_hidden()


def test_nothing_of_it_stays_after_signing_out(demo: RunningPortal, opened: Browser) -> None:
    with visit(opened, demo.url) as (page, watch):
        watch.expected |= {"ERR_INTERNET_DISCONNECTED", "ERR_FAILED"}
        sign_in(page, MEMBER)
        path = open_ticket(page)
        wait_until_kept(page, path)
        page.goto("/me")
        page.locator("form[action$='/sign-out'] button").click()
        page.wait_for_url("**/")
        page.wait_for_function(f"async () => (await ({KEPT})()).length === 0")
        sign_in(page, OWNER)
        assert page.evaluate(KEPT) == []
        go_offline(page)
        with pytest.raises(Exception, match="ERR_"):
            page.goto(path)


def test_another_program_reads_the_code_on_the_screen(demo: RunningPortal, opened: Browser) -> None:
    for theme in ("light", "dark"):
        with visit(opened, demo.url, theme=theme) as (page, _watch):
            sign_in(page, MEMBER)
            open_ticket(page)
            code = page.locator(".paper .code").inner_text().replace("-", "")
            [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
            assert f"/t/{code}." in read.text
            page.goto(read.text[read.text.index("/t/") :])
            page.wait_for_url("**/me/tickets/01*")
