"""Walking the screens: each persona signs in once, neighbours share a browser context, light turns dark in place."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState

from portal.core.i18n import COOKIE
from tests.browser.listing import SCREENS, Screen
from tests.browser.people import PASSWORD
from tests.browser.portal import RunningPortal, fill, running
from tests.browser.visits import Watch, settle, sign_in, visit


@dataclass(frozen=True)
class Theatre:
    """The demo with everything staged, and a portal without any data."""

    full: RunningPortal
    empty: RunningPortal
    ids: dict[str, str]


@contextlib.contextmanager
def theatre(demo: Path, empty: Path) -> Iterator[Theatre]:
    """Two portals: ``demo`` holds the loaded demo, ``empty`` is an empty folder. Both are changed."""
    fill(empty)
    with running(demo, WEB_WORKERS="1") as full, running(empty, WEB_WORKERS="1") as bare:
        ids = json.loads(full.python("tests.browser.stage"))
        ids |= {
            f"empty_{name}": value
            for name, value in json.loads(bare.python("tests.browser.stage", "empty")).items()
        }
        yield Theatre(full, bare, ids)


@dataclass
class Walk:
    """Opens screens, one after the other, in at most one context at a time."""

    opened: Browser
    theatre: Theatre
    _states: dict[tuple[str, bool], StorageState] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _key: object = None
    _here: tuple[Page, Watch] | None = None
    _links: Iterator[int] = field(default_factory=count)

    def open(self, screen: Screen, *, size: str, language: str) -> tuple[Page, Watch]:
        """The page with the screen on it, light; ``watch`` knows what went wrong since."""
        page, watch = self._context(screen, size, language)
        watch.problems.clear()
        watch.expected = (
            {f"status of {screen.status}", f"{screen.status} http"} if screen.status != 200 else set()
        )
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(self._path(screen))
        if screen.act is not None:
            screen.act(page)
        else:
            assert answer is not None
            assert answer.status == screen.status, (screen, answer.status)
        settle(page)
        return page, watch

    def close(self) -> None:
        self._stack.close()
        self._key = None

    def _path(self, screen: Screen) -> str:
        ids = (
            self.theatre.ids | {"reset": self.theatre.ids[f"reset{next(self._links)}"]}
            if "{reset}" in screen.path
            else self.theatre.ids
        )
        return screen.path.format(**ids)

    def _context(self, screen: Screen, size: str, language: str) -> tuple[Page, Watch]:
        key = (screen.persona, screen.empty, size, language)
        if key != self._key or self._here is None:
            self.close()
            state = self._state(screen.persona, empty=screen.empty) if screen.persona else None
            url = self._url(screen.empty)
            self._here = self._stack.enter_context(
                visit(self.opened, url, size=size, language=language, state=state)
            )
            speak(self._here[0], url, language)
            self._key = key
        return self._here

    def _state(self, persona: str, *, empty: bool) -> StorageState:
        if (persona, empty) not in self._states:
            with visit(self.opened, self._url(empty)) as (page, _):
                sign_in(page, persona, PASSWORD)
                self._states[persona, empty] = page.context.storage_state()
        return self._states[persona, empty]

    def _url(self, empty: bool) -> str:
        return (self.theatre.empty if empty else self.theatre.full).url


def speak(page: Page, url: str, language: str) -> None:
    """Choose the language as the switch does: a member's own language would win over the browser's."""
    page.context.add_cookies([{"name": COOKIE, "value": language.replace("-", "_"), "url": url}])


def darken(page: Page, *, by_switch: bool = False) -> None:
    """Turn to dark, and wait until every colour has arrived.

    By the system's setting, or as a page comes once its reader has chosen dark while the system stays light.
    """
    if by_switch:
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    else:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))"
    )
    page.wait_for_function("() => document.getAnimations().every(one => one.playState !== 'running')")


def in_order(wanted: Callable[[Screen], bool] = lambda screen: True) -> list[Screen]:
    """All screens, those of one persona together."""
    chosen = [screen for screen in SCREENS if wanted(screen)]
    return sorted(chosen, key=lambda screen: (screen.empty, screen.persona or ""))
