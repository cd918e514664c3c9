"""Browser contexts as the tests use them: phone or desk, language, theme, with or without JavaScript; watched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

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
    "--use-fake-ui-for-media-stream",
]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Watch:
    """What went wrong in a page without anybody seeing it: console errors, policy violations, failed requests."""

    problems: list[str] = field(default_factory=list)
    #: addresses that are expected to fail (the test asks for a 404 on purpose)
    expected: set[str] = field(default_factory=set)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in self.expected):
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_error(self, error: Any) -> None:
        self.problems.append(f"page error: {error}")


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
) -> Iterator[tuple[Page, Watch]]:
    """A fresh visitor; at the end nothing may have gone wrong in the console."""
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
    )
    context.set_default_timeout(15_000)
    page, watch = context.new_page(), Watch()
    page.on("console", watch.on_console)
    page.on("pageerror", watch.on_error)
    try:
        yield page, watch
        assert not watch.problems, "\n".join(watch.problems)
    finally:
        context.close()


def sign_in(page: Page, email: str, password: str = "demo-portal") -> None:
    """Through the real form, whatever the language."""
    page.goto("/sign-in")
    form = page.locator("form:has(input[name=password])").first
    form.locator("input[name=email]").fill(email)
    form.locator("input[name=password]").fill(password)
    form.locator("button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def axe_violations(page: Page) -> list[str]:
    """Accessibility findings of axe-core (WCAG 2.2 AA and best practices), one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{finding['id']}: {finding['help']} — {node['target']} {node.get('failureSummary', '')[:200]}"
        for finding in result["violations"]
        for node in finding["nodes"][:3]
    ]
