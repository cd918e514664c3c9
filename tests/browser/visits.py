"""Browser contexts as the tests use them: phone or desk, language, theme, with or without JavaScript; watched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from config import ROOT
from tests.browser.chromium import find_or_install

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: milliseconds until what is waited for is believed not to come
PATIENCE = 20_000
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
NARROWEST = 320
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: what can differ between two themes of one page, whose elements, words and places are the same
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

_households = count(1)


@dataclass
class Watch:
    """What goes wrong in a page without anybody seeing it: console errors, policy violations, faults, lost files."""

    problems: list[str] = field(default_factory=list)
    #: parts of messages that are meant to come (the test asks for a 404 on purpose)
    expected: set[str] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"page error: {error}"))
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_response(self, response: Response) -> None:
        """Without JavaScript a page with a missing picture says nothing in the console of some versions."""
        if response.status >= 400 and response.request.resource_type != "document":
            self._note(f"{response.status} {response.url}")

    def _note(self, problem: str) -> None:
        if not any(part in problem for part in self.expected):
            self.problems.append(problem)

    def check(self) -> None:
        """Nothing went wrong so far."""
        assert not self.problems, "\n".join(self.problems)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_or_install(), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


@contextlib.contextmanager
def visit(
    opened: Browser,
    url: str,
    *,
    size: str = "phone",
    language: str = "zh-CN",
    theme: str = "light",
    javascript: bool = True,
    state: Any = None,
) -> Iterator[tuple[Page, Watch]]:
    """A fresh visitor from an address of their own; at the end nothing may have gone wrong.

    ``state`` is what an earlier visit's ``page.context.storage_state()`` gave: the same person comes back.
    """
    width, height = SIZES[size]
    context: BrowserContext = opened.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=javascript,
        has_touch=size == "phone",
        is_mobile=size == "phone",
        reduced_motion="reduce",
        storage_state=state,
        extra_http_headers={"X-Forwarded-For": _address()},
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page, watch = context.new_page(), Watch()
    watch.follow(page)
    try:
        yield page, watch
        watch.check()
    finally:
        context.close()


def _address() -> str:
    """Limits by address would otherwise take all visitors of the tests for one household."""
    number = next(_households)
    return f"198.18.{number // 250}.{number % 250 + 1}"


def sign_in(page: Page, email: str, password: str = "demo-portal") -> None:
    """Through the real form, whatever the language."""
    page.goto("/sign-in")
    sign_in_here(page, email, password)


def sign_in_here(page: Page, email: str, password: str = "demo-portal") -> None:
    """On the page that asks for it, which leads back."""
    form = page.locator("#sign-in-form")
    form.locator("input[name=email]").fill(email)
    form.locator("input[name=password]").fill(password)
    form.locator("button:not([formaction])").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def axe_violations(page: Page, *, only_colours: bool = False) -> list[str]:
    """Findings of axe-core (WCAG 2.2 AA and best practices), one line each. The script stays in the page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe())
    chosen = {"type": "rule", "values": COLOUR_RULES} if only_colours else {"type": "tag", "values": RULES}
    options = {"runOnly": chosen, "resultTypes": ["violations"]}
    page.evaluate("scrollTo(0, 0)")  # what the bars cover depends only on where one has scrolled to
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{finding['id']}: {finding['help']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for finding in result["violations"]
        for node in finding["nodes"][:3]
    ]


@cache
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def settle(page: Page) -> None:
    """Wait until the page is loaded, its pieces have come, and every picture in sight is there (or is broken)."""
    page.wait_for_load_state("load")
    page.wait_for_function(
        """() => document.fonts.status === 'loaded'
          && !document.querySelector('.htmx-request')
          && [...document.images].every(image => {
               const { top, bottom, width } = image.getBoundingClientRect();
               return image.complete || bottom < 0 || top > innerHeight || !width;
             })"""
    )


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen, if anything does."""
    return list(
        page.evaluate(
            """() => {
                const room = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= room) return [];
                return [...document.querySelectorAll('body *')]
                  .filter(one => one.getBoundingClientRect().right > room + 1)
                  .slice(0, 5)
                  .map(one => `${one.tagName.toLowerCase()}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`);
            }"""
        )
    )
