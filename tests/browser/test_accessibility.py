"""Every screen for everybody: axe-core in light and dark, no sideways scrolling down to 320 px, a silent console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from config import Settings
from portal import create_app
from tests.browser.conftest import loaded_demo, shared_folder
from tests.browser.listing import SCREENS, Screen
from tests.browser.portal import environment_of
from tests.browser.visits import NARROWEST, SIZES, axe_violations, sideways
from tests.browser.walk import Walk, darken, in_order, theatre

pytestmark = pytest.mark.browser

#: English words are longer on a phone; the desk speaks Chinese
LANGUAGES = {"phone": "en", "desk": "zh-CN"}
#: GET addresses that answer with something else than a page, or only with a piece of one
NO_PAGES = {
    "assets.favicon",
    "assets.file",
    "brand.stylesheet",
    "health.healthz",
    "health.readyz",
    "media.photo",
    "stories.photo_state",
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
@pytest.mark.parametrize("size", SIZES)
def test_screen(walk: Walk, screen: Screen, size: str) -> None:
    page, watch = walk.open(screen, size=size, language=LANGUAGES[size])
    found = axe_violations(page)
    found += [f"sideways: {piece}" for piece in sideways(page)]
    darken(page)
    found += [f"dark: {finding}" for finding in axe_violations(page, colours_only=True)]
    if size == "phone":
        width, height = SIZES[size]
        page.set_viewport_size({"width": NARROWEST, "height": height})
        found += [f"sideways at {NARROWEST} px: {piece}" for piece in sideways(page)]
        page.set_viewport_size({"width": width, "height": height})
    found += watch.problems
    watch.problems.clear()
    assert not found, "\n".join(found)


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
    found = {matcher.match(links.get(path, path))[0] for path in paths if path != "/nothing-here"}
    return found | {"accounts.check_mail", "stories.tag"}
