"""Taking one's data along, leaving, changing one's mind, and being gone, with JavaScript and without."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import deeds, phone
from tests.browser.conftest import PASSWORD
from tests.browser.portal import RunningPortal
from tests.browser.visits import visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("language", "size"), [("zh-CN", "phone"), ("en", "desk")], ids=["zh", "en"])
def test_take_my_data_keep_me_erase_me(
    portal: RunningPortal,
    roll: phone.Roll,
    opened: Browser,
    desk: Page,
    language: str,
    size: str,
    javascript: bool,
) -> None:
    way = f"{language}-{'script' if javascript else 'plain'}".lower()
    email, name, words = f"leaver-{way}@home.example", f"要走 {way}", f"带不走的只有味道 {way}"
    look: dict[str, Any] = {"language": language, "size": size, "javascript": javascript}
    with visit(opened, portal.url, **look) as (page, _watch):
        deeds.sign_up(page, email, name, PASSWORD)
        story = deeds.tell(page, words, [roll.nine[0]], javascript=javascript)
        deeds.approve(desk, words)
        mine = page_of(page, story)
        page.goto("/me")
        page.locator("a[href='/me/privacy']").click()
        take_along(page, name, words, javascript=javascript)
        leave(page)
        stay(page)
        leave(page)
        with visit(opened, portal.url, **look) as (stranger, watch):
            watch.expected |= {"404"}
            old = [story, mine, *pictures_of(stranger, story, words)]
            assert {stranger.request.get(path).status for path in old} == {200}
            portal.python("tests.browser.pass_days", email)
            deeds.until(lambda: {stranger.request.get(path).status for path in old} == {404})
            for where in ("/stories", f"/search?q={way}", "/"):
                stranger.goto(where)
                expect(stranger.locator(f"a[href='{story}'], a[href='{mine}']")).to_have_count(0)
                expect(stranger.locator("main")).not_to_contain_text(words)
        page.goto("/me")
        page.wait_for_url(re.compile(r"/sign-in\?"))  # whoever was signed in is nobody now


def page_of(page: Page, story: str) -> str:
    """The path of the page of the member who told it."""
    page.goto(story)
    return str(page.locator("main a.author").first.get_attribute("href")).split("?")[0]


def pictures_of(page: Page, story: str, words: str) -> list[str]:
    """The addresses of its pictures, seen by a stranger on the wall and on its own page."""
    page.goto("/stories")
    expect(page.locator("article.story", has_text=words)).to_be_visible()
    page.goto(story)
    return [str(image.get_attribute("src")) for image in page.locator(".gallery img").all()]


def take_along(page: Page, name: str, words: str, *, javascript: bool) -> None:
    """Asked for, packed by the worker, fetched: a zip with the profile, the story and its photo."""
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
        [story] = json.loads(packed.read("data/stories.json"))
        [photo] = [one for one in packed.namelist() if one.startswith("photos/")]
        with Image.open(io.BytesIO(packed.read(photo))) as image:
            assert min(image.size) >= 400
    assert (profile["display_name"], story["text"]) == (name, words)


def leave(page: Page) -> None:
    page.goto("/me/privacy")
    page.locator("a[href='/me/privacy/leave']").click()
    page.locator("#leave-form [name=proof]").fill(PASSWORD)
    page.locator("#leave-form button").click()
    page.wait_for_url("**/me/privacy")
    expect(page.locator("#leaving-title")).to_be_visible()


def stay(page: Page) -> None:
    """The bar stands on every page, and one press on it is enough."""
    page.goto("/stories")
    bar = page.locator("section.accept", has=page.locator("#leaving-title"))
    expect(bar).to_be_visible()
    bar.locator("button").click()
    page.wait_for_url("**/me/privacy")
    expect(page.locator("#leaving-title")).to_have_count(0)
