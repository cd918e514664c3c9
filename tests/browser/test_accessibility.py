"""Every screen as most people meet it: in Chinese on a phone, in English on a desk. One of both is read by all rules of
axe-core, the other one in the dark, where only colours differ, by those about colours.

Also: no sideways scrolling in either language from 320 to 1280 px, and a silent console.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from zlib import crc32

import pytest
from flask import Flask
from playwright.sync_api import Browser

from config import Settings
from portal import create_app
from tests.browser import acts
from tests.browser.conftest import loaded_demo, shared_folder
from tests.browser.listing import SCREENS, Screen
from tests.browser.portal import environment_of
from tests.browser.visits import NARROWEST, SIZES, axe_violations, sideways
from tests.browser.walk import Walk, darken, in_order, theatre

pytestmark = pytest.mark.browser

LOOKS = [("phone", "zh-CN"), ("desk", "en")]
#: GET addresses that answer with something else than a page, or only with a piece of one
NO_PAGES = {
    "accounts.came_from",  # leads on to the front page
    "accounts.fetch_data",  # a zip, for its member alone
    "assets.favicon",
    "assets.file",
    "assets.worker",
    "brand.stylesheet",
    "brand_console.section_page",  # leads on to the settings
    "contests.proof_rules",  # files to take along
    "contests.proof_script",
    "contests.proof_tally",
    "drops.drop_calendar",  # files for calendars
    "drops.drops_calendar",
    "drops.shop",  # leads on to the shop
    "events.event_calendar",
    "events.events_calendar",
    "events.member_calendar",
    "events.ticket_calendar",
    "demo_mail.letter_html",  # a letter, with styles of its own
    "health.healthz",
    "home.source_qr",
    "health.readyz",
    "media.photo",
    # these lead on to notifications.choices
    "notifications.all_mail",
    "notifications.choose_kinds",
    "notifications.choose_times",
    "notifications.send_proof",
    "notifications.take_proof",
    "payments.come_back",  # leads on to where the payment began
    "payments.leave",  # goes on to the provider by itself
    "membership.card_code",
    "membership.card_picture",
    "events.proof_list",  # files to download
    "events.proof_script",
    "events.sessions_given",
    "events.sessions_script",
    "events_console.door_list",  # what a door without network decides by
    "trials.proof_list",  # files to download
    "trials.proof_script",
    "payments.qr",
    "stories.photo_state",
    "trials.report_photo_state",
    "stories.prepared",
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, opened: Browser) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("screens")
    shutil.copytree(loaded_demo(shared_folder(tmp_path_factory)), folder / "demo")
    (folder / "empty").mkdir()
    with theatre(folder / "demo", folder / "empty") as stage:
        found = Walk(opened, stage)
        yield found
        found.close()


@pytest.mark.parametrize("screen", in_order(), ids=lambda screen: screen.name)
@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_screen(walk: Walk, screen: Screen, language: str, size: str) -> None:
    """One of its two looks is read by all rules, the other one by those of colour, in the dark: a phone's as its system does, a
    desk's as the switch does. Which is which changes from screen to screen, so that what frames all pages meets both."""
    page, watch = walk.open(screen, size=size, language=language)
    if (crc32(screen.name.encode()) % 2 == 0) == (size == "phone"):
        found = [f"light: {finding}" for finding in axe_violations(page)]
    else:
        darken(page, by_switch=size == "desk")
        found = [f"dark: {finding}" for finding in axe_violations(page, only_colours=True)]
    for width in (NARROWEST, *(width for width, _height in SIZES.values())):
        page.set_viewport_size({"width": width, "height": SIZES[size][1]})
        found += [f"sideways at {width} px: {piece}" for piece in sideways(page)]
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    found += watch.problems
    watch.problems.clear()
    assert not found, "\n".join(found)


def test_what_a_reader_dragged_to_another_size_breaks_no_policy(walk: Walk) -> None:
    """Browsers write such a size into a style attribute, which no script may copy to what comes in its place."""
    page, watch = walk.open(named("story-member"), size="desk", language="en")
    page.locator("textarea[name=body]").first.evaluate("field => { field.style.height = '300px'; }")
    watch.expected = {"422"}
    acts.answer_nothing(page)
    assert page.locator("textarea[name=body]").first.get_attribute("style") is None
    watch.check()


def test_the_chosen_chip_is_in_sight(walk: Walk) -> None:
    """The last page of the studio stands far right in the row that scrolls sideways."""
    page, _watch = walk.open(named("staff"), size="phone", language="en")
    box = page.locator(".staffnav .chip[aria-current]").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= SIZES["phone"][0]


def test_axe_would_tell(walk: Walk) -> None:
    """The rules do run, in the dark too."""
    page, _watch = walk.open(named("landing"), size="phone", language="en")
    page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")
    page.evaluate("() => { document.querySelector('h1').style.color = '#201018'; }")
    assert {finding.split(":")[0] for finding in axe_violations(page)} == {"image-alt"}
    darken(page)
    assert {finding.split(":")[0] for finding in axe_violations(page, only_colours=True)} == {
        "color-contrast"
    }


def named(name: str) -> Screen:
    return next(screen for screen in SCREENS if screen.name == name)


def test_screens_leave_no_page_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every address that answers with a page is among the screens."""
    app = create_app(Settings.from_environment(environment_of(tmp_path_factory.mktemp("routes"))))
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
    }
    assert pages - shown(app) == set()


def shown(app: Flask) -> set[str]:
    """The endpoints that the screens open; acts lead on to three more."""
    matcher = app.url_map.bind("localhost")
    paths = [screen.path.split("?")[0] for screen in SCREENS]
    links = {"{confirm}": "/confirm/token", "{reset}": "/reset/password"}
    links |= {"{stop}": "/stop/token", "{stop_everything}": "/stop/token"}
    links |= {"/events/{signup}": "/events/festival/register/one"}
    links |= {"{keep}": "/keep/token", "{invitation}": "/invitations/token"}
    found = {matcher.match(links.get(path, path))[0] for path in paths if path != "/nothing-here"}
    return found | {"accounts.check_mail", "stories.tag"}
