"""``make screens``: every page × phone and desk × zh and en × light and dark, as pictures in ``screens/``."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from config import ROOT
from tests.browser.portal import fill
from tests.browser.visits import SIZES, browser, settle
from tests.browser.walk import Walk, darken, in_order, theatre

FOLDER = ROOT / "screens"
#: long walls are cut here, in pixels
LONGEST = 2600


def main() -> None:
    """The first argument, if any, is a part of the names of the wanted screens; the second of the wanted looks."""
    only, look = (*sys.argv[1:], "", "")[:2]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, browser() as opened:
        demo, empty = Path(folder, "demo"), Path(folder, "empty")
        demo.mkdir()
        empty.mkdir()
        fill(demo, "whole")
        with theatre(demo, empty) as stage:
            walk = Walk(opened, stage)
            number = sum(
                shoot(walk, size, language, only, look) for size in SIZES for language in ("zh-CN", "en")
            )
            walk.close()
    print(f"{number} pictures in {FOLDER} ({time.monotonic() - started:.0f} s)")


def shoot(walk: Walk, size: str, language: str, only: str, look: str) -> int:
    """All screens in one size and language, light and dark. Returns how many pictures were made."""
    if look and look not in f"{size}-{language[:2]}":
        return 0
    made = 0
    for screen in in_order(lambda screen: only in screen.name):
        page, watch = walk.open(screen, size=size, language=language)
        unroll(page, size)
        for theme in ("light", "dark"):
            if theme == "dark":
                darken(page)
            page.screenshot(path=FOLDER / f"{screen.name}-{size}-{language[:2]}-{theme}.png")
            made += 1
        for problem in watch.problems:
            print(f"{screen.name} {size} {language}: {problem}", file=sys.stderr)
        watch.problems.clear()
        page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    return made


def unroll(page: Page, size: str) -> None:
    """Make the window as high as the page: what is fixed stands at its end, and lazy pictures are loaded."""
    width, height = SIZES[size]
    full = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, min(full, LONGEST))})
    page.wait_for_timeout(300 if page.locator("[hx-trigger=revealed]").count() else 0)
    settle(page)


if __name__ == "__main__":
    main()
