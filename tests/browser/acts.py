"""What has to be done on a page before it shows what its screen is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from playwright.sync_api import Page

from tests.browser.people import PASSWORD

Act = Callable[[Page], None]

_used = count()


def send_empty(form: str) -> Act:
    """Press the button of a form without filling it in."""
    return lambda page: _press(page, form)


def open_all(page: Page) -> None:
    """Unfold everything that unfolds."""
    page.evaluate("() => document.querySelectorAll('main details').forEach(one => { one.open = true; })")


def wait_for_mail(page: Page) -> None:
    """Ask for a code by mail."""
    page.locator("#sign-in-form [name=email]").fill(f"nobody{next(_used)}@home.example")
    page.locator("#sign-in-form button[formaction]").click()
    page.wait_for_url("**/check-mail")


def wait_for_text(page: Page) -> None:
    """Ask for a code by text message: to a new number each time, because a number rings only a few times a day."""
    page.locator("#sign-in-form [name=email]").fill(f"139{next(_used):08}")
    page.locator("#sign-in-form button[formaction]").click()
    page.wait_for_url("**/check-mail")


def ask_for_contact(page: Page) -> None:
    """Ask to be reached at a new address."""
    page.locator("#contact-form [name=email]").fill(f"new{next(_used)}@home.example")
    if page.locator("#contact-form [name=current]").count():  # signed in more than ten minutes ago
        page.locator("#contact-form [name=current]").fill(PASSWORD)
    page.locator("#contact-form button").click()
    page.wait_for_url("**/code")


def mistype_code(page: Page) -> None:
    wait_for_mail(page)
    page.locator("#code-form [name=code]").fill("000000")
    _press(page, "#code-form")


def use_link(page: Page) -> None:
    """Press the one button behind a link from a letter."""
    page.locator("main form button").click()
    page.wait_for_url("**/reset/password")


def write_too_much(page: Page) -> None:
    """Hand in a story that is too long."""
    page.locator("textarea[name=body]").evaluate("(field) => { field.value = '长'.repeat(4100); }")
    page.locator("#writing button[formaction*='/submit']").click()
    page.locator(".summary").wait_for()


def hand_in_nothing(page: Page) -> None:
    """Hand in a report in which nothing is written."""
    page.locator("#writing button[formaction$='/hand-in']").click()
    page.locator(".summary").wait_for()


def decline_nothing(page: Page) -> None:
    """Say no to a suggestion without saying why."""
    page.locator(".cand.on button[formaction$='/decline']").click()
    page.locator(".summary").wait_for()


def answer_nothing(page: Page) -> None:
    """Post an empty answer, as staff or as a member."""
    page.locator("form:has(textarea[name=body]) button").first.click()
    page.locator(".err").first.wait_for()


def empty_hours(page: Page) -> None:
    """Quiet hours without a beginning."""
    page.locator("#times-form [name=quiet_from]").fill("")
    _press(page, "#times-form")


def stop_mail(page: Page) -> None:
    """Press the one button; the next visitor finds it done."""
    if not page.locator("#stop [role=status]").count():
        page.locator("#stop button").first.click()
    page.locator("#stop [role=status]").wait_for()


def clear(form: str, field: str) -> Act:
    """Empty one field of a form and send it."""

    def act(page: Page) -> None:
        page.locator(f"{form} [name={field}]").fill("")
        page.locator(f"{form} button:not([name])").last.click()
        page.locator(".summary, .err").first.wait_for()

    return act


def send(form: str, **fields: str) -> Act:
    """Fill in a form, unfolded if need be, say yes when asked, and send what is refused."""

    def act(page: Page) -> None:
        open_all(page)
        for name, value in fields.items():
            page.locator(f"{form} [name={name}]").first.fill(value)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator(f"{form} button:not([name]):not([type=button])").first.click()
        page.locator(".summary, .err").first.wait_for()

    return act


def look_at_text(page: Page) -> None:
    """See a text of the house as members will read it."""
    page.locator("#legal-form button[name=preview]").click()
    page.locator("#legal-form article").first.wait_for()


def decline_without_reason(page: Page) -> None:
    page.locator("details.reject > summary").click()
    _press(page, "form[action$='/reject']")


def send_too_much(page: Page) -> None:
    """A form with more than a megabyte of text, without htmx."""
    send_plainly(page, "field => { field.value = 'x'.repeat(1_100_000); }")


def knock_too_often(page: Page) -> None:
    """Ask again and again from one address until the house says stop."""
    token = page.locator("#sign-in-form [name=csrf_token]").get_attribute("value") or ""
    while page.request.post("/sign-in", form={"csrf_token": token}).status != 429:
        pass
    send_plainly(page, "field => field")


def lose_token(page: Page) -> None:
    """A form whose token no longer fits."""
    send_plainly(page, "field => { field.form.elements.csrf_token.value = 'old'; }")


def send_plainly(page: Page, change: str) -> None:
    """Change the sign-in form as told and send it without htmx."""
    with page.expect_navigation():
        page.locator("#sign-in-form [name=email]").evaluate(
            f"field => {{ ({change})(field); field.form.submit(); }}"
        )


def _press(page: Page, form: str) -> None:
    page.locator(f"{form} button:not([formaction]):not([type=button])").last.click()
    page.locator(".summary, .err").first.wait_for()


def follow(address: str) -> Act:
    """Open the first link whose address matches."""

    def act(page: Page) -> None:
        links = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        page.goto(next(link for link in links if re.search(address, link)))

    return act
