"""Contests in the studio, as browsers of staff see them: each write plain and with htmx, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal.accounts.models import Member
from portal.contests.models import Contest, EntryState
from portal.core import clock
from portal.core.db import db, new_id
from tests.client import PortalClient
from tests.contests.lives import counted, fresh, seen
from tests.make import Make
from tests.privacy.life import leave

pytestmark = pytest.mark.one_database

AsStaff = Callable[..., PortalClient]
BASE = "/console/contests"


def typed(make: Make, **other: str) -> dict[str, str]:
    """A contest as staff type it."""
    day = (clock.now() + timedelta(days=5)).date()
    at = [f"{day + timedelta(days=after)}T10:00" for after in (0, 9, 12, 19)]
    return {
        "key": new_id(),
        "product": make.product().id,
        "name_en": "A name for the new bag",
        "brief_en": "Light as a cloud.",
        "rules_en": "Your own words.",
        "votes": "3",
        "most_entries": "2",
        "shortest": "2",
        "longest": "8",
        "prize_en": "The bag",
        "badge": make.badge().id,
        **dict(zip(("opens_at", "submit_until", "vote_from", "vote_until"), at, strict=True)),
    } | other


def the_contest() -> Contest:
    db.session.rollback()
    return db.session.scalars(sa.select(Contest)).one()


@pytest.mark.parametrize("htmx", [False, True])
def test_from_the_form_to_the_published_contest(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    browser, sent = as_staff("manager"), typed(make)
    for _twice in range(2):
        answer = browser.post(f"{BASE}/new", data=sent, htmx=htmx)
        assert answer.status_code == (204 if htmx else 303)
    contest = the_contest()
    assert contest.longest == 8 and contest.published_at is None
    url = f"{BASE}/{contest.slug}"
    assert "Nothing is missing" in browser.get(url).get_data(as_text=True)
    answer = browser.post(f"{url}/publish", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303) and the_contest().published_at
    assert browser.get(f"/contests/{contest.slug}").status_code == 200
    answer = browser.post(f"{url}/cancel", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303) and the_contest().cancelled_at


@pytest.mark.parametrize("htmx", [False, True])
def test_mistakes_stand_beside_the_field_and_nothing_is_lost(
    as_staff: AsStaff, make: Make, htmx: bool
) -> None:
    browser = as_staff("manager")
    wrong = typed(make, vote_until="2026-01-01T10:00", rules_en="Kept words")
    answer = browser.post(f"{BASE}/new", data=wrong, htmx=htmx)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422 and page.select_one("#vote_until-error")
    assert "Kept words" in page.get_text()
    for nonsense in (
        {},
        {"votes": "9" * 40},
        {"opens_at": "0001-01-01T00:00"},
        {"opens_at": "soon"},
        {"product": "x" * 26},
    ):
        assert (
            browser.post(f"{BASE}/new", data=typed(make, **nonsense) if nonsense else {}).status_code == 422
        )


@pytest.mark.parametrize("htmx", [False, True])
def test_changing_and_being_overtaken(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    browser, contest = as_staff("manager"), make.contest("coming", published=False)
    sent = typed(make, version="1", name_en="Another title")
    url = f"{BASE}/{contest.slug}/edit"
    assert browser.post(url, data=sent, htmx=htmx).status_code == (204 if htmx else 303)
    assert the_contest().name_en == "Another title"
    answer = browser.post(url, data=sent | {"name_en": "Mine"}, htmx=htmx)
    assert answer.status_code == 409 and "Mine" in answer.get_data(as_text=True)


def test_a_draft_goes_and_a_published_one_does_not(as_staff: AsStaff, make: Make) -> None:
    browser = as_staff("manager")
    draft, coming = make.contest("coming", published=False).slug, make.contest("coming").slug
    assert browser.post(f"{BASE}/{draft}/delete").status_code == 303
    assert browser.post(f"{BASE}/{coming}/delete").status_code == 409
    assert browser.get(f"{BASE}/{draft}").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_cards_are_decided_one_after_the_other(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    browser, contest = as_staff("manager"), make.contest("screening")
    first, second = (make.entry(contest, words=words, state="waiting") for words in ("晚霞", "枫糖"))
    url = f"{BASE}/{contest.slug}/entries"
    assert 'data-key="r"' in browser.get(url).get_data(as_text=True)
    answer = browser.post(
        f"{url}/{first.id}/note", data={"note": "class 18: free", "version": "1"}, htmx=htmx
    )
    assert answer.status_code == (200 if htmx else 303) and fresh(first).note == "class 18: free"
    sent = {"seen": seen(first), "next": second.id}
    answer = browser.post(f"{url}/{first.id}/approve", data=sent, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert fresh(first).state is EntryState.STANDING
    answer = browser.post(f"{url}/{second.id}/refuse", data={"seen": seen(second), "reason": ""}, htmx=htmx)
    assert answer.status_code == 422 and "Please say why" in answer.get_data(as_text=True)
    sent = {"seen": seen(second), "reason": "A trademark."}
    assert browser.post(f"{url}/{second.id}/refuse", data=sent, htmx=htmx).status_code == (
        200 if htmx else 303
    )
    assert "A trademark." in browser.get(f"{url}?show=refused").get_data(as_text=True)
    assert browser.post(f"{url}/{second.id}/refuse", data=sent, htmx=htmx).status_code == 409
    assert browser.post(f"{url}/{second.id}/undo", htmx=htmx).status_code == (200 if htmx else 303)
    assert fresh(second).state is EntryState.WAITING


def test_the_card_shows_what_sounds_alike_what_is_one_and_what_is_watched(
    as_staff: AsStaff, make: Make
) -> None:
    contest = make.contest("screening")
    for words in ("晚霞", "挽霞", "晚 霞", "国家级"):
        make.entry(contest, words=words, state="waiting")
    page = as_staff("manager").get(f"{BASE}/{contest.slug}/entries").get_data(as_text=True)
    assert "Sounds like 挽霞" in page and "Sounds like 晚霞" in page
    assert "晚 霞" in page and "Watched: 国家级" in page


@pytest.mark.parametrize("htmx", [False, True])
def test_what_sounds_alike_is_asked_about_once(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    """The same key asks and confirms."""
    contest = make.contest("screening")
    entry, _other = (make.entry(contest, words=words, state="waiting") for words in ("晚霞", "挽霞"))
    browser, url = as_staff("manager"), f"{BASE}/{contest.slug}/entries"
    answer = browser.post(f"{url}/{entry.id}/approve", data={"seen": seen(entry)}, htmx=htmx)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    [form] = page.select(f'form[action="{url}/{entry.id}/approve"]')
    assert answer.status_code == 422 and "It sounds like 挽霞" in page.get_text()
    assert form.select('[data-key="a"]') and fresh(entry).state is EntryState.WAITING
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    answer = browser.post(f"{url}/{entry.id}/approve", data=sent, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303) and fresh(entry).state is EntryState.STANDING


@pytest.mark.parametrize("htmx", [False, True])
def test_a_trademark_found_later_is_noted_on_what_stands(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    contest = make.contest("voting")
    entry = make.entry(contest, words="晚霞", note="free")
    browser, url = as_staff("manager"), f"{BASE}/{contest.slug}/entries"
    shown = f"{url}?show=standing"
    assert f"{shown}&amp;open={entry.id}" in browser.get(shown).get_data(as_text=True)
    page = BeautifulSoup(browser.get(f"{shown}&open={entry.id}").get_data(as_text=True), "html.parser")
    assert not page.select('form[action$="/approve"]')
    [form] = page.select(f'form[action="{url}/{entry.id}/note"]')
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    answer = browser.post(f"{url}/{entry.id}/note", data=sent | {"note": "class 18: taken"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303) and fresh(entry).note == "class 18: taken"
    answer = browser.post(f"{url}/{entry.id}/note", data=sent | {"note": "mine"}, htmx=htmx)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "mine" in text and "class 18: taken" in text
    assert fresh(entry).note == "class 18: taken"


def test_the_card_shows_what_everybody_says_about_the_name(as_staff: AsStaff, make: Make) -> None:
    contest = make.contest("screening")
    make.entry(contest, words="云朵", why="轻得像云", state="waiting")
    make.entry(contest, words="雲朵", why="没人读过的话", state="waiting", submitted_at=clock.now())
    page = as_staff("manager").get(f"{BASE}/{contest.slug}/entries").get_data(as_text=True)
    assert "轻得像云" in page and "没人读过的话" in page and "雲朵" in page


@pytest.mark.parametrize("htmx", [False, True])
def test_a_counted_contest_is_not_called_off(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    contest, _entries = counted(make, "晚霞", votes=(1,))
    running, browser = make.contest("voting"), as_staff("manager")
    for one, offered in ((contest, False), (running, True)):
        page = browser.get(f"{BASE}/{one.slug}").get_data(as_text=True)
        assert (f"{BASE}/{one.slug}/cancel" in page) is offered
    assert browser.post(f"{BASE}/{contest.slug}/cancel", htmx=htmx).status_code == 409
    assert fresh(contest).cancelled_at is None


@pytest.mark.parametrize("htmx", [False, True])
def test_the_jury_decides(as_staff: AsStaff, make: Make, htmx: bool) -> None:
    contest, (first, second) = counted(make, "晚霞", "枫糖", votes=(2, 1), jury=True)
    browser, url = as_staff("manager"), f"{BASE}/{contest.slug}/result"
    assert "2 votes" in browser.get(url).get_data(as_text=True)
    answer = browser.post(url, data={"winner": second.id, "words": ""}, htmx=htmx)
    assert answer.status_code == 422 and "jury" in answer.get_data(as_text=True)
    sent = {"winner": second.id, "words": "It sounds like home."}
    assert browser.post(url, data=sent, htmx=htmx).status_code == (200 if htmx else 303)
    page = browser.get(f"/contests/{contest.slug}/result").get_data(as_text=True)
    assert "It sounds like home." in page and "枫糖" in page
    assert browser.post(url, data=sent | {"winner": first.id}, htmx=htmx).status_code in (409, 422)


def test_a_bent_address_is_no_fault(as_staff: AsStaff, client: PortalClient, make: Make) -> None:
    """A later page of what is not there yet, and of two lists at once."""
    contest = make.contest("voting")
    answer = as_staff("manager").get(f"{BASE}/{contest.slug}/result?after=x", htmx=True)
    assert answer.status_code == 200 and "Nothing to see before the close" in answer.get_data(as_text=True)
    for path in ("/contests", "/drops"):
        assert client.get(f"{path}?from=x&after=y", htmx=True).status_code == 200


@pytest.mark.parametrize("role", ["moderator", "host", "analyst"])
def test_other_roles_find_nothing_here(as_staff: AsStaff, make: Make, role: str) -> None:
    browser, contest = as_staff(role), make.contest("screening")
    entry = make.entry(contest, state="waiting")
    for path in ("", "/new", f"/{contest.slug}", f"/{contest.slug}/entries", f"/{contest.slug}/result"):
        assert browser.get(BASE + path).status_code == 403
    assert browser.post(f"{BASE}/{contest.slug}/entries/{entry.id}/approve").status_code == 403
    assert fresh(entry).state is EntryState.WAITING


def test_the_result_speaks_of_who_gave_the_name_and_keeps_to_distance(
    as_staff: AsStaff, as_member: Any, make: Make
) -> None:
    contest, [winner] = counted(make, "晚霞", votes=(2,))
    giver = fresh(winner)
    as_staff("manager").post(f"{BASE}/{contest.slug}/result", data={"winner": winner.id})
    path, reader = f"/contests/{contest.slug}/result", make.member()
    assert giver.member_id in as_member(reader).get(path).get_data(as_text=True)
    make.distance(reader, db.session.get_one(Member, giver.member_id))
    assert giver.member_id not in as_member(reader).get(path).get_data(as_text=True)


def test_who_was_first_is_said_of_them_and_of_nobody_else(
    as_staff: AsStaff, as_member: Any, make: Make
) -> None:
    """Whoever keeps the first one away does not read it of the second; who left has no page to lead to."""
    contest, [first] = counted(make, "晚霞", votes=(1,))
    second = make.entry(contest, words="晚 霞", submitted_at=first.submitted_at + timedelta(hours=1))
    as_staff("manager").post(f"{BASE}/{contest.slug}/result", data={"winner": first.id})
    path, reader = f"/contests/{contest.slug}/result", make.member()
    assert "gave it first" in as_member(reader).get(path).get_data(as_text=True)
    make.distance(reader, db.session.get_one(Member, first.member_id))
    page = as_member(reader).get(path).get_data(as_text=True)
    assert second.member_id in page and "gave it first" not in page
    leave(second.member_id)
    page = as_member().get(path).get_data(as_text=True)
    assert "Somebody who left" in page and second.member_id not in page
