"""The door on a phone: a camera reads, the answer is seen at once, and a lost network stops nobody."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.camera import qr, with_camera
from tests.browser.deeds import until
from tests.browser.door_day import HOST
from tests.browser.portal import RunningPortal
from tests.browser.visits import Watch, axe_violations, sign_in, visit

pytestmark = pytest.mark.browser
#: milliseconds: the queue is sent every 15 seconds
PATIENCE = 20_000


@dataclass(frozen=True)
class Doors:
    """The festival of today: where its door is, and what the QR of each ticket says."""

    path: str
    shown: dict[str, str]

    def typed(self, name: str) -> str:
        return self.shown[name].rpartition("/")[2].partition(".")[0]


@pytest.fixture(scope="module")
def doors(portal: RunningPortal) -> Doors:
    told = json.loads(portal.python("tests.browser.door_day").strip().splitlines()[-1])
    return Doors(f"/console/events/{told['slug']}/door", told["shown"])


def at_the_door(page: Page, doors: Doors, name: str) -> None:
    page.goto(doors.path)
    page.locator(".door-more summary").click()
    page.locator("#door").fill(name)
    page.locator(".door-more summary").click()
    until(lambda: bool(page.evaluate(LIST_IS_KEPT)))  # wait_for_function takes every promise for a yes


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.locator("#door-form button:not([type=button])").first.click()


def says(page: Page, tone: str, words: str) -> None:
    card = page.locator(f"#said .said.{tone}")
    expect(card).to_contain_text(words, timeout=PATIENCE)


def test_the_camera_admits_and_the_next_time_says_since_when(
    portal: RunningPortal, opened: Browser, doors: Doors, tmp_path: Path
) -> None:
    with (
        with_camera(opened, doors.shown["camera"], tmp_path) as browser,
        visit(browser, portal.url, language="en") as (page, _watch),
    ):
        page.context.grant_permissions(["camera"], origin=portal.url)
        sign_in(page, HOST)
        page.goto(doors.path)
        says(page, "green", "come in")
        expect(page.locator("#said .said-name")).to_have_text("camera 王")
        says(page, "amber", "Already in")
        expect(page.locator("#said .said-line")).to_contain_text(re.compile(r"\d\d:\d\d, door A"))


def test_a_lost_network_stops_nobody_and_both_doors_are_shown(
    portal: RunningPortal, opened: Browser, doors: Doors
) -> None:
    with visit(opened, portal.url, language="en") as (north, watch):
        watch.expected |= LOST
        sign_in(north, HOST)
        at_the_door(north, doors, "North")
        north.context.set_offline(True)
        type_code(north, doors.typed("offline"))
        says(north, "green", "come in")
        expect(north.locator("[data-state]")).to_contain_text("Not sent yet: 1")
        type_code(north, doors.typed("offline"))
        says(north, "amber", "Already in")
        expect(north.locator("[data-state]")).to_contain_text("Not sent yet: 2")

        with visit(opened, portal.url, language="en") as (south, _watch):
            sign_in(south, HOST)
            at_the_door(south, doors, "South")
            type_code(south, doors.typed("offline"))
            says(south, "green", "come in")

        north.close()  # the queue outlives the page
        again = north.context.new_page()
        follow(again, watch)
        again.goto(doors.path)  # from the service worker: there is no network yet
        expect(again.locator("[data-state]")).to_contain_text("Not sent yet: 2")
        north.context.set_offline(False)
        expect(again.locator("[data-state]")).to_be_hidden(timeout=PATIENCE)
        disputes = again.locator(".door-conflicts")
        expect(disputes).to_contain_text(re.compile(r"Door North, \d\d:\d\d, without network"))
        expect(disputes).to_contain_text(re.compile(r"Door South, \d\d:\d\d"))
        disputes.locator("button[name=undo]").click()
        again.wait_for_url("**/conflicts")
        expect(again.locator("main")).to_contain_text("All doors agree")


def test_ten_minutes_without_network_at_both_doors_lose_nothing(
    portal: RunningPortal, opened: Browser, doors: Doors
) -> None:
    """Both let the same ticket in, and one more each; then both are told."""
    with (
        visit(opened, portal.url, language="en") as (north, watch),
        visit(opened, portal.url, language="en") as (south, other),
    ):
        now = datetime.now(UTC)
        for page, seen, name in ((north, watch, "Oben"), (south, other, "Unten")):
            seen.expected |= LOST
            sign_in(page, HOST)
            at_the_door(page, doors, name)
            page.context.set_offline(True)
        moments = {north: now - timedelta(minutes=10), south: now}
        for page, own in ((north, "north"), (south, "south")):
            page.clock.set_fixed_time(moments[page])
            for code in ("both", own):
                type_code(page, doors.typed(code))
                expect(page.locator("#said .said.green .said-name")).to_have_text(f"{code} 王")
            expect(page.locator("[data-state]")).to_contain_text("Not sent yet: 2")
        for page in (south, north):
            page.context.set_offline(False)
            expect(page.locator("[data-state]")).to_be_hidden(timeout=PATIENCE)
        zone = ZoneInfo(north.locator("#door-desk").get_attribute("data-zone") or "")
        times = {page: f"{moments[page].astimezone(zone):%H:%M}" for page in (north, south)}
        dispute = north.locator(".door-dispute", has_text="both 王")
        expect(dispute).to_contain_text(f"Door Oben, {times[north]}, without network: 1 let in.")
        expect(dispute).to_contain_text(f"Door Unten, {times[south]}: 1 let in.")
        north.goto(f"{doors.path}/scans")
        for name, door, page in (
            ("both", "Oben", north), ("both", "Unten", south), ("north", "Oben", north), ("south", "Unten", south)
        ):  # fmt: skip
            line = north.locator("a.door-scan", has_text=f"{name} 王").filter(
                has_text=f"{door} · without network"
            )
            expect(line).to_contain_text("Please come in")
            expect(line.locator("time")).to_have_text(times[page])


def test_a_scan_that_is_refused_is_shown_and_holds_up_nothing(
    portal: RunningPortal, opened: Browser, doors: Doors
) -> None:
    """The clock of this phone was wrong, and an event of before has no door any more; what came after them arrives."""
    with visit(opened, portal.url, language="en") as (page, watch):
        watch.expected |= LOST | {"422", "404"}
        sign_in(page, HOST)
        at_the_door(page, doors, "Late")
        page.context.set_offline(True)
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=2))
        type_code(page, doors.typed("ahead"))
        says(page, "green", "come in")
        page.evaluate(WAITS_ELSEWHERE)
        page.clock.set_fixed_time(datetime.now(UTC))
        type_code(page, doors.typed("behind"))
        expect(page.locator("#said .said.green .said-name")).to_have_text("behind 王")
        page.context.set_offline(False)
        expect(page.locator("[data-state]")).to_contain_text("The house did not take 2", timeout=PATIENCE)
        expect(page.locator("#now a.door-scan", has_text="behind 王")).to_contain_text("without network")
        aside = page.locator("[data-refused]")
        clock_was_wrong = aside.locator("li", has_text="ahead 王")
        expect(clock_was_wrong).to_contain_text("from another time")
        expect(clock_was_wrong).to_contain_text(re.compile(r"Door Late, .*\d\d:\d\d: 1 let in"))
        expect(aside.locator("li", has_text="of-before")).to_contain_text("no event at this address")
        assert axe_violations(page) == []
        page.reload()  # they stay until somebody looked
        expect(aside.locator("li")).to_have_count(2)
        aside.get_by_role("button", name="Send them again").click()
        expect(page.locator("[data-state]")).to_contain_text("The house did not take 2", timeout=PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())
        for left in (1, 0):
            aside.get_by_role("button", name="Clear").first.click()
            expect(aside.locator("li")).to_have_count(left)
        expect(aside).to_be_hidden()
        expect(page.locator("[data-state]")).to_be_hidden()
        type_code(page, doors.typed("ahead"))
        says(page, "green", "Now 1 of 1 are in")


def test_a_party_in_parts_and_taken_back_without_reload(
    portal: RunningPortal, opened: Browser, doors: Doors
) -> None:
    with visit(opened, portal.url, language="en") as (page, _watch):
        sign_in(page, HOST)
        at_the_door(page, doors, "A")
        page.evaluate("window.stays = true")
        type_code(page, doors.typed("party"))
        says(page, "green", "Now 3 of 3 are in")
        page.locator("#said .said-fewer button:not([type=button])").click()
        says(page, "green", "Now 2 of 3 are in")
        type_code(page, doors.typed("party"))
        says(page, "green", "Now 3 of 3 are in")
        page.get_by_role("button", name="Take back").click()
        says(page, "calm", "Taken back")
        assert page.evaluate("window.stays")


def test_offline_taken_back_is_told_as_it_was(portal: RunningPortal, opened: Browser, doors: Doors) -> None:
    with visit(opened, portal.url, language="en") as (page, watch):
        watch.expected |= LOST
        sign_in(page, HOST)
        at_the_door(page, doors, "A")
        page.context.set_offline(True)
        type_code(page, doors.typed("typed"))
        says(page, "green", "Now 2 of 2 are in")
        page.get_by_role("button", name="Take back").click()
        says(page, "calm", "Taken back")
        page.context.set_offline(False)
        expect(page.locator("[data-state]")).to_be_hidden(timeout=PATIENCE)
        type_code(page, doors.typed("typed"))
        says(page, "green", "Now 2 of 2 are in")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_picture_and_a_typed_code(
    portal: RunningPortal, opened: Browser, doors: Doors, tmp_path: Path, javascript: bool
) -> None:
    picture = tmp_path / "code.png"
    qr(doors.shown["picture" if javascript else "plain"]).save(picture)
    with visit(opened, portal.url, language="en", javascript=javascript) as (page, _watch):
        sign_in(page, HOST)
        page.goto(doors.path)
        page.locator(".door-more summary").click()
        page.locator("#picture").set_input_files(picture)
        page.locator("#door-form button:not([type=button])").first.click()
        says(page, "green", "come in")
        type_code(page, doors.typed("picture" if javascript else "plain"))
        says(page, "amber", "Already in")


def test_names_go_with_the_sign_in(portal: RunningPortal, opened: Browser, doors: Doors) -> None:
    with visit(opened, portal.url, language="en") as (page, _watch):
        sign_in(page, HOST)
        at_the_door(page, doors, "A")
        page.goto("/me")
        page.locator("main form[action='/sign-out'] button").click()
        page.wait_for_url(lambda address: "/me" not in address)
        until(lambda: not page.evaluate(LIST_IS_KEPT))


def test_what_waits_outlives_the_sign_in(portal: RunningPortal, opened: Browser, doors: Doors) -> None:
    with visit(opened, portal.url, language="en") as (page, watch):
        watch.expected |= LOST
        sign_in(page, HOST)
        at_the_door(page, doors, "Late")
        page.context.set_offline(True)
        type_code(page, doors.typed("party"))
        expect(page.locator("[data-state]")).to_contain_text("Not sent yet: 1")
        page.context.clear_cookies()
        page.context.set_offline(False)
        # whichever is first: the door's own word, or the count of who is in, which leads to the sign-in
        said = page.locator("[data-state]", has_text="Sign in again")
        expect(said.or_(page.get_by_role("heading", name="Sign in"))).to_be_visible(timeout=PATIENCE)
        sign_in(page, HOST)
        page.goto(doors.path)
        expect(page.locator("#now")).to_contain_text("Late · without network", timeout=PATIENCE)
        expect(page.locator("[data-state]")).to_be_hidden(timeout=PATIENCE)


#: the list is on the device: written, not only begun
LIST_IS_KEPT = """async () => {
  const all = await indexedDB.databases();
  if (!all.some(one => one.name === "door-list")) return false;
  return new Promise((resolve, reject) => {
    const opened = indexedDB.open("door-list");
    opened.onerror = reject;
    opened.onsuccess = () => {
      const counted = opened.result.transaction("all").objectStore("all").count();
      counted.onsuccess = () => (opened.result.close(), resolve(counted.result > 0));
    };
  });
}"""
#: a scan at the door of another event, in front of all others
WAITS_ELSEWHERE = """() => new Promise((resolve, reject) => {
  const opened = indexedDB.open("door-queue");
  opened.onsuccess = () => {
    const all = opened.result.transaction("all", "readwrite").objectStore("all");
    all.put({
      turn: -1, slug: "of-before", url: "/console/events/of-before/door/queue", nonce: "0".repeat(32), code: "8K3M27QX",
      door: "B", at: new Date().toISOString(), result: "admitted", people: 1, session: null, anyway: false, undone: false,
    });
    all.transaction.oncomplete = () => (opened.result.close(), resolve());
    all.transaction.onerror = reject;
  };
})"""
#: what a browser says of a network that is gone on purpose
LOST = {"ERR_INTERNET_DISCONNECTED", "Failed to fetch", "net::ERR_FAILED"}


def follow(page: Page, watch: Watch) -> None:
    page.set_default_timeout(20_000)
    watch.follow(page)
