"""The page where members choose: plain and with htmx, for themselves and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.accounts.models import Member
from portal.accounts.services import consents
from portal.core import clock
from portal.core.db import db, transaction
from portal.notifications import queries, services
from portal.notifications.models import ALL, Channel, Pace, Rhythm
from tests.client import PortalClient
from tests.make import Make
from tests.notifications.telling import agree, letters_to, release_all, say

pytestmark = pytest.mark.one_database

PAGE = "/me/notifications"
TIMES = {
    "pace": "daily",
    "is_quiet": "y",
    "quiet_from": "23:30",
    "quiet_until": "07:15",
    "time_zone": "Europe/Berlin",
}


def shown(browser: PortalClient, **more: Any) -> BeautifulSoup:
    return BeautifulSoup(browser.get(PAGE, **more).text, "html.parser")


def ticked(page: BeautifulSoup, way: str) -> set[str]:
    return {str(box["value"]) for box in page.select(f"input[name={way}]") if box.has_attr("checked")}


def test_everything_is_shown_as_it_usually_is_and_news_by_mail_is_not_ticked(as_member: Any) -> None:
    page = shown(as_member())
    assert {"stories.liked", "stories.news", "test.quiet"} <= ticked(page, "inbox")
    assert {"stories.answered"} <= ticked(page, "mail")
    assert "stories.liked" not in ticked(page, "mail")
    consent = page.find(id="news_by_mail")
    assert consent is not None and not consent.has_attr("checked")


def test_what_always_comes_has_no_switch_and_says_why(as_member: Any) -> None:
    page = shown(as_member())
    row = page.find(id="kind-moderation-rejected")
    assert row is not None
    assert "Always on" in row.text and "because it is about something you wrote" in row.text
    assert not row.find("input")
    assert not page.select("input[value='moderation.rejected']")


def test_it_is_reached_from_me_and_from_the_inbox(as_member: Any) -> None:
    browser = as_member()
    for path in ("/me", "/inbox"):
        assert f'href="{PAGE}"' in browser.get(path).text


def test_each_message_leads_to_its_row(as_member: Any, make: Make) -> None:
    alice = make.member()
    make.notification(alice)
    make.notification(alice, kind="test.quiet", facts={"word": "x"})
    browser = as_member(alice)
    inbox = BeautifulSoup(browser.get("/inbox").text, "html.parser")
    links = [str(link["href"]) for link in inbox.select(".why a")]
    assert links == [f"{PAGE}#kind-test-quiet", f"{PAGE}#kind-moderation-report_decided"]
    page = shown(browser)
    assert all(page.find(id=link.partition("#")[2]) for link in links)


@pytest.mark.parametrize("htmx", [False, True])
def test_choosing_kinds(as_member: Any, make: Make, htmx: bool) -> None:
    alice = make.member()
    answer = as_member(alice).post(
        f"{PAGE}/kinds",
        data={"inbox": ["test.quiet"], "mail": ["test.mailed"], "news_by_mail": "y"},
        htmx=htmx,
    )
    assert answer.status_code == (200 if htmx else 303)
    assert not htmx or 'id="kinds-form"' in answer.text
    made = queries.choices_of(alice.id).made
    assert (made["test.quiet", Channel.INBOX], made["test.quiet", Channel.MAIL]) == (True, False)
    assert (made["test.mailed", Channel.INBOX], made["test.mailed", Channel.MAIL]) == (True, True)
    assert made["stories.liked", Channel.INBOX] is False
    assert consents.has_given(alice.id, consents.NEWS_MAIL)
    page = shown(as_member(alice))
    assert ticked(page, "inbox") == {"test.quiet", "test.mailed"}
    assert ticked(page, "mail") == {"test.mailed"}


def test_unticking_takes_the_consent_back(as_member: Any, make: Make) -> None:
    alice = make.member()
    agree(alice)
    as_member(alice).post(f"{PAGE}/kinds", data={"inbox": ["test.quiet"]})
    assert not consents.has_given(alice.id, consents.NEWS_MAIL)
    assert [line.given for line in consents.history(alice.id)] == [False, True]


@pytest.mark.parametrize("htmx", [False, True])
def test_an_unknown_kind_changes_nothing(as_member: Any, make: Make, htmx: bool) -> None:
    alice = make.member()
    answer = as_member(alice).post(f"{PAGE}/kinds", data={"inbox": ["moderation.rejected"]}, htmx=htmx)
    assert answer.status_code == 422
    assert not queries.choices_of(alice.id).made


@pytest.mark.parametrize("htmx", [False, True])
def test_choosing_times(as_member: Any, make: Make, htmx: bool) -> None:
    alice = make.member()
    answer = as_member(alice).post(f"{PAGE}/times", data=TIMES, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    row = db.session.get_one(Rhythm, alice.id)
    assert (row.pace, row.quiet_from, row.quiet_until, row.time_zone) == (
        Pace.DAILY,
        23 * 60 + 30,
        7 * 60 + 15,
        "Europe/Berlin",
    )
    page = shown(as_member(alice))
    assert page.select_one("#quiet_from[value='23:30']")
    assert page.select_one("#time_zone option[selected]")["value"] == "Europe/Berlin"  # type: ignore[index]


def test_the_brands_hours_are_shown_until_somebody_chooses(as_member: Any, house: Any) -> None:
    house(quiet_from=21 * 60, quiet_until=9 * 60, time_zone="Asia/Tokyo")
    page = shown(as_member())
    assert page.select_one("#quiet_from[value='21:00']") and page.select_one("#quiet_until[value='09:00']")
    assert page.select_one("#time_zone option[selected]")["value"] == "Asia/Tokyo"  # type: ignore[index]


def test_a_zone_without_a_place_can_be_kept(as_member: Any, make: Make, house: Any) -> None:
    house(time_zone="UTC")
    alice = make.member()
    answer = as_member(alice).post(f"{PAGE}/times", data={**TIMES, "time_zone": "UTC"})
    assert answer.status_code == 303
    assert db.session.get_one(Rhythm, alice.id).time_zone == "UTC"


def test_every_kind_says_what_it_is_and_why_it_comes(app: Any) -> None:
    kinds = app.extensions["registry"].kinds.values()
    assert [kind.name for kind in kinds if not str(kind.label) or not str(kind.reason)] == []


def test_no_quiet_hours(as_member: Any, make: Make) -> None:
    alice = make.member()
    as_member(alice).post(f"{PAGE}/times", data={**TIMES, "is_quiet": ""})
    row = db.session.get_one(Rhythm, alice.id)
    assert row.quiet_from == row.quiet_until
    assert not shown(as_member(alice)).select_one("#is_quiet[checked]")


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
        {"pace": "hourly"},
        {"quiet_from": "25:00"},
        {"quiet_until": ""},
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_times_that_do_not_exist(as_member: Any, make: Make, wrong: dict[str, str], htmx: bool) -> None:
    alice = make.member()
    answer = as_member(alice).post(f"{PAGE}/times", data=TIMES | wrong, htmx=htmx)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert db.session.get(Rhythm, alice.id) is None


@pytest.mark.parametrize("htmx", [False, True])
def test_stopping_all_mail_and_starting_again(as_member: Any, make: Make, htmx: bool) -> None:
    alice = make.member()
    browser = as_member(alice)
    for what, stopped in (("stop", True), ("stop", True), ("start", False)):
        answer = browser.post(f"{PAGE}/mail", data={"what": what}, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
        assert queries.choices_of(alice.id).all_mail_stopped is stopped
        assert bool(shown(browser).find(id="all-mail-stopped")) is stopped


def test_saving_kinds_does_not_start_mail_that_was_stopped(as_member: Any, make: Make) -> None:
    alice = make.member()
    with transaction():
        services.stop_mail(alice.id, ALL)
    as_member(alice).post(f"{PAGE}/kinds", data={"inbox": ["test.quiet"], "mail": ["test.quiet"]})
    assert queries.choices_of(alice.id).all_mail_stopped


def test_what_the_brand_said_is_listed_and_counted(as_member: Any, make: Make, house: Any) -> None:
    house(contact_budget=3, quiet_from=0, quiet_until=0)
    alice = make.member()
    say(alice, word="a new workshop")
    release_all()
    text = as_member(alice).get(PAGE).text
    assert "At most 3 messages in any seven days" in text
    assert "In the last seven days it was 1." in text
    assert "a new workshop" in text


# ------------------------------------------------------------------ mail that came back


def bounced(make: Make) -> Member:
    member: Member = make.member(mail_stopped_at=clock.now(), mail_trouble=4)
    return member


def code_for(member: Member) -> str:
    [letter] = letters_to(member)
    found = re.search(r"\b\d{6}\b", letter.subject)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("htmx", [False, True])
def test_proving_the_address_starts_mail_again(as_member: Any, make: Make, htmx: bool) -> None:
    alice = bounced(make)
    browser = as_member(alice)
    assert shown(browser).find(id="mail-stopped")
    answer = browser.post(f"{PAGE}/address", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert shown(browser).find(id="proof-form")
    wrong = browser.post(f"{PAGE}/address/code", data={"code": "000000"}, htmx=htmx)
    assert wrong.status_code == 422
    assert db.session.get_one(Member, alice.id).mail_stopped_at is not None
    right = browser.post(f"{PAGE}/address/code", data={"code": code_for(alice)}, htmx=htmx)
    assert right.status_code == (200 if htmx else 303)
    row = db.session.get_one(Member, alice.id)
    assert (row.mail_stopped_at, row.mail_trouble) == (None, 0)
    assert not shown(browser).find(id="mail-stopped")


def test_a_code_proves_only_ones_own_address_and_only_once(as_member: Any, make: Make) -> None:
    alice, bob = bounced(make), bounced(make)
    of_alice, of_bob = as_member(alice), as_member(bob)
    of_alice.post(f"{PAGE}/address")
    of_bob.post(f"{PAGE}/address")
    assert of_bob.post(f"{PAGE}/address/code", data={"code": code_for(alice)}).status_code == 422
    assert of_alice.post(f"{PAGE}/address/code", data={"code": code_for(alice)}).status_code == 303
    assert of_alice.post(f"{PAGE}/address/code", data={"code": code_for(alice)}).status_code == 422
    assert db.session.get_one(Member, bob.id).mail_stopped_at is not None


def test_no_code_goes_out_where_nothing_is_wrong(as_member: Any, make: Make) -> None:
    alice = make.member()
    as_member(alice).post(f"{PAGE}/address")
    assert not letters_to(alice)


@pytest.mark.parametrize("path", ["kinds", "times", "mail", "address", "address/code"])
def test_looking_at_the_address_of_a_form_leads_to_the_page(as_member: Any, path: str) -> None:
    assert as_member().get(f"{PAGE}/{path}").headers["Location"] == PAGE


@pytest.mark.parametrize("path", ["", "/kinds", "/times", "/mail", "/address", "/address/code"])
def test_visitors_are_led_to_sign_in(client: PortalClient, path: str) -> None:
    assert "/sign-in" in client.get(PAGE + path).headers["Location"]
    if path:
        assert "/sign-in" in client.post(PAGE + path).headers["Location"]
        assert "/sign-in" in client.post(PAGE + path, htmx=True).headers["HX-Redirect"]


def test_the_page_costs_the_same_however_much_was_said(as_member: Any, make: Make, queries: Any) -> None:
    alice = make.member()
    browser = as_member(alice)
    browser.get(PAGE)
    with queries() as few:
        browser.get(PAGE)
    for number in range(30):
        say(alice, group=f"g{number}")
    release_all()
    browser.post(f"{PAGE}/kinds", data={"inbox": ["test.quiet"]})
    browser.post(f"{PAGE}/times", data=TIMES)
    with queries() as many:
        browser.get(PAGE)
    assert len(few) == len(many) <= 10
