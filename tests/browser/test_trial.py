"""A whole trial in a real browser: made, applied for, graded, picked and drawn, sent, reported, answered, ended."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser import phone
from tests.browser.people import PASSWORD
from tests.browser.portal import RunningPortal
from tests.browser.trial_days import FANS, GRADER
from tests.browser.visits import sign_in, visit

pytestmark = pytest.mark.browser

SLUG, SUGGESTION = "two-weeks-with-the-cloud", "A magnet instead of the buckle."
WORDS = "Carried it to work, to the market and on a ferry; the strap holds, the buckle needs two hands. " * 5


class House:
    """The portal, and everybody's browser as they left it."""

    def __init__(self, portal: RunningPortal, opened: Browser, desk: StorageState) -> None:
        self.portal, self.opened, self.states = portal, opened, {"owner": desk}

    @contextlib.contextmanager
    def at(self, who: str) -> Iterator[Page]:
        """Fans on the phone, colleagues at the desk."""
        size, state = "phone" if who in FANS else "desk", self.states.get(who)
        with visit(self.opened, self.portal.url, size=size, language="en", state=state) as (page, watch):
            watch.expected |= {"409"}
            if state is None:
                sign_in(page, who, PASSWORD)
            yield page
            self.states[who] = page.context.storage_state()

    def days(self, number: float) -> None:
        self.portal.python("tests.browser.trial_days", "pass", str(number))


@pytest.fixture
def house(portal: RunningPortal, opened: Browser, desk_state: StorageState) -> House:
    portal.python("tests.browser.trial_days", "people")
    return House(portal, opened, desk_state)


def test_from_the_first_word_to_a_better_bag(house: House, roll: phone.Roll) -> None:
    make_trial(house)
    house.days(3)
    for fan in FANS:
        apply(house, fan)
    house.days(8)
    for who in (GRADER, "owner"):
        grade(house, who)
    pick_and_draw(house)
    places = {fan: asked for fan in FANS if (asked := my_place(house, fan))}
    assert len(places) == 3
    left, *stay = places
    [instead] = set(FANS) - set(places)
    say_no(house, left, places[left])
    testers = {fan: places[fan] for fan in stay} | {instead: my_place(house, instead)}
    for fan, place in testers.items():
        say_yes(house, fan, place)
    send_all(house, len(testers))
    for fan, place in testers.items():
        receive(house, fan, place)
    in_time, slow, never = testers
    report(house, in_time, testers[in_time], roll.nine)
    more_time(house, slow, testers[slow])
    house.days(19)
    report(house, slow, testers[slow], roll.nine)
    read_that_it_is_missing(house, never, testers[never])
    house.days(1)
    follow(house)
    answer(house)
    read_as_stranger(house)


# ------------------------------------------------------------------ staff


def make_trial(house: House) -> None:
    with house.at("owner") as page:
        page.goto("/console/trials/new")
        form = page.locator("#trial-form")
        form.locator("[name=product]").select_option(label="Cloud")
        form.locator("[name=name_en]").fill("Two weeks with the Cloud")
        form.locator("[name=brief_en]").fill("Carry it every day.")
        form.locator("[name=seats]").fill("3")
        form.locator("[name=line]").fill("30")
        form.locator("[name=needs_purchase]").uncheck()
        form.get_by_role("button", name="Save as a draft").click()
        page.wait_for_url(f"**/{SLUG}/questions")
        for name in ("questions", "aspects"):
            page.goto(f"/console/trials/{SLUG}/{name}")
            page.locator("[name=en_1]").fill("What do you carry?" if name == "questions" else "Strap")
            page.locator("main form .actions button").first.click()
            page.wait_for_url(f"**/{SLUG}")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def grade(house: House, who: str) -> None:
    with house.at(who) as page:
        page.goto(f"/console/trials/{SLUG}/grade")
        for left in range(len(FANS), 0, -1):
            expect(page.get_by_text(re.compile(rf"^{left} waits? for you"))).to_be_visible()
            page.locator(".grade-keys button").last.click()
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def pick_and_draw(house: House) -> None:
    """Two by key, the last seat by a public value; then everybody hears."""
    with house.at("owner") as page:
        page.goto(f"/console/trials/{SLUG}/pick")
        for left in (2, 1):
            card = page.locator(".cand.on")
            was = card.get_attribute("id")
            card.focus()
            page.keyboard.press("p")
            expect(page.locator("#toasts")).to_contain_text(f"{left} seat")
            expect(page.locator(f".cand.on:not(#{was})")).to_be_visible()
        page.goto(f"/console/trials/{SLUG}/draw")
        page.locator("[name=source_en]").fill("Thursday's lottery")
        page.get_by_role("button", name="Freeze the list, and publish its hash").click()
        page.locator("[name=value]").fill("03 11 17")
        page.get_by_role("button", name="Draw", exact=True).click()
        page.get_by_text("Tell everybody").first.click()
        page.get_by_role("button", name="Yes, tell everybody").click()
        expect(page.get_by_role("link", name="Who was chosen, and how")).to_be_visible()


def send_all(house: House, number: int) -> None:
    with house.at("owner") as page:
        for _one in range(number):
            page.goto("/console/deliveries")
            page.locator("main a[href*='/console/deliveries/01']").first.click()
            page.locator("[name=carrier]").fill("SF")
            page.locator("[name=tracking]").fill("SF100")
            page.locator("form[action$='/ship'] button").click()
            expect(page.locator("#toasts")).to_contain_text("on its way")


def follow(house: House) -> None:
    with house.at("owner") as page:
        page.goto(f"/console/trials/{SLUG}/progress")
        for words in ("Said no", "Report handed in", "Report missing", "More time"):
            expect(page.locator("#testers .tagl").get_by_text(words).first).to_be_visible()
        page.goto(f"/console/trials/{SLUG}")
        expect(page.locator(".trial-road [aria-current]")).to_contain_text("Ended")


def answer(house: House) -> None:
    with house.at("owner") as page:
        page.goto("/console/trials/suggestions")
        page.locator("[name=version]").first.select_option(label="1.0")
        page.get_by_role("button", name="Take it up", exact=True).click()
        expect(page.locator("#toasts .toast").first).to_be_visible()


# ------------------------------------------------------------------ fans


def apply(house: House, fan: str) -> None:
    with house.at(fan) as page:
        page.goto(f"/trials/{SLUG}/apply")
        expect(page.get_by_text("What we already know about you, and its score")).to_be_visible()
        page.locator("[name=answer_1]").fill("A laptop, a flask and a cello.")
        page.locator("[name=region]").fill("Hangzhou")
        page.locator("#apply-form .actions button").click()
        page.wait_for_url(f"**/trials/{SLUG}#mine")


def my_place(house: House, fan: str) -> str:
    """The path of the page of their place; empty when it went to others."""
    with house.at(fan) as page:
        page.goto("/me/trials")
        found = page.locator("main a[href*='/me/trials/01']")
        return found.first.get_attribute("href") or "" if found.count() else ""


def say_no(house: House, fan: str, place: str) -> None:
    with house.at(fan) as page:
        page.goto(place)
        page.get_by_text("Leave my place to somebody else").click()
        page.get_by_role("button", name="I cannot this time").click()
        expect(page.get_by_text("You left this place to somebody else")).to_be_visible()


def say_yes(house: House, fan: str, place: str) -> None:
    with house.at(fan) as page:
        page.goto(place)
        page.get_by_role("button", name="I take part").click()
        page.get_by_role("link", name="Give the address").click()
        for name, words in (
            ("name", "Ada"),
            ("phone", "13900001234"),
            ("region", "Zhejiang"),
            ("city", "Hangzhou"),
            ("street", "12 Manjuelong Road"),
        ):
            page.locator(f"#address-form [name={name}]").fill(words)
        page.locator("#address-form .actions button").click()
        expect(page.get_by_text("It goes to")).to_be_visible()


def receive(house: House, fan: str, place: str) -> None:
    with house.at(fan) as page:
        page.goto(place)
        page.get_by_role("link", name="It arrived").click()
        page.get_by_role("button", name="It arrived").click()
        expect(page.get_by_text("Your address is deleted here").first).to_be_visible()
        page.goto(place)
        expect(page.get_by_role("link", name="Begin my report")).to_be_visible()


def more_time(house: House, fan: str, place: str) -> None:
    with house.at(fan) as page:
        page.goto(place)
        page.get_by_text("I need more time").click()
        page.get_by_role("button", name="Give me 7 days more").click()
        expect(page.get_by_text("You have the extra time already.")).to_be_visible()


def report(house: House, fan: str, place: str, photos: list[Path]) -> None:
    with house.at(fan) as page:
        page.goto(f"{place}/report")
        page.locator("input[type=file]").first.set_input_files(photos[:5])
        expect(page.locator("#photo-list img[id^=thumb-]")).to_have_count(5, timeout=90_000)  # prepared
        page.locator("label", has=page.locator("input[name^=points_][value='4']")).first.click()
        for part in ("first_look", "in_use"):
            page.locator(f"[name={part}]").fill(WORDS)
        page.locator("[name=tested]").fill("1.0")
        page.locator("[name=likes]").fill("The strap.")
        page.locator("[name=dislikes]").fill("The buckle.")
        page.locator("[name=suggestion_1]").fill(SUGGESTION)
        page.get_by_role("button", name="Hand in my report").click()
        page.wait_for_url(lambda address: not address.endswith("/report"))
        page.goto(place)
        expect(page.get_by_text("Thank you for your report!")).to_be_visible()


def read_that_it_is_missing(house: House, fan: str, place: str) -> None:
    with house.at(fan) as page:
        page.goto(place)
        expect(page.get_by_text("your trials rest for half a year")).to_be_visible()
        page.goto("/me/trials")
        expect(page.locator(".num", has_text="/ 100").first).to_contain_text("50")


# ------------------------------------------------------------------ everybody


def read_as_stranger(house: House) -> None:
    with visit(house.opened, house.portal.url, language="en") as (page, _watch):
        page.goto(f"/trials/{SLUG}/proof")
        expect(page.get_by_text("Thursday's lottery").first).to_be_visible()
        page.goto(f"/trials/{SLUG}/reports")
        expect(page.get_by_text("Received free for testing").first).to_be_visible()
        page.goto("/products/cloud")
        expect(page.get_by_text(SUGGESTION).first).to_be_visible()
