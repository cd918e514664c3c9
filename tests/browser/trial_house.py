"""The portal in which the journey of a trial is taken, everybody's browser as they left it, and who moves the time on."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page, StorageState

from config import ROOT
from tests.browser.people import PASSWORD
from tests.browser.portal import RunningPortal
from tests.browser.trial_crowd import GRADER, address, slug_of
from tests.browser.visits import sign_in, visit

OWNER = "owner"


@dataclass(frozen=True)
class Way:
    """How fans take the journey; colleagues sit at the desk, in the same language, with or without JavaScript as well."""

    name: str
    language: str
    size: str
    javascript: bool


class House:
    def __init__(
        self, portal: RunningPortal, opened: Browser, way: Way, desk: StorageState, days: Days
    ) -> None:
        self.way, self.slug = way, slug_of(way.name)
        self._portal, self._opened, self._days = portal, opened, days
        self._states = {OWNER: desk}

    @contextlib.contextmanager
    def at(self, who: str) -> Iterator[Page]:
        """They come back as they left, or sign in."""
        size = "desk" if who in (OWNER, GRADER) else self.way.size
        with self._visit(size, self._states.get(who)) as page:
            if who not in self._states:
                sign_in(page, address(who, self.way.name), PASSWORD)
            yield page
            self._states[who] = page.context.storage_state()

    @contextlib.contextmanager
    def stranger(self) -> Iterator[Page]:
        with self._visit(self.way.size, None) as page:
            yield page

    def days(self, number: float) -> None:
        self._days.do("pass", str(number))

    def others(self, deed: str) -> None:
        self._days.do(deed, self.way.name)

    @contextlib.contextmanager
    def _visit(self, size: str, state: StorageState | None) -> Iterator[Page]:
        look: dict[str, Any] = {"language": self.way.language, "javascript": self.way.javascript}
        with visit(self._opened, self._portal.url, size=size, state=state, **look) as (page, watch):
            watch.expected |= {"409"}  # somebody is refused on purpose
            yield page


class Days:
    """The process beside the browser (``trial_days``)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, deed: str, of: str) -> None:
        """Returns when it is done."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        print(deed, of, file=asked, flush=True)
        assert answers.readline() == "done\n", f"{deed} {of} failed; what it said stands in stderr"


@contextlib.contextmanager
def days_of(portal: RunningPortal) -> Iterator[Days]:
    command = [sys.executable, "-m", "tests.browser.trial_days"]
    piped = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=portal.environment, stdin=piped, stdout=piped, text=True
    ) as process:
        yield Days(process)


# ------------------------------------------------------------------ what everybody does on pages


def press(page: Page, action: str) -> None:
    """The button of the one form that posts to an address with this end, unfolded if need be; then it is gone, because it is done."""
    form = page.locator(f"form[action$='{action}']")
    unfold(page, form)
    form.locator("button:not([formaction])").first.click()
    form.wait_for(state="detached")


def unfold(page: Page, inside: Locator) -> None:
    folded = page.locator("main details:not([open])", has=inside)
    if folded.count():
        folded.locator("summary").click()


def choose(select: Locator, words: str) -> None:
    """The option that says these words among others."""
    value = select.locator("option", has_text=words).first.get_attribute("value")
    select.select_option(value=value)
