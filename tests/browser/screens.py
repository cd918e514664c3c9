"""``make screens``: every page × phone and desk × zh and en × light and dark, as pictures in ``screens/``.

The demo is loaded into a folder of its own. The list of pages is also what the accessibility test walks.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from config import ROOT
from tests.browser.portal import running
from tests.browser.visits import browser, sign_in, visit

FOLDER = ROOT / "screens"
OWNER = "owner@demo.example"
MEMBER = "xiaoman@demo.example"


@dataclass(frozen=True)
class Screen:
    """One page as one persona sees it. ``follow`` opens the first link whose address matches."""

    name: str
    path: str
    persona: str | None = None
    follow: str | None = None


SCREENS = (
    Screen("landing", "/"),
    Screen("wall-stranger", "/stories"),
    Screen("wall-member", "/stories", MEMBER),
    Screen("wall-featured", "/stories?show=featured"),
    Screen("story-stranger", "/stories", follow=r"/stories/[0-9a-z]{26}$"),
    Screen("story-member", "/stories", MEMBER, follow=r"/stories/[0-9a-z]{26}$"),
    Screen("story-staff", "/stories", OWNER, follow=r"/stories/[0-9a-z]{26}$"),
    Screen("write", "/stories/new", MEMBER),
    Screen("tag", "/stories", follow=r"/tags/"),
    Screen("products", "/products"),
    Screen("product", "/products", follow=r"/products/[a-z0-9-]+$"),
    Screen("search", "/search?q=妈妈"),
    Screen("search-empty", "/search?q=qqqqzzzz"),
    Screen("sign-up", "/sign-up"),
    Screen("sign-in", "/sign-in"),
    Screen("me", "/me", MEMBER),
    Screen("profile", "/me/profile", MEMBER),
    Screen("security", "/me/security", MEMBER),
    Screen("member", "/stories", follow=r"/members/[0-9a-z]{26}$"),
    Screen("inbox", "/inbox", MEMBER),
    Screen("console", "/console", OWNER),
    Screen("queue", "/console/queue", OWNER),
    Screen("replies", "/console/replies", OWNER),
    Screen("themes", "/console/themes", OWNER),
    Screen("console-products", "/console/products", OWNER),
    Screen("staff", "/console/staff", OWNER),
    Screen("demo-mail", "/demo/mail"),
    Screen("not-found", "/nothing-here"),
)


def open_screen(page: Page, screen: Screen) -> None:
    """Bring the page to where the screen is, quietly finished."""
    page.goto(screen.path)
    if screen.follow:
        addresses = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        target = next(
            (address for address in addresses if re.search(screen.follow, address.split("#")[0])), None
        )
        if target is None:  # one step deeper: the link stands on the first story
            story = next(a for a in addresses if re.search(r"/stories/[0-9a-z]{26}$", a))
            page.goto(story)
            addresses = page.eval_on_selector_all(
                "main a[href]", "links => links.map(l => l.getAttribute('href'))"
            )
            target = next(address for address in addresses if re.search(screen.follow, address.split("#")[0]))
        page.goto(target)
    page.wait_for_load_state("networkidle")


def personas() -> dict[str | None, list[Screen]]:
    """The screens grouped by who opens them, so that each signs in once."""
    groups: dict[str | None, list[Screen]] = {}
    for screen in SCREENS:
        groups.setdefault(screen.persona, []).append(screen)
    return groups


def shoot(opened: Browser, url: str, folder: Path, only: str = "") -> int:
    """Write all pictures; returns how many."""
    count = 0
    for size, language, theme in product(("phone", "desk"), ("zh-CN", "en"), ("light", "dark")):
        for persona, screens in personas().items():
            wanted = [screen for screen in screens if only in screen.name]
            if not wanted:
                continue
            with visit(opened, url, size=size, language=language, theme=theme) as (page, watch):
                watch.expected.add("404")
                if persona:
                    sign_in(page, persona)
                for screen in wanted:
                    open_screen(page, screen)
                    name = f"{screen.name}-{size}-{language[:2]}-{theme}.png"
                    page.screenshot(path=folder / name, full_page=size == "phone")
                    count += 1
    return count


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), demo_data=True) as portal,
        browser() as opened,
    ):
        print(f"{shoot(opened, portal.url, FOLDER, only)} pictures in {FOLDER}")


if __name__ == "__main__":
    main()
