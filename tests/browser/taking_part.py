"""What people do at events on the pages of the portal and of the studio, in either language, with or without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.deeds import open_letter, until
from tests.browser.paying import ON_TO_SANDBOX, act

TICKET = re.compile(r"/me/tickets/[0-9A-Za-z]{26}$")
DETAILS = re.compile(r"/events/[^/]+/register/[0-9A-Za-z]{26}$")


@dataclass(frozen=True)
class Way:
    """How a journey is made: by phone in Chinese with scripts, at a desk in English without, or there with them."""

    name: str
    language: str
    size: str
    javascript: bool

    @property
    def look(self) -> dict[str, Any]:
        return {"language": self.language.replace("_", "-"), "size": self.size, "javascript": self.javascript}

    def send(self, page: Page, button: str) -> None:
        """Press what must do its thing once only: twice in a row wherever a script stands by."""
        found = page.locator(button)
        if self.javascript:
            found.dblclick()
        else:
            found.click()


PHONE = Way("phone", "zh_CN", "phone", javascript=True)
PLAIN = Way("plain", "en", "desk", javascript=False)
DESK = Way("desk", "en", "desk", javascript=True)


def choose(page: Page, kind: str, people: int) -> None:
    """A ticket and a party, with the stepper where there is one."""
    page.locator(f"#kind-{kind}").check(force=True)
    field, more = page.locator("#choosing #people"), page.locator("#choosing [data-by='1']").first
    for _step in range(people - 1 if more.is_visible() else 0):
        more.click()
    if not more.is_visible():
        field.fill(str(people))
    expect(field).to_have_value(str(people))


def see_clock(page: Page, way: Way) -> None:
    """Until when it is kept: ticking where a script can, else in words."""
    if way.javascript:
        ticking = page.locator("main .hold [data-clock], main .patch [data-unit=hours]").first
        expect(ticking).to_have_text(re.compile(r"^(?!0*$)[\d:]+$"))
    else:
        expect(page.locator("main [data-countdown]").first).to_contain_text(re.compile(r"\d+[:.]\d\d"))


def to_sandbox(page: Page) -> None:
    """From the details of a sign-up that costs money to the play bank."""
    page.locator("input[name=provider][value=sandbox]").check(force=True)
    page.locator("#signup > form .actions button").click()
    page.wait_for_url(re.compile(r"/payments/\w+$"))
    act(page, "/pay")
    page.wait_for_url(ON_TO_SANDBOX)


def see_ticket(page: Page) -> str:
    """They stand on a ticket that is good; its code."""
    expect(page).to_have_url(TICKET)
    expect(page.locator(".paper .qr-ground svg")).to_be_visible()
    return page.locator(".paper .code").inner_text()


def hears(page: Page, path: str) -> None:
    """A message in the inbox leads there; it may not be the first."""
    letter = page.locator("li.new button.item")

    def opened() -> bool:
        page.goto("/inbox")
        if letter.count():
            letter.first.click()
            page.wait_for_url(lambda address: "/inbox" not in address)
        return path in page.url

    until(opened)


def read_letter(page: Page, email: str, subject: str, words: str) -> None:
    """The latest letter to this address about that says this."""
    open_letter(page, email, subject)
    expect(page.locator("article.card")).to_contain_text(words)


def join_line(page: Page, slug: str, kind: str, people: int) -> None:
    """Choose what is sold out, and take the offer to wait."""
    page.goto(f"/events/{slug}/register")
    choose(page, kind, people)
    page.locator("#choosing .actions button").click()
    page.locator("#choose form[action$='/waiting'] button").click()
    page.wait_for_url("**/waiting")


def give_back(page: Page, ticket: str) -> None:
    """The whole ticket; the page says what became of it."""
    page.goto(f"/me/tickets/{ticket}")
    form = (
        "form[action$='/release']"
        if page.locator("form[action$='/release']").count()
        else "form[action$='/cancel']"
    )
    page.locator(f"details:has({form}) summary").click()
    page.locator(f"{form} button").click()
    expect(page.locator("#gone")).to_be_visible()


def put_in_plan(page: Page, session: str) -> None:
    page.locator(f"#session-{session} form[action$='/plan/{session}'] button").click()


def wish(page: Page, session: str, deed: str = "add") -> None:
    """Add a wish, or move it."""
    place = f"#session-{session}" if deed == "add" else "ol.wishes"
    page.locator(f"{place} form[action$='/wishes/{session}'] button[value={deed}]").click()


def in_plan(page: Page) -> list[str]:
    """The names of what is in the plan, in the order of the day."""
    return page.locator("#plan ol.tl li.mine h3").all_inner_texts()


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.locator("#door-form button:not([type=button])").first.click()
