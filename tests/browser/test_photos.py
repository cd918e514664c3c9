"""Photos as phones make them, on every way to the wall; and what nobody may ever see of them."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from portal.core.media.images import WIDTHS
from tests.browser import deeds, phone
from tests.browser.portal import RunningPortal
from tests.browser.visits import visit
from tests.core.media import pictures

pytestmark = pytest.mark.browser

DESCRIBED = "妈妈背着它站在车站"


def newcomer(page: Page) -> str:
    """Somebody new, signed in in this browser; returns words that only this test uses."""
    mark = uuid4().hex[:8]
    deeds.sign_up(page, f"{mark}@home.example", f"新来的 {mark}")
    return f"第一张照片 {mark}"


def test_nine_photos_one_by_one(portal: RunningPortal, roll: phone.Roll, opened: Browser, desk: Page) -> None:
    """Each with its own progress, try-again and remove; put in order and described; HEIC among them."""
    with visit(opened, portal.url) as (page, watch):
        words = newcomer(page)
        page.goto("/stories/new")
        watch.expected.add("ERR_CONNECTION_RESET")
        lose_one_and_send_again(page, roll)
        deeds.add_photos(page, [roll.heic, *roll.nine[:7]], javascript=True)
        watch.expected |= {"422 http", "status of 422"}
        try_a_tenth(page, roll)
        swap_one(page, roll)
        put_last_first_and_describe(page)
        page.locator("textarea[name=body]").fill(words)
        story = deeds.hand_in(page)
        deeds.approve(desk, words)
        expect_described(opened, portal, story)
    check_gallery(opened, portal, story, number=9)


def lose_one_and_send_again(page: Page, roll: phone.Roll) -> None:
    """The connection breaks while a photo goes up; it stays, and one press sends it again."""
    on_its_way: list[Route] = []
    page.route("**/photos", lambda route: on_its_way.append(route))
    page.locator("input[name=photos]").set_input_files(roll.upright)
    row = page.locator("#photo-list > li")
    expect(row.locator("progress")).to_be_visible()
    expect(row.locator("[data-name]")).to_have_text(roll.upright.name)
    page.wait_for_timeout(100)
    deeds.until(lambda: on_its_way or page.wait_for_timeout(100))
    on_its_way[0].abort("connectionreset")
    expect(row.locator("[data-said].err")).to_be_visible()
    expect(row.locator("img.thumb")).to_be_visible()
    page.unroute("**/photos")
    row.locator("[data-retry]").click()
    expect(page.locator("#photo-list > li[id^=photo-]")).to_have_count(1)


def try_a_tenth(page: Page, roll: phone.Roll) -> None:
    """There is room for nine: the tenth says so beside itself and can be taken away."""
    page.locator("input[name=photos]").set_input_files(roll.nine[8])
    extra = page.locator("#photo-list > li.failed")
    expect(extra.locator("[data-said].err")).to_contain_text("9")
    extra.locator("[data-remove]").click()
    expect(page.locator("#photo-list > li")).to_have_count(9)


def swap_one(page: Page, roll: phone.Roll) -> None:
    """One is taken out again, another takes its place."""
    gone = page.locator("#photo-list > li").nth(4).get_attribute("id")
    page.locator(f"#{gone} button[formaction$='/remove']").click()
    expect(page.locator(f"#{gone}")).to_have_count(0)
    deeds.add_photos(page, [roll.nine[8]], javascript=True)


def put_last_first_and_describe(page: Page) -> None:
    """The order is that of choosing until it is changed; order and description are kept at once, reloads show them."""
    rows = page.locator("#photo-list > li")
    before = [row.get_attribute("id") for row in rows.all()]
    page.reload()
    assert [row.get_attribute("id") for row in rows.all()] == before
    second = rows.nth(1).get_attribute("id")
    page.locator(f"#{second} button[formaction$='/up']").click()
    expect(rows.first).to_have_attribute("id", str(second))
    with page.expect_response("**/describe"):
        rows.first.locator("input[name^=alt-]").fill(DESCRIBED)
        rows.first.locator("input[name^=alt-]").blur()
    page.reload()
    expect(rows.first).to_have_attribute("id", str(second))
    expect(rows.first.locator("input[name^=alt-]")).to_have_value(DESCRIBED)


def test_many_photos_at_once_without_script(
    portal: RunningPortal, roll: phone.Roll, opened: Browser, desk: Page
) -> None:
    """One field takes several files; every button keeps the words that were typed."""
    with visit(opened, portal.url, javascript=False) as (page, _):
        words = newcomer(page)
        page.goto("/stories/new")
        page.locator("textarea[name=body]").fill(words)
        page.locator("input[name=photos]").set_input_files([roll.upright, roll.heic])
        page.locator(".picker-submit button").click()
        rows = page.locator("#photo-list > li[id^=photo-]")
        expect(rows).to_have_count(2)
        expect(page.locator("textarea[name=body]")).to_have_value(words)
        second = rows.nth(1).get_attribute("id")
        rows.nth(1).locator("input[name^=alt-]").fill(DESCRIBED)
        rows.nth(1).locator("button[formaction$='/up']").click()
        expect(rows.first).to_have_attribute("id", str(second))
        expect(rows.first.locator("input[name^=alt-]")).to_have_value(DESCRIBED)
        page.locator("input[name=photos]").set_input_files(roll.nine[:7])
        story = deeds.hand_in(page)
        deeds.approve(desk, words)
    check_gallery(opened, portal, story, number=9)


def test_originals_sent_without_any_browser(
    portal: RunningPortal, roll: phone.Roll, opened: Browser, desk: Page
) -> None:
    """The bytes as the phone made them, posted by a program with the member's cookie and token."""
    with visit(opened, portal.url) as (page, _):
        words = newcomer(page)
        page.goto("/stories/new")
        address = str(page.locator("#writing").get_attribute("action"))
        token = str(page.locator("#writing [name=csrf_token]").get_attribute("value"))
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
        for original in (roll.upright, roll.heic):
            assert post(portal, address, cookies, token, original.name, original.read_bytes()) == 303
        page.goto("/stories/new")
        expect(page.locator("#photo-list > li[id^=photo-]")).to_have_count(2)
        page.locator("textarea[name=body]").fill(words)
        story = deeds.hand_in(page)
        deeds.approve(desk, words)
        addresses = check_gallery(opened, portal, story, number=2)
        check_unreachable(portal, page, addresses)


@pytest.mark.parametrize("end", ["declined", "taken down", "deleted"])
def test_pictures_of_a_story_that_is_gone(
    portal: RunningPortal, roll: phone.Roll, opened: Browser, desk: Page, end: str
) -> None:
    """Strangers get 404 at every old address; its author does too after deleting it."""
    with visit(opened, portal.url) as (page, _), visit(opened, portal.url) as (stranger, _):
        words = newcomer(page)
        story = deeds.tell(page, words, roll.nine[:2], javascript=True)
        if end == "declined":
            deeds.reject(desk, words)
        else:
            deeds.approve(desk, words)
        page.goto(story)
        addresses = widths_of(page.locator(".gallery img"))
        assert statuses(stranger, addresses) == {404 if end == "declined" else 200}
        if end == "taken down":
            take_down_after_report(opened, portal, desk, story, words)
        if end == "deleted":
            delete(page)
            assert statuses(page, [story, *addresses]) == {404}
            assert statuses(desk, [story, *addresses]) == {404}
        else:
            assert statuses(page, [story, *addresses]) == {200}
        assert statuses(stranger, [story, *addresses]) == {404}


def delete(page: Page) -> None:
    """The author takes the story down for good."""
    form = page.locator("form[action$='/delete']")
    page.locator("details.confirm", has=form).locator("summary").click()
    form.locator("button").click()
    page.wait_for_url(lambda address: not deeds.STORY.search(address))


def take_down_after_report(
    opened: Browser, portal: RunningPortal, desk: Page, story: str, words: str
) -> None:
    """A member reports what hangs on the wall, and staff agree."""
    with visit(opened, portal.url) as (page, _):
        newcomer(page)
        page.goto(story)
        page.locator("a[href*='/report/story/']").click()
        page.locator("#report-form [name=reason]").first.check()
        page.locator("#report-form button[type=submit]").click()
        page.wait_for_url(f"**{story}")
    deeds.reject(desk, words)


# ------------------------------------------------------------------ what is served


def check_gallery(opened: Browser, portal: RunningPortal, story: str, *, number: int) -> list[str]:
    """A stranger sees the story on the wall and all its pictures; every served file is clean. Returns addresses."""
    with visit(opened, portal.url) as (page, _):
        page.goto("/stories")
        expect(page.locator(f"article.story a[href='{story}']").first).to_be_visible()
        page.goto(story)
        pictures_shown = page.locator(".gallery img")
        expect(pictures_shown).to_have_count(number)
        addresses = widths_of(pictures_shown)
        assert len(addresses) == number * len(WIDTHS)
        turned = {}
        for address in addresses:
            answer = page.request.get(address)
            assert answer.status == 200
            assert answer.headers["content-type"] == "image/webp"
            turned[address] = phone.check_clean(answer.body())
        assert sum(not upright for upright in turned.values()) <= len(
            WIDTHS
        )  # only the HEIC lies on its side
    return addresses


def expect_described(opened: Browser, portal: RunningPortal, story: str) -> None:
    with visit(opened, portal.url) as (page, _):
        page.goto(story)
        expect(page.locator(".gallery img").first).to_have_attribute("alt", DESCRIBED)


def widths_of(images: Locator) -> list[str]:
    """The addresses of all widths of these pictures."""
    sets = [str(image.get_attribute("srcset")) for image in images.all()]
    return [part.split()[0] for one in sets for part in one.split(", ")]


def statuses(page: Page, addresses: Iterable[str]) -> set[int]:
    return {page.request.get(address).status for address in addresses}


def check_unreachable(portal: RunningPortal, page: Page, addresses: list[str]) -> None:
    """No address gives the original back, not even to its author, and none is kept once it has been prepared."""
    for photo_id in {address.split("/")[2] for address in addresses}:
        for guess in guesses(photo_id):
            status, body = get(portal, guess, page)
            assert status in (404, 400), (guess, status)
            assert pictures.SECRET not in body
    kept = [path for path in (portal.folder / "storage").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if pictures.SECRET in path.read_bytes()]


def guesses(photo_id: str) -> Iterator[str]:
    """What somebody curious would try."""
    key = f"quarantine/{photo_id[-2:]}/{photo_id}"
    yield from (
        f"/media/{photo_id}",
        f"/media/{photo_id}/original",
        f"/media/{photo_id}.jpg",
        f"/media/{key}",
    )
    yield from (
        f"/media/{photo_id}/{width}.{kind}" for width, kind in ((1600, "jpg"), (4032, "webp"), (0, "webp"))
    )
    yield from (f"/{key}", f"/storage/{key}", f"/assets/{key}", f"/static/{key}", f"/var/storage/{key}")
    for up in ("..", "%2e%2e", "..%2f..", "....//"):
        yield from (f"/media/{up}/{key}", f"/assets/{up}/{up}/{up}/storage/{key}")
    yield f"/media/{photo_id}/..%2f..%2f{key}/400.webp"


def get(portal: RunningPortal, path: str, page: Page) -> tuple[int, bytes]:
    """Exactly this path (a browser would tidy it), with the cookies of the page's member."""
    connection = http.client.HTTPConnection(portal.url.removeprefix("http://"), timeout=20)
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    connection.request("GET", path, headers={"Cookie": cookies})
    answer = connection.getresponse()
    return answer.status, answer.read()


def post(portal: RunningPortal, path: str, cookies: str, token: str, name: str, data: bytes) -> int:
    """Send one file as a form would; returns the status."""
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    connection = http.client.HTTPConnection(portal.url.removeprefix("http://"), timeout=60)
    connection.request(
        "POST", path, body, {"Cookie": cookies, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    return connection.getresponse().status
