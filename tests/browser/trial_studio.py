"""What staff do in the journey of a trial, at the desk in the studio."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.trial_crowd import FANS, LATER
from tests.browser.trial_house import OWNER, House, choose, press, unfold

SEATS, FOR_NEWCOMERS = 12, 3
SOURCE, VALUE = "Thursday's lottery", "03 11 17 22 29 31 + 08"
NEXT, CHANGE = "2.0", "A magnet closes it now."
REPLIES = {"adopt": "It is in 2.0.", "decline": "It would open by itself."}


def make_trial(house: House) -> None:
    """Of twelve seats a quarter is for first-timers."""
    with house.at(OWNER) as page:
        page.goto("/console/trials/new")
        form = page.locator("#trial-form")
        choose(form.locator("[name=product]"), f"{house.way.name} · 1.0")
        form.locator("[name=name_en]").fill(f"Two weeks with the Cloud {house.way.name}")
        form.locator("[name=brief_en]").fill("Carry it every day.")
        for name, number in (("seats", SEATS), ("newcomer_percent", 25), ("least_points", 40)):
            form.locator(f"[name={name}]").fill(str(number))
        form.locator("[name=needs_purchase]").uncheck()
        form.locator(".actions button").first.click()
        page.wait_for_url(f"**/{house.slug}/questions")
        for name, words in (("questions", "What do you carry?"), ("aspects", "Strap")):
            page.goto(f"/console/trials/{house.slug}/{name}")
            page.locator("[name=en_1]").fill(words)
            page.locator("main form .actions button").first.click()
            page.wait_for_url(f"**/{house.slug}")
        press(page, "/publish")


def grade(house: House, who: str) -> None:
    """Full points for what the fans wrote, who knows by whom; the crowd is graded already."""
    with house.at(who) as page:
        page.goto(f"/console/trials/{house.slug}/grade")
        for left in range(len(FANS), 0, -1):
            expect(page.locator(".cand .muted.num")).to_contain_text(str(left))
            page.locator(".grade-keys button").last.click()
        expect(page.locator("#sheet .cand")).to_have_count(0)


# ------------------------------------------------------------------ who takes part


def pick_by_hand(house: House) -> None:
    """The nine best tested before; a tenth of them is refused, because the seats left are for first-timers. So two are kept as
    substitutes."""
    with house.at(OWNER) as page:
        page.goto(f"/console/trials/{house.slug}/pick")
        for _seat in range(SEATS - FOR_NEWCOMERS):
            _decide(house, page, "p", "picked")
        _press_key(house, page, "p", "picked")
        expect(page.locator("#picking [role=alert]")).to_contain_text(str(FOR_NEWCOMERS))
        for fan in LATER:
            expect(page.locator(".cand.on h2")).to_have_text(fan.title())
            _decide(house, page, "r", "substitute")
        page.goto(f"/console/trials/{house.slug}/pick?show=substitutes")
        expect(page.locator("#picking .cand h2")).to_have_text([fan.title() for fan in LATER])


def _decide(house: House, page: Page, key: str, decision: str) -> None:
    """About the open card; then the next one is open."""
    was = page.locator(".cand.on").get_attribute("id")
    _press_key(house, page, key, decision)
    expect(page.locator(f".cand.on:not(#{was})")).to_be_visible()


def _press_key(house: House, page: Page, key: str, decision: str) -> None:
    """Without JavaScript the button."""
    if house.way.javascript:
        page.locator(".cand.on").focus()
        page.keyboard.press(key)
    else:
        page.locator(f".cand.on button[value={decision}]").click()


def draw_the_rest(house: House) -> None:
    """The list freezes before its value is published; only afterwards somebody can type it, and does so twice."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    with house.at(OWNER) as page:
        page.goto(f"/console/trials/{house.slug}/draw")
        page.locator("[name=source_en]").fill(SOURCE)
        page.locator("[name=known_at]").fill(f"{ahead:%Y-%m-%dT%H:%M}")
        press(page, "/draw/freeze")
        expect(page.locator("#trial-draw .hash-code")).to_be_visible()
        expect(page.locator("form[action$='/draw/settle']")).to_have_count(0)
    house.days(2)
    with house.at(OWNER) as page:
        page.goto(f"/console/trials/{house.slug}/draw")
        for name in ("value", "again"):
            page.locator(f"[name={name}]").fill(VALUE)
        press(page, "/draw/settle")
        expect(page.locator("#trial-draw .hash-code").last).to_have_text(VALUE)


def tell_everybody(house: House) -> None:
    with house.at(OWNER) as page:
        page.goto(f"/console/trials/{house.slug}/draw")
        press(page, "/choose")
        expect(page.locator("#trial-draw a[href$='/chosen']")).to_be_visible()


# ------------------------------------------------------------------ parcels, and what became of it


def send_all(house: House) -> None:
    """The list has twelve addresses; one press says that all of it was sent."""
    with house.at(OWNER) as page:
        page.goto("/console/deliveries?show=ready")
        export = page.locator("form[action$='/list.csv']")
        unfold(page, export)
        with page.expect_download() as download:
            export.locator("button").click()
        assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 1 + SEATS
        page.goto("/console/deliveries?show=ready")
        press(page, "/list-sent")


def follow(house: House) -> None:
    """Ten in time and one later reported, one never did, two left before it began; with that it ended."""
    with house.at(OWNER) as page:
        assert len(_testers(house, page, "reported")) == SEATS - 1
        assert _testers(house, page, "missing") == {"Gus"}
        assert _testers(house, page, "left") == {"Ada", "Ben"}
        page.goto(f"/console/trials/{house.slug}")
        expect(page.locator(".trial-road li:not(.done)")).to_have_count(0)


def _testers(house: House, page: Page, show: str) -> set[str]:
    page.goto(f"/console/trials/{house.slug}/progress?show={show}")
    return set(page.locator("#testers li .grow p:first-child b").all_inner_texts())


def make_better(house: House) -> None:
    """A new version of the bag."""
    with house.at(OWNER) as page:
        page.goto(f"/products/cloud-{house.way.name}")
        page.locator("main a[href*='/console/products/']").first.click()
        page.locator("main a[href$='/versions']").first.click()
        form = page.locator("#version-form")
        form.locator("[name=label]").fill(NEXT)
        form.locator("[name=released_on]").fill(date.today().isoformat())
        for name in ("note_zh", "note_en"):
            form.locator(f"[name={name}]").fill(CHANGE)
        form.locator(".actions button").click()
        expect(page.locator("#versions .rows b").first).to_have_text(NEXT)


def answer_suggestions(house: House, taken_up: str, not_taken_up: str) -> None:
    """One is in the new version, the other is declined with a reason; then nothing waits."""
    with house.at(OWNER) as page:
        page.goto("/console/trials/suggestions")
        card = page.locator(".cand.on")
        expect(card).to_contain_text(taken_up)
        choose(card.locator("[name=version]"), NEXT)
        card.locator("[name=reply]").fill(REPLIES["adopt"])
        card.locator(".acts button:not([formaction])").click()
        expect(card).to_contain_text(not_taken_up)
        card.locator("[name=reply]").fill(REPLIES["decline"])
        card.locator("button[formaction$='/decline']").click()
        expect(page.locator("#desk .cand")).to_have_count(0)
