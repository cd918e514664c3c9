"""The owner changes how the house looks and what it is called, and finds it on every page."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from portal.brand.palette import Palette, hex_of
from portal.brand.queries import FRESH_SECONDS
from tests.browser import deeds
from tests.browser.conftest import Account
from tests.browser.portal import RunningPortal
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

HUES = {True: 250, False: 150}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("size", "language"), [("phone", "zh-CN"), ("desk", "en")])
def test_colour_and_name_are_seen_everywhere(
    portal: RunningPortal,
    staff: Account,
    opened: Browser,
    tmp_path: Path,
    size: str,
    language: str,
    javascript: bool,
) -> None:
    look = {"language": language, "size": size, "javascript": javascript}
    hue, fans = HUES[javascript], "caravan" if language == "en" else "同路人"
    with visit(opened, portal.url, **look) as (owner, _):
        sign_in(owner, staff.email, staff.password)
        owner.goto("/console/settings")
        choose_hue(owner, hue, javascript=javascript)
        name_fans(owner, fans, language)
        send_logo(owner, tmp_path / "logo.png")
        owner.goto("/console/settings")
        owner.locator("#logo form[action$='/remove'] button").click()
        expect(owner.locator("#logo .mark")).to_have_count(2)
    with visit(opened, portal.url, **look) as (stranger, _):
        stranger.wait_for_timeout(1000 * FRESH_SECONDS)  # until every process has heard of it
        color = hex_of(Palette(hue, "light").color("brand-fill"))
        for path in ("/", "/sign-in", "/sign-up"):
            stranger.goto(path)
            assert painted(stranger, "main .btn.big, main .btn.full") == color, path
            expect(stranger.locator(".logo .mark")).to_be_visible()
        expect(stranger.locator(".pagehead")).to_contain_text(fans)  # what one becomes
        stranger.goto("/stories")
        assert worn(stranger) == color
        become_one_of(stranger, fans, color)


def become_one_of(page: Page, fans: str, color: str) -> None:
    """The letter with the code wears the colour; the card and one's own page say what one is now."""
    email = f"{uuid4().hex[:8]}@home.example"
    deeds.sign_up(page, email, "新来的")
    expect(page.locator(".member .head")).to_contain_text(fans)
    assert worn(page) == color
    page.locator("a[href*='seen_by=everyone']").click()
    page.wait_for_url("**seen_by=everyone")
    expect(page.locator(".who")).to_contain_text(fans)
    deeds.open_letter(page, email)
    assert color in page.request.get(f"{page.url}/html").text().lower()


def choose_hue(page: Page, hue: int, *, javascript: bool) -> None:
    """Look at it first: with a script as the number or the slider moves, else by the button beside."""
    field, present = page.locator("#hue"), painted(page, "main #colour > .actions .btn")
    wanted = {theme: hex_of(Palette(hue, theme).color("brand-fill")) for theme in ("light", "dark")}
    if javascript:
        slide = page.locator(".hue-slide")
        slide.fill(str(hue))
        expect(field).to_have_value(str(hue))
        page.locator(f"#hue-preview link[href$='hue={hue}']").wait_for(state="attached")
    else:
        field.fill(str(hue))
        page.locator("#colour button[name=preview]").click()
        expect(page.locator("#hue")).to_have_value(str(hue))
    for theme, color in wanted.items():
        deeds.until(
            lambda theme=theme, color=color: painted(page, f"[data-theme={theme}] .row .btn") == color  # type: ignore[misc]
        )
    assert painted(page, "main #colour > .actions .btn") == present  # nothing is chosen yet
    expect(page.locator("#hue-preview caption")).to_contain_text(str(hue))
    page.locator("#colour > .actions button:not([name])").click()
    expect(page.locator(".toast")).to_be_visible()


def name_fans(page: Page, fans: str, language: str) -> None:
    page.goto("/console/settings")
    page.locator(f"#fan_title_{'en' if language == 'en' else 'zh'}").fill(fans)
    page.locator("#words > .actions button").click()
    expect(page.locator(".toast").last).to_be_visible()


def send_logo(page: Page, path: Path) -> None:
    """Send it, wait until it stands in the bar."""
    image = Image.new("RGBA", (480, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 150, 150), fill=(20, 90, 160, 255))
    image.save(path)
    page.goto("/console/settings")
    page.locator("#logo [name=photo]").set_input_files(path)
    page.locator("#logo form[enctype] button").click()
    deeds.until(lambda: page.goto("/products") and page.locator(".logo img").count())
    picture = page.locator(".logo img")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    assert picture.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    assert picture.get_attribute("alt")


def worn(page: Page) -> str:
    """The colour of buttons on this page, whether it has one or not."""
    page.evaluate(
        """() => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.id = "probe";
            probe.style.backgroundColor = "var(--brand-fill)";
        }"""
    )
    return painted(page, "#probe")


def painted(page: Page, selector: str) -> str:
    """The ground of an element as ``#rrggbb``, as the browser really paints it."""
    return str(
        page.locator(selector).first.evaluate(
            """element => {
                const canvas = document.createElement("canvas").getContext("2d");
                canvas.fillStyle = getComputedStyle(element).backgroundColor;
                canvas.fillRect(0, 0, 1, 1);
                const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
                return "#" + [red, green, blue].map(part => part.toString(16).padStart(2, "0")).join("");
            }"""
        )
    )
