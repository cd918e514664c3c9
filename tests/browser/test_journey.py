"""The main journey, whole: a newcomer's story, from signing up to hearing the brand's answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import deeds, phone
from tests.browser.conftest import PASSWORD, Account
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

WORDS = {"zh-CN": "妈妈 2009 年买的，去年传给我", "en": "Mum bought it in 2009 and handed it on"}
ANSWER = {"zh-CN": "里面那张车票，请一定留着。", "en": "That ticket inside, do keep it."}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_newcomers_story_reaches_the_wall_and_is_answered(
    portal: RunningPortal,
    staff: Account,
    roll: phone.Roll,
    opened: Browser,
    language: str,
    size: str,
    javascript: bool,
) -> None:
    way = f"{language}-{size}-{'script' if javascript else 'plain'}"
    email, words, reply = (
        f"{way}@home.example".lower(),
        f"{WORDS[language]} · {way}",
        f"{ANSWER[language]} · {way}",
    )
    look = {"language": language, "size": size, "javascript": javascript}

    with visit(opened, portal.url, **look) as (member, _):
        deeds.sign_up(member, email, f"小满 {way}", PASSWORD)
        assert member.locator("html").get_attribute("lang") == language
        story = deeds.tell(member, words, [roll.upright], javascript=javascript)
        wait_for_review(member, javascript=javascript)
        with visit(opened, portal.url, **look) as (stranger, watch):
            watch.expected.add("404")
            assert stranger.goto(story).status == 404
            stranger.goto("/stories")
            expect(stranger.locator("main")).not_to_contain_text(words)

        with visit(opened, portal.url, **look) as (desk, _):
            sign_in(desk, staff.email, staff.password)
            deeds.approve(desk, words)
            with visit(opened, portal.url, **look) as (stranger, _):
                see_on_the_wall(stranger, story, words)
            deeds.answer(desk, story, reply)

        hear_of_it(member, story, reply)
        deeds.open_letter(member, email)
        expect(member.locator("article.card")).to_contain_text(reply)


def wait_for_review(page: Page, *, javascript: bool) -> None:
    """As soon as its photo is ready the page says that the story is being looked at: by itself, or when asked again."""
    waiting = page.locator("[data-state=held] .note")
    if javascript:
        waiting.wait_for(timeout=deeds.PATIENCE_SECONDS * 1000)
    else:
        deeds.until(lambda: waiting.count() or not page.reload())
    expect(page.locator(".gallery img")).to_have_count(1)


def see_on_the_wall(page: Page, story: str, words: str) -> None:
    """A stranger reads it on the wall, sees its picture, and opens it."""
    page.goto("/stories")
    card = page.locator("article.story", has_text=words)
    picture = card.locator("img.ph").get_attribute("src")
    assert picture is not None
    data = page.request.get(picture)
    assert data.status == 200
    assert phone.check_clean(data.body())
    card.locator("a", has_text=words).click()
    page.wait_for_url(f"**{story}")
    expect(page.locator(".text")).to_contain_text(words)


def hear_of_it(page: Page, story: str, reply: str) -> None:
    """The bell counts, the inbox tells, the message leads to the answer."""
    page.goto("/stories")
    expect(page.locator("#bell .dot")).to_be_visible()
    page.locator("#bell").click()
    page.wait_for_url("**/inbox")
    expect(page.locator("li.new")).not_to_have_count(0)
    page.locator("li.new", has_text=reply).locator("button.item").click()
    page.wait_for_url(f"**{story}*")
    expect(page.locator("section.patch", has_text=reply)).to_be_visible()
