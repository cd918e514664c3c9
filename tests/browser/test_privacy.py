"""Taking one's data along, leaving, and changing one's mind, with JavaScript and without."""

from __future__ import annotations

import json
import zipfile

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import deeds
from tests.browser.conftest import PASSWORD
from tests.browser.portal import RunningPortal
from tests.browser.visits import visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("language", "size"), [("zh-CN", "phone"), ("en", "desk")], ids=["zh", "en"])
def test_take_my_data_erase_me_keep_me(
    portal: RunningPortal, opened: Browser, language: str, size: str, javascript: bool
) -> None:
    way = f"{language}-{'script' if javascript else 'plain'}".lower()
    with visit(opened, portal.url, language=language, size=size, javascript=javascript) as (page, _watch):
        deeds.sign_up(page, f"leaver-{way}@home.example", f"要走 {way}", PASSWORD)
        page.goto("/me")
        page.locator("a[href='/me/privacy']").click()
        take_along(page, f"要走 {way}", javascript=javascript)
        leave(page)
        page.goto("/stories")
        bar = page.locator("section.accept", has=page.locator("#leaving-title"))
        expect(bar).to_be_visible()
        bar.locator("button").click()
        page.wait_for_url("**/me/privacy")
        expect(page.locator("#leaving-title")).to_have_count(0)


def take_along(page: Page, name: str, *, javascript: bool) -> None:
    """Asked for, packed by the worker, fetched: a zip with what this member told."""
    page.locator("#package form button").click()
    fetch = page.locator("#package a.btn")
    if javascript:
        fetch.wait_for(timeout=deeds.PATIENCE_SECONDS * 1000)
    else:
        deeds.until(lambda: fetch.count() or not page.reload())
    with page.expect_download() as begun:
        fetch.click()
    with zipfile.ZipFile(begun.value.path()) as packed:
        assert packed.testzip() is None
        [profile] = json.loads(packed.read("data/profile.json"))
    assert profile["display_name"] == name


def leave(page: Page) -> None:
    page.locator("a[href='/me/privacy/leave']").click()
    page.locator("#leave-form [name=proof]").fill(PASSWORD)
    page.locator("#leave-form button").click()
    page.wait_for_url("**/me/privacy")
    expect(page.locator("#leaving-title")).to_be_visible()
