"""Whole journeys at events: signing up, waiting, planning, the door, passing on, the studio and the opening bell."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.camera import with_camera
from tests.browser.deeds import path_of
from tests.browser.paying import play
from tests.browser.portal import RunningPortal
from tests.browser.taking_part import (
    DESK,
    DETAILS,
    PHONE,
    PLAIN,
    Way,
    choose,
    give_back,
    hears,
    in_plan,
    join_line,
    put_in_plan,
    read_letter,
    see_clock,
    see_ticket,
    to_sandbox,
    type_code,
    wish,
)
from tests.browser.visits import Watch, axe_violations, sign_in, sign_in_here, visit

pytestmark = pytest.mark.browser


def made_by(*ways: Way) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("way", [pytest.param(way, id=way.name) for way in ways])


Told = dict[str, str]
#: milliseconds: the camera sees the code again after nine seconds
PATIENCE = 20_000


@pytest.fixture(scope="module")
def festival(portal: RunningPortal) -> dict[str, dict[str, Told]]:
    told: dict[str, dict[str, Told]] = json.loads(
        portal.python("tests.browser.festival_guests").splitlines()[-1]
    )
    return told


@pytest.fixture
def told(festival: dict[str, dict[str, Told]], way: Way) -> dict[str, Told]:
    return festival[way.name]


class House:
    """Who comes by: each with a browser of their own."""

    def __init__(self, portal: RunningPortal, opened: Browser, way: Way, desk: StorageState) -> None:
        self.portal, self.opened, self.way, self._desk = portal, opened, way, desk

    @contextlib.contextmanager
    def visit(self, email: str = "") -> Iterator[tuple[Page, Watch]]:
        """A stranger, or a member who signed in."""
        with visit(self.opened, self.portal.url, **self.way.look) as (page, watch):
            if email:
                sign_in(page, email)
            yield page, watch

    @contextlib.contextmanager
    def staff(self, browser: Browser | None = None) -> Iterator[tuple[Page, Watch]]:
        """The owner in the studio."""
        with visit(browser or self.opened, self.portal.url, **self.way.look, state=self._desk) as (
            page,
            watch,
        ):
            yield page, watch


@pytest.fixture
def house(portal: RunningPortal, opened: Browser, way: Way, desk_state: StorageState) -> House:
    return House(portal, opened, way, desk_state)


# ------------------------------------------------------------------ signing up


@made_by(PHONE, PLAIN, DESK)
def test_a_party_signs_up_and_pays(house: House, way: Way, told: dict[str, Told]) -> None:
    mine = told["signs"]
    with house.visit() as (page, watch):
        watch.expected.add("422")
        page.goto(f"/events/{mine['slug']}")
        choose(page, mine["kind"], 3)
        press_bar(page, way)
        sign_in_here(page, mine["mail"])
        expect(page.locator(f"#kind-{mine['kind']}")).to_be_checked()
        expect(page.locator("#people")).to_have_value("3")
        way.send(page, "#choosing .actions button")
        page.wait_for_url(DETAILS)
        see_clock(page, way)
        mistype_the_number(page)
        fail_then_pay(page, way)
        code = see_ticket(page)
        ticket = path_of(page)
        go_back_in_vain(page, ticket)
        hears(page, ticket)
        read_letter(page, mine["mail"], "", code)
        expect(page.locator("details.fold")).to_contain_text(".ics")


def press_bar(page: Page, way: Way) -> None:
    """A phone has the button in the bar at its bottom, with what was chosen beside it."""
    if way.size == "phone":
        expect(page.locator(".buybar [data-chosen]")).to_have_text("同行票 × 3")
        expect(page.locator(".buybar [data-chosen-refund]")).to_have_text("开场前 24 小时可退")
        page.locator(".buybar button").click()
    else:
        page.locator("#choosing .actions button").click()
    page.wait_for_url(re.compile("/sign-in"))


def mistype_the_number(page: Page) -> None:
    """The sentence stands beside the number, and all else is as it was typed."""
    page.locator("#guest_1").fill("阿禾")
    page.locator("#guest_2").fill("Maximiliana 🧵")
    page.locator("#phone").fill("12 34")
    page.locator("[id^=answer_]").fill("外婆的那只")
    page.locator("#needs_help").check()
    page.locator("#signup > form .actions button").click()
    expect(page.locator("#phone-error")).to_be_visible()
    expect(page.locator("#phone")).to_have_value("12 34")
    expect(page.locator("#guest_2")).to_have_value("Maximiliana 🧵")
    expect(page.locator("[id^=answer_]")).to_have_value("外婆的那只")
    expect(page.locator("#needs_help")).to_be_checked()
    page.locator("#phone").fill("138 0013 8000")


def fail_then_pay(page: Page, way: Way) -> None:
    """Nothing was taken, the seats are still kept, and what was typed is there when one comes back to pay."""
    to_sandbox(page)
    play(page, "fail")
    page.locator("#payment a.btn").last.click()
    page.wait_for_url(DETAILS)
    see_clock(page, way)
    expect(page.locator("#guest_1")).to_have_value("阿禾")
    to_sandbox(page)
    expect(page.locator("main")).to_contain_text("504.00")
    way.send(page, "main form[action$='/pay'] button")


def go_back_in_vain(page: Page, ticket: str) -> None:
    """The bank finds it paid, the form finds the ticket, and there is one of it."""
    page.go_back()
    page.reload()
    expect(page.locator("form[action$='/pay']")).to_have_count(0)
    page.goto("/me/tickets")
    expect(page.locator("a.stub")).to_have_count(1)
    expect(page.locator("a.stub")).to_have_attribute("href", ticket)


# ------------------------------------------------------------------ waiting


@made_by(PHONE, PLAIN, DESK)
def test_seats_that_come_back_go_along_the_line(house: House, way: Way, told: dict[str, Told]) -> None:
    mine = told["waits"]
    here = f"/events/{mine['slug']}/waiting"
    with house.visit(mine["second"]) as (second, watch):
        watch.expected.add("409")
        join_line(second, mine["slug"], mine["kind"], 2)
        expect(second.locator(".in-line .before b")).to_have_text("1")
        with house.visit(mine["has"]) as (has, _):
            give_back(has, mine["ticket"])
        with house.visit(mine["first"]) as (first, _):
            hears(first, f"/events/{mine['slug']}/register/")
            first.goto(here)
            see_clock(first, way)
            first.locator("form[action$='/decline'] button").click()
            expect(first.locator("#line form[action$='/decline']")).to_have_count(0)
            first.go_back()
            first.goto(here)
            expect(first.locator("#line a[href*='/register/']")).to_have_count(0)
        second.goto(here)
        see_clock(second, way)
        second.locator("#line a.btn[href*='/register/']").click()
        second.wait_for_url(DETAILS)
        way.send(second, "#signup > form .actions button")
        see_ticket(second)


# ------------------------------------------------------------------ the plan


@made_by(PHONE, PLAIN)
def test_a_plan_and_a_draw_that_anybody_checks(
    house: House, way: Way, told: dict[str, Told], tmp_path: Path
) -> None:
    mine = told["plans"]
    with house.visit(mine["mail"]) as (page, watch), house.staff() as (desk, _):
        watch.expected.add("409")
        page.goto(f"/events/{mine['slug']}/plan")
        swap_in_one_tap(page, mine)
        open_draw(desk, mine["slug"])
        page.reload()
        order_wishes(page, mine)
        draw(desk, house.portal)
        page.goto(f"/events/{mine['slug']}/plan")
        read_reasons(page, way)
        check_proof(page, mine["slug"], tmp_path)


def swap_in_one_tap(page: Page, mine: Told) -> None:
    """Two fit; the third is at the time of the first, which is named and goes out for it."""
    put_in_plan(page, mine["early"])
    expect(page.locator(f"#session-{mine['early']}.mine")).to_be_visible()
    put_in_plan(page, mine["late"])
    expect(page.locator("#plan li.mine")).to_have_count(2)
    name = page.locator(f"#session-{mine['early']} h3").inner_text()
    put_in_plan(page, mine["same"])
    expect(page.locator(f"#session-{mine['same']} [role=alert]")).to_contain_text(name)
    page.locator(f"#session-{mine['same']} [role=alert] button").click()
    expect(page.locator(f"#session-{mine['same']}.mine")).to_be_visible()
    assert name not in in_plan(page)
    expect(page.locator("#plan li.mine")).to_have_count(2)


def open_draw(desk: Page, slug: str) -> None:
    desk.goto(f"/console/events/{slug}/draw")
    desk.locator("[name=source_zh]").fill("周日晚上的双色球号码")
    desk.locator("[name=source_en]").fill("Sunday’s lottery")
    desk.locator("[name=known_at]").fill(f"{date.today() + timedelta(days=12)}T21:15")
    desk.locator("#session-draw form.card button").click()
    expect(desk.locator("form[action$='/draw/freeze']")).to_have_count(1)


def order_wishes(page: Page, mine: Told) -> None:
    """The last becomes the first, and one goes down."""
    for place, name in enumerate(("clash", "other", "dear"), 1):
        wish(page, mine[name])
        expect(page.locator("ol.wishes li")).to_have_count(place)
    names = {
        name: page.locator(f"#session-{mine[name]} h3").inner_text() for name in ("clash", "other", "dear")
    }
    for moved, deed, order in (
        ("dear", "up", ("clash", "dear", "other")),
        ("dear", "up", ("dear", "clash", "other")),
        ("clash", "down", ("dear", "other", "clash")),
    ):
        wish(page, mine[moved], deed)
        expect(page.locator("ol.wishes li b")).to_have_text([names[name] for name in order])


def draw(desk: Page, portal: RunningPortal) -> None:
    """Freeze the list, then type the value that nobody could know before, once it is published."""
    desk.reload()
    desk.locator("details:has(form[action$='/freeze']) summary").click()
    desk.locator("form[action$='/freeze'] button").click()
    expect(desk.locator("#session-draw .hash-code")).to_be_visible()
    expect(desk.locator("[name=value]")).to_have_count(0)
    portal.python("tests.browser.make_known")
    desk.reload()
    for name in ("value", "again"):
        desk.locator(f"[name={name}]").fill("03 07 11 19 24 31 + 05")
    desk.locator("form[action$='/draw/run'] button").click()
    expect(desk.locator("#session-draw form")).to_have_count(0)


def read_reasons(page: Page, way: Way) -> None:
    """What was dearest is theirs, and what was lost says why."""
    wishes = page.locator("ol.wishes li")
    expect(wishes.nth(0)).to_have_class("won")
    expect(wishes.nth(1)).to_have_class("won")
    expect(wishes.nth(2)).to_have_class("clash")
    dearest = wishes.nth(0).locator("b").inner_text()
    expect(wishes.nth(2)).to_contain_text(dearest)
    assert dearest in in_plan(page)


def check_proof(page: Page, slug: str, folder: Path) -> None:
    """List and programs come from the page; on another computer they need Python alone, and notice a changed list."""
    page.goto(f"/events/{slug}/proof")
    files = [download(page, link, folder) for link in page.locator("main a[download]").all()]
    assert {"list.json", "draw.py", "check_sessions.py", "sessions.json"} == {file.name for file in files}
    assert run(folder, "draw.py", "list.json").endswith("OK. Compare the hashes with the page.")
    assert "OK" in run(folder, "check_sessions.py", "list.json", "sessions.json")
    shown = page.locator(".proof code.hash-code").all_inner_texts()
    frozen = json.loads((folder / "list.json").read_text(encoding="utf-8"))
    assert {frozen["list_hash"], frozen["value"]} <= set(shown)
    frozen["entries"][0]["later"] = not frozen["entries"][0]["later"]
    (folder / "list.json").write_text(json.dumps(frozen), encoding="utf-8")
    assert run(folder, "draw.py", "list.json", ends=1).endswith("Changed: list_hash")


def download(page: Page, link: object, folder: Path) -> Path:
    with page.expect_download() as waiting:
        link.click()  # type: ignore[attr-defined]
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def run(folder: Path, *command: str, ends: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-I", *command], cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == ends, done.stdout + done.stderr
    return done.stdout.strip()


# ------------------------------------------------------------------ the door


@made_by(PHONE, PLAIN)
def test_the_door_opens_once_and_the_ticket_is_stamped(
    house: House, way: Way, told: dict[str, Told], tmp_path: Path
) -> None:
    mine = told["comes"]
    with house.visit(mine["mail"]) as (page, _):
        with at_the_door(house, mine, tmp_path) as desk:
            expect(desk.locator("#said .said.green .said-name")).to_have_text("comes", timeout=PATIENCE)
            page.goto(f"/me/tickets/{mine['ticket']}")
            expect(page.locator(".paper.in .paper-code .stamp")).to_be_visible()
            number = "第 1 位" if way.language == "zh_CN" else "number 1 today"
            expect(page.locator(".paper-stub")).to_contain_text(number)
            if not way.javascript:
                type_code(desk, mine["code"])
            again = desk.locator("#said .said.amber .said-line")
            expect(again).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=PATIENCE)
        with house.staff() as (desk, _):
            take_back(desk, mine["slug"])
        page.reload()
        expect(page.locator(".paper .stamp")).to_have_count(0)


@contextlib.contextmanager
def at_the_door(house: House, mine: Told, folder: Path) -> Iterator[Page]:
    """With a camera that sees the ticket, or where no script runs with the code that stands below it."""
    path = f"/console/events/{mine['slug']}/door"
    with contextlib.ExitStack() as stack:
        if house.way.javascript:
            browser = stack.enter_context(with_camera(house.opened, mine["qr"], folder))
            desk, _watch = stack.enter_context(house.staff(browser))
            desk.context.grant_permissions(["camera"], origin=house.portal.url)
            desk.goto(path)
        else:
            desk, _watch = stack.enter_context(house.staff())
            desk.goto(path)
            type_code(desk, mine["code"])
        yield desk


def take_back(desk: Page, slug: str) -> None:
    """The first scan, from the list of what was scanned."""
    desk.goto(f"/console/events/{slug}/door")
    desk.locator("#now a.door-scan").last.click()
    desk.locator("form[action$='/undo'] button").click()
    expect(desk.locator("form[action$='/undo']")).to_have_count(0)


# ------------------------------------------------------------------ passing on


@made_by(PHONE, PLAIN)
def test_a_ticket_passes_on_and_its_old_code_ends(house: House, way: Way, told: dict[str, Told]) -> None:
    mine = told["gives"]
    with house.visit(mine["mail"]) as (gives, _):
        link = pass_on(gives, mine["ticket"])
    with house.visit() as (takes, _):
        takes.goto(link)
        expect(takes.locator("main")).to_contain_text("替我多看两眼")
        takes.locator("#take a.btn").click()
        sign_in_here(takes, mine["taker"])
        takes.wait_for_url(f"**{link}")
        way.send(takes, "#take form button")
        code = see_ticket(takes)
        assert code != mine["code"]
    with house.visit(mine["mail"]) as (gives, _):
        gives.goto(f"/me/tickets/{mine['ticket']}")
        expect(gives.locator(".paper")).to_have_count(0)
        expect(gives.locator("#gone")).to_be_visible()
    with house.staff() as (desk, _):
        desk.goto(f"/console/events/{mine['slug']}/door")
        type_code(desk, mine["code"])
        expect(desk.locator("#said .said.red h2")).to_have_text(
            "已转出" if way.language == "zh_CN" else "Passed on"
        )


def pass_on(page: Page, ticket: str) -> str:
    """The path of the link that is shown once."""
    page.goto(f"/me/tickets/{ticket}")
    page.locator("a[href$='/pass-on']").click()
    page.locator("[name=words]").fill("替我多看两眼那面修补墙。")
    page.locator("#pass-on form.form button").click()
    link = page.locator("#pass-on-link").inner_text()
    return link[link.index("/tickets/") :]


# ------------------------------------------------------------------ the studio


@made_by(PHONE, PLAIN)
def test_staff_make_a_salon_and_have_to_call_it_off(house: House, way: Way, told: dict[str, Told]) -> None:
    email = told["salon"]["mail"]
    with house.staff() as (desk, watch):
        watch.expected.add("422")
        slug = make_salon(desk, way)
        with house.visit(email) as (guest, _):
            ticket = sign_up_and_pay(guest, slug)
            see_guest(desk, slug)
            call_off(desk, slug)
            hears(guest, ticket)
            expect(guest.locator("main")).to_contain_text("师傅病了")
            read_letter(guest, email, "师傅病了", "师傅病了")
            see_money_back(guest)
            guest.goto(f"/events/{slug}")
            expect(guest.locator("main")).to_contain_text("师傅病了")


def make_salon(desk: Page, way: Way) -> str:
    """From nothing to published, with a ticket that costs something; its slug."""
    desk.goto("/console/events")
    desk.locator("a[href$='/events/new']").first.click()
    desk.locator("[name=kind][value=salon]").check(force=True)
    desk.locator("[name=name_zh]").fill("修补之夜")
    desk.locator("[name=name_en]").fill(f"Mending night {way.name}")
    desk.locator("[name=first]").fill((date.today() + timedelta(days=20)).isoformat())
    desk.locator("[name=people]").fill("12")
    desk.locator("#event-form .actions button").click()
    desk.wait_for_url(re.compile(r"/console/events/mending-night"))
    slug = re.sub(r".*/events/([^/?#]+).*", r"\1", desk.url)
    desk.goto(f"/console/events/{slug}/tickets")
    desk.locator("#seat-tree .ticket-line a").first.click()
    desk.locator("[name=price]").fill("88")
    desk.locator("#part-form .actions button").click()
    expect(desk.locator("#seat-tree")).to_contain_text("88")
    publish(desk, slug)
    return slug


def publish(desk: Page, slug: str) -> None:
    """What is missing stands on the overview; a place is."""
    desk.goto(f"/console/events/{slug}/edit")
    desk.locator("[name=place_zh]").fill("杭州 · 小河直街 12 号")
    desk.locator("[name=place_en]").fill("12 Xiaohe Street, Hangzhou")
    desk.locator("#texts-form .actions button").click()
    desk.goto(f"/console/events/{slug}")
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.locator("form[action$='/publish'] button").click()
    expect(desk.locator("form[action$='/publish']")).to_have_count(0)


def sign_up_and_pay(page: Page, slug: str) -> str:
    """One seat; the path of the ticket."""
    page.goto("/events")
    page.locator(f"main a[href='/events/{slug}']").first.click()
    page.goto(f"/events/{slug}/register")
    page.locator("#choosing .actions button").click()
    page.wait_for_url(DETAILS)
    to_sandbox(page)
    play(page, "pay")
    see_ticket(page)
    return path_of(page)


def see_guest(desk: Page, slug: str) -> None:
    desk.goto(f"/console/events/{slug}/people")
    expect(desk.locator("#party-list")).to_contain_text("guest")


def call_off(desk: Page, slug: str) -> None:
    """From the overview, with a reason, and the name of the event typed once more."""
    desk.goto(f"/console/events/{slug}")
    desk.locator("main a[href$='/call-off']").click()
    desk.locator("[name=words]").fill("师傅病了，我们改天再约。")
    desk.locator("[name=sure]").fill("nothing")
    desk.locator("#call-off .actions button").click()
    expect(desk.locator("#sure-error")).to_be_visible()
    expect(desk.locator("[name=words]")).to_have_value("师傅病了，我们改天再约。")
    desk.locator("[name=sure]").fill(slug)
    desk.locator("#call-off .actions button").click()
    desk.wait_for_url(re.compile(rf"/console/events/{slug}(/people)?$"))


def see_money_back(page: Page) -> None:
    """All of it, the way it was paid."""
    page.goto("/me/payments")
    page.locator("#payments .rows a").first.click()
    expect(page.locator("[aria-labelledby=refunds-title]")).to_contain_text("¥88.00")


# ------------------------------------------------------------------ the opening bell


@made_by(PHONE, PLAIN)
def test_the_bell_rings_for_one_and_the_other_waits(house: House, way: Way, told: dict[str, Told]) -> None:
    mine = told["gathers"]
    here = f"/events/{mine['slug']}/bell/{mine['kind']}"
    with house.visit(mine["gathers"]) as (one, _), house.visit(mine["hurries"]) as (other, _):
        for page in (one, other):
            page.goto(here)
            way.send(page, f"form[action='{here}'] .actions button")
            expect(page.locator(f"form[action='{here}/leave']")).to_have_count(1)
        house.portal.python("tests.browser.ring_bell", mine["kind"])
        for page in (one, other):
            page.goto(here)
            expect(page.locator("#rung")).to_be_visible()
        seats = [page.locator(".bell-result a[href*='/register/']").count() for page in (one, other)]
        assert sorted(seats) == [0, 1]
        winner, loser = (one, other) if seats[0] else (other, one)
        expect(winner.locator("#rung")).to_contain_text("1")
        if way.javascript:
            assert axe_violations(winner, only_colours=True) == []
        winner.locator(".bell-result a.btn").click()
        way.send(winner, "#signup > form .actions button")
        see_ticket(winner)
        hears(loser, here)
        loser.locator(".bell-result a.btn").click()
        expect(loser.locator(".in-line .before")).to_be_visible()
