"""What members decide about themselves: language, who sees their birthday, where they are signed in, whom they meet."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import deeds
from tests.browser.conftest import PASSWORD
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

LOOKS = {
    "zh": {"language": "zh-CN", "size": "phone"},
    "zh-plain": {"language": "zh-CN", "size": "phone", "javascript": False},
    "en": {"language": "en", "size": "desk"},
}
everywhere = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
#: the eighth month's fifteenth day by the moon, as the member's page tells it
FESTIVAL = {"zh-CN": "八月十五", "en": "lunar month 8, day 15"}
OTHER_TONGUE = {"zh-CN": "en", "en": "zh-CN"}


@everywhere
def test_join_by_phone_change_language_hide_birthday(
    portal: RunningPortal, opened: Browser, look: dict[str, Any]
) -> None:
    number, told = f"138{uuid4().int % 10**8:08}", FESTIVAL[look["language"]]
    with visit(opened, portal.url, **look) as (page, _):
        deeds.sign_up_by_phone(page, number, "中秋生的")
        there_and_back(page, look["language"])
        mine = tell_birthday(page)
        with (
            visit(opened, portal.url, **look) as (other, _),
            visit(opened, portal.url, **look) as (stranger, _),
        ):
            deeds.sign_up(other, f"{uuid4().hex[:8]}@home.example", "别人")
            for audience, seen in {
                "staff": (False, False),
                "members": (True, False),
                "everyone": (True, True),
            }.items():
                show_birthday_to(page, audience)
                page.goto(mine)
                expect(page.locator("dl.pairs")).to_contain_text(told)
                assert (sees(other, mine, told), sees(stranger, mine, told)) == seen, audience


def there_and_back(page: Page, language: str) -> None:
    """The switch in the bar turns the page one is on into the other language, and the next page with it."""
    for wanted in (OTHER_TONGUE[language], language):
        page.goto("/me/profile")
        page.locator("header button[name=language]").click()
        expect(page.locator("html")).to_have_attribute("lang", wanted)
        assert deeds.path_of(page) == "/me/profile"
        page.goto("/stories")
        expect(page.locator("html")).to_have_attribute("lang", wanted)


def tell_birthday(page: Page) -> str:
    """By the lunar calendar, with the year. Returns the path of the member's page."""
    page.goto("/me/profile")
    form = page.locator("#profile-form")
    form.locator("[name=birth_calendar]").select_option("lunar")
    form.locator("[name=birth_month]").select_option("8")
    form.locator("[name=birth_day]").select_option("15")
    form.locator("[name=birth_year]").fill("1990")
    save(page)
    return str(page.locator("a[href*='seen_by=everyone']").first.get_attribute("href")).split("?")[0]


def show_birthday_to(page: Page, audience: str) -> None:
    page.goto("/me/profile")
    page.locator("#profile-form [name=sees_birthday]").select_option(audience)
    save(page)


def save(page: Page) -> None:
    page.locator("#profile-form > .actions button").click()
    expect(page.locator(".toast").last).to_be_visible()
    expect(page.locator(".summary")).to_have_count(0)


def sees(page: Page, member: str, told: str) -> bool:
    """Whether the day stands on the page; the year never does."""
    page.goto(member)
    expect(page.locator("main h1")).to_have_text("中秋生的")
    words = page.content()
    assert "1990" not in words
    return told in words


@everywhere
def test_sign_out_another_device(portal: RunningPortal, opened: Browser, look: dict[str, Any]) -> None:
    """Whoever was signed out goes on reading as a stranger, and asking for what is mine leads to the sign-in."""
    email = f"{uuid4().hex[:8]}@home.example"
    with visit(opened, portal.url, **look) as (here, _), visit(opened, portal.url, **look) as (lost, _):
        deeds.sign_up(here, email, "两台设备", PASSWORD)
        sign_in(lost, email, PASSWORD)
        here.goto("/me")
        here.locator("a[href='/me/security']").click()
        devices = here.locator("#device-list li")
        expect(devices).to_have_count(2)
        devices.locator("form button").first.click()
        expect(devices).to_have_count(1)
        lost.goto("/stories")
        expect(lost.locator("header a[href^='/sign-in']")).to_be_visible()
        lost.goto("/me")
        lost.wait_for_url(re.compile(r"/sign-in\?"))
        here.goto("/me")
        assert deeds.path_of(here) == "/me"


@everywhere
def test_who_blocks_and_who_is_blocked_vanish_for_each_other(
    portal: RunningPortal, opened: Browser, desk: Page, look: dict[str, Any]
) -> None:
    """On the wall, as a page and in the search; a stranger still sees both; let back, both are there again."""
    marks = [uuid4().hex[:8] for _ in range(2)]
    with (
        visit(opened, portal.url, **look) as (one, watch),
        visit(opened, portal.url, **look) as (other, their),
    ):
        watch.expected |= {"404"}
        their.expected |= {"404"}
        stories = [write_story(page, mark) for page, mark in zip((one, other), marks, strict=True)]
        for mark in marks:
            deeds.approve(desk, mark)
        assert meets(one, stories[1], marks[1])
        assert meets(other, stories[0], marks[0])
        block_author(one, stories[1])
        assert not meets(one, stories[1], marks[1])
        assert not meets(other, stories[0], marks[0])
        with visit(opened, portal.url, **look) as (stranger, _):
            assert all(meets(stranger, story, mark) for story, mark in zip(stories, marks, strict=True))
        one.goto("/me")
        one.locator("a[href='/me/distance']").click()
        one.locator("#distance-list form button").click()
        expect(one.locator("#distance-list form")).to_have_count(0)
        assert meets(one, stories[1], marks[1])
        assert meets(other, stories[0], marks[0])


def write_story(page: Page, mark: str) -> str:
    """Somebody new tells something; the story waits to be looked at."""
    deeds.sign_up(page, f"{mark}@home.example", "邻座")
    return deeds.tell(page, f"今天背它去了菜市场 {mark}", javascript=False)


def block_author(page: Page, story: str) -> None:
    """From the story to its author's page, and there to the two ways of keeping away."""
    page.goto(story)
    page.locator("main a.author").first.click()
    page.locator("a[href$='/keep-away']").click()
    page.locator("form[action$='/block'] button").click()
    page.wait_for_url("**/me/distance")


def meets(page: Page, story: str, mark: str) -> bool:
    """Whether the wall, the story's own page and the search show it: all of them, or none."""
    page.goto("/stories")
    on_wall = page.locator(f"article.story a[href='{story}']").count() > 0
    answer = page.goto(story)
    assert answer is not None
    page.goto(f"/search?q={mark}")
    found = page.locator(f"main a[href='{story}']").count() > 0
    assert on_wall == (answer.status == 200) == found, (on_wall, answer.status, found)
    return on_wall
