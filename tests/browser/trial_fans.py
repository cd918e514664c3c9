"""What fans do in the journey of a trial, and what everybody reads of it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.deeds import until
from tests.browser.trial_house import House, press
from tests.browser.trial_studio import CHANGE, FOR_NEWCOMERS, NEXT, REPLIES, SEATS, VALUE

WORDS = "Carried it to work, to the market and on a ferry; the strap holds, the buckle needs two hands. " * 5
ADDRESS = {
    "name": "Ada",
    "phone": "13900001234",
    "region": "Zhejiang",
    "city": "Hangzhou",
    "street": "12 Manjuelong Road",
}


def apply(house: House, fan: str) -> int:
    """Returns how reliable the house says that they are."""
    with house.at(fan) as page:
        page.goto(f"/trials/{house.slug}/apply")
        reliable = _reliability(page)
        page.locator("[name=answer_1]").fill("A laptop, a flask and a cello.")
        page.locator("[name=region]").fill("Hangzhou")
        page.locator("#apply-form .actions button").click()
        page.wait_for_url(f"**/trials/{house.slug}#mine")
        return reliable


def read_reliability(house: House, fan: str) -> int:
    """What the next trial already knows about them."""
    with house.at(fan) as page:
        page.goto(f"/trials/next-{house.way.name}/apply")
        return _reliability(page)


def _reliability(page: Page) -> int:
    """The third part of what the house knows: their reports so far."""
    return int(page.locator(".known .num.b").nth(2).inner_text().split("/")[0])


# ------------------------------------------------------------------ the place


def say_no(house: House, fan: str) -> None:
    with house.at(fan) as page:
        _open_place(house, page)
        press(page, "/decline")
        expect(page.locator("form[action$='/accept']")).to_have_count(0)


def say_yes(house: House, fan: str) -> None:
    with house.at(fan) as page:
        _open_place(house, page)
        press(page, "/accept")
        page.locator("#my-trial a[href*='/me/deliveries/']").click()
        for name, words in ADDRESS.items():
            page.locator(f"#address-form [name={name}]").fill(words)
        page.locator("#address-form .actions button").click()
        expect(page.locator("#goes-to")).to_be_visible()


def find_it_gone(house: House, fan: str) -> None:
    """Whoever let the time pass cannot say yes any more."""
    with house.at(fan) as page:
        _open_place(house, page)
        expect(page.locator("#my-trial .note")).to_be_visible()
        expect(page.locator("form[action$='/accept']")).to_have_count(0)


def receive(house: House, fan: str) -> None:
    """It arrived; their address is deleted, and they can begin their report."""
    with house.at(fan) as page:
        _open_place(house, page)
        page.locator("#my-trial a[href*='/me/deliveries/']").click()
        expect(page.locator("#goes-to")).to_be_visible()
        press(page, "/received")
        expect(page.locator("#goes-to")).to_have_count(0)
        _open_place(house, page)
        expect(page.locator("#my-trial a[href$='/report']")).to_be_visible()


def take_more_time(house: House, fan: str) -> None:
    with house.at(fan) as page:
        _open_place(house, page)
        press(page, "/extend")


def report(house: House, fan: str, suggestion: str, photos: list[Path]) -> None:
    """In words and five pictures; everybody can read it at once."""
    with house.at(fan) as page:
        _open_place(house, page)
        page.locator("#my-trial a[href$='/report']").click()
        _add_photos(house, page, photos)
        page.locator("label", has=page.locator("input[name^=points_][value='4']")).first.click()
        for part in ("first_look", "in_use"):
            page.locator(f"[name={part}]").fill(WORDS)
        page.locator("[name=tested]").fill("1.0")
        page.locator("[name=likes]").fill("The strap.")
        page.locator("[name=dislikes]").fill("The buckle.")
        page.locator("[name=suggestion_1]").fill(suggestion)
        page.locator("button[formaction$='/hand-in']").click()
        page.wait_for_url(lambda address: not address.endswith(("/report", "/hand-in")))
        _open_place(house, page)
        expect(page.locator("#my-trial a[href*='/reports/']")).to_be_visible()


def find_it_missing(house: House, fan: str) -> None:
    """Their report never came, so their trials rest."""
    with house.at(fan) as page:
        page.goto("/me/trials")
        expect(page.locator("section[aria-labelledby=reliance] .note")).to_be_visible()
        _open_place(house, page)
        expect(page.locator("#my-trial .note a[href$='/report']")).to_be_visible()


def _open_place(house: House, page: Page) -> None:
    page.goto("/me/trials")
    page.locator("main .rows a", has_text=f"Cloud {house.way.name}").first.click()
    page.wait_for_url(re.compile(r"/me/trials/[0-9a-z]{26}$"))


def _add_photos(house: House, page: Page, photos: list[Path]) -> None:
    """They are prepared while one waits; without JavaScript one asks again."""
    page.locator("input[name=photos]").set_input_files(photos)
    prepared = page.locator("#photo-list img[id^=thumb-]")
    if house.way.javascript:
        expect(prepared).to_have_count(len(photos), timeout=90_000)
        return
    page.locator(".picker-submit button").click()
    page.wait_for_url(re.compile(r"/report(#.*)?$"))
    until(lambda: prepared.count() == len(photos) or not page.reload(), seconds=90)


# ------------------------------------------------------------------ what everybody reads


def see_who_was_chosen(house: House) -> str:
    """All who were drawn test for the first time, though others stood on the list. Returns who is the first of them."""
    with house.stranger() as page:
        page.goto(f"/trials/{house.slug}/chosen")
        chosen = page.locator(".chosen li")
        expect(chosen).to_have_count(SEATS)
        drawn = chosen.filter(has=page.locator(".tagl.gold"))
        expect(drawn).to_have_count(FOR_NEWCOMERS)
        expect(drawn.filter(has=page.locator(".tagl.leaf"))).to_have_count(FOR_NEWCOMERS)
        name = drawn.first.locator(".author b").inner_text()
        page.goto(f"/trials/{house.slug}/proof")
        expect(page.get_by_text(VALUE).first).to_be_visible()
        return name.lower()


def see_what_became_of_it(house: House, suggestion: str, by: str) -> None:
    """Reports with their label and the answers, and on the product's page the new version with thanks to who suggested it."""
    with house.stranger() as page:
        page.goto(f"/trials/{house.slug}/reports")
        label = page.locator(".free-label").first
        expect(label).to_be_visible()
        said = label.inner_text()
        page.goto(f"/products/cloud-{house.way.name}")
        expect(_line(page, ".revisions li", NEXT)).to_contain_text(CHANGE)
        credit = _line(page, ".credits li", suggestion)
        for words in (by, NEXT, said):
            expect(credit).to_contain_text(words)
        credit.locator("a.link-btn").click()
        expect(page.locator("main")).to_contain_text(REPLIES["adopt"])


def _line(page: Page, lines: str, words: str) -> Locator:
    return page.locator(lines, has_text=words)
