"""What people do in the portal, found by the shape of the pages, never by their words: any language will do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page

STORY = re.compile(r"/stories/[0-9a-z]{26}(#.*)?$")
PATIENCE_SECONDS = 40.0


def sign_up(page: Page, email: str, name: str, password: str = "") -> None:
    """Fill in the form, read the code in the demo's mailbox, type it."""
    page.goto("/sign-up")
    form = page.locator("#sign-up-form")
    form.locator("[name=display_name]").fill(name)
    form.locator("[name=email]").fill(email)
    form.locator("[name=password]").fill(password)
    form.locator("[name=of_age]").check()
    if form.locator("[name=accepts]").count():
        form.locator("[name=accepts]").check()
    form.locator("button").click()
    page.wait_for_url("**/check-mail")
    code = read_code(page, email)
    page.goto("/check-mail")
    page.locator("#code-form [name=code]").fill(code)
    page.locator("#code-form button").click()
    page.wait_for_url("**/me")


def sign_up_by_phone(page: Page, number: str, name: str) -> None:
    """The same with a number instead of an address, as people write it; the code comes as a text message."""
    page.goto("/sign-up")
    form = page.locator("#sign-up-form")
    form.locator("[name=display_name]").fill(name)
    form.locator("[name=email]").fill(f"{number[:3]} {number[3:7]} {number[7:]}")
    for tick in ("of_age", "accepts"):
        if form.locator(f"[name={tick}]").count():
            form.locator(f"[name={tick}]").check()
    form.locator("button").click()
    page.wait_for_url("**/check-mail")
    code = read_text(page, number)
    page.goto("/check-mail")
    type_code(page, code)
    page.wait_for_url("**/me")


def type_code(page: Page, code: str) -> None:
    page.locator("#code-form [name=code]").fill(code)
    page.locator("#code-form button").click()


def read_text(page: Page, number: str) -> str:
    """The code in the newest text message to this number, read in the demo's mailbox."""
    page.goto("/demo/mail/texts")
    said = page.locator("[data-text]", has_text=f"+86{number}").filter(has_text=re.compile(r"\d{6}.*\d+ "))
    found = re.search(r"(?<!\d)\d{6}(?!\d)", said.first.inner_text())
    assert found
    return found.group()


def read_code(page: Page, email: str) -> str:
    """The code in the latest letter to this address."""
    open_letter(page, email)
    return page.locator(".code").inner_text().strip()


def open_letter(page: Page, email: str, saying: str = "") -> None:
    """Open the latest letter to this address in the demo's mailbox; ``saying`` stands in its subject line."""
    letter = page.locator("ul.rows a", has_text=email)
    if saying:
        letter = letter.filter(has_text=saying)
    until(lambda: page.goto("/demo/mail") and letter.count())
    letter.first.click()
    page.wait_for_url(re.compile(r"/demo/mail/[0-9a-z]{26}$"))


def tell(page: Page, words: str, photos: Sequence[Path] = (), *, javascript: bool) -> str:
    """Write a story, add photos, hand it in. Returns its path; it may still wait for its photos."""
    page.goto("/stories/new")
    page.locator("textarea[name=body]").fill(words)
    add_photos(page, photos, javascript=javascript)
    return hand_in(page)


def add_photos(page: Page, photos: Sequence[Path], *, javascript: bool) -> None:
    """Choose photos; with the script each goes up by itself, else they go with the next button."""
    if not photos:
        return
    before = page.locator("#photo-list > li").count()
    page.locator("input[name=photos]").set_input_files(photos)
    if javascript:
        until(lambda: page.locator("#photo-list > li[id^=photo-]").count() == before + len(photos))


def hand_in(page: Page) -> str:
    page.locator("button[formaction$='/submit']").click()
    page.wait_for_url(STORY)
    return path_of(page)


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def case_of(page: Page, words: str) -> Locator:
    """The open card of the queue that holds these words. Waits until it is there, opens it when it is folded."""
    card = page.locator("article.cand", has_text=words)
    until(lambda: page.goto("/console/queue") and card.count())
    if "on" not in (card.get_attribute("class") or "").split():
        card.locator("a.icon-btn").click()
    opened = page.locator("article.cand.on", has_text=words)
    opened.wait_for()
    return opened


def approve(page: Page, words: str) -> None:
    """Approve what says these words; then it no longer waits."""
    case_of(page, words).locator("form[action$='/approve'] button").click()
    page.locator(".toast form[action$='/undo']").wait_for()
    assert page.locator("article.cand", has_text=words).count() == 0


def reject(page: Page, words: str) -> None:
    """Reject what says these words, with the first reason of the list."""
    card = case_of(page, words)
    card.locator("details.reject > summary").click()
    card.locator("[name=because]").first.check()
    card.locator("form[action$='/reject'] button").click()
    page.locator(".toast form[action$='/undo']").wait_for()


def answer(page: Page, story: str, words: str) -> None:
    """Answer a story as the brand on the page of waiting replies."""
    card = page.locator(f"#waiting-{story.rsplit('/', 1)[1]}")
    until(lambda: page.goto("/console/replies") and card.count())
    card.locator("textarea").fill(words)
    card.locator("form button").click()
    card.wait_for(state="detached")


def until(true: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for what the worker does in its own time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
