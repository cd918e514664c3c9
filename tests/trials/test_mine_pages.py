"""What a member sees and does with their own trials, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.accounts.queries import get_member
from portal.core import clock
from portal.trials.models import Tester, TesterState
from tests.answers import BOTH, place, stored, text_of
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import accepted, fresh, has_it, offered, parcel, send, told

pytestmark = pytest.mark.one_database
Members = Callable[..., PortalClient]


def home(make: Make, as_member: Members, tester: Tester) -> PortalClient:
    """The browser of a tester."""
    return as_member(get_member(tester.member_id))


def test_the_way_to_my_trials_is_there_once_there_is_one(make: Make, as_member: Members) -> None:
    member = make.member()
    browser = as_member(member)
    assert "/me/trials" not in text_of(browser.get("/me"))
    assert "You have not applied for a trial yet" in text_of(browser.get("/me/trials"))
    make.application(make.trial(), member)
    assert 'href="/me/trials"' in text_of(browser.get("/me"))


def test_the_list_says_what_became_of_each(make: Make, as_member: Members) -> None:
    member = make.member()
    open_one, picking, over, gone = (make.trial(phase) for phase in ("open", "frozen", "chosen", "open"))
    make.application(open_one, member)
    make.application(picking, member)
    make.application(over, member, decision="skipped")
    make.application(gone, member, withdrawn_at=clock.now())
    tester = offered(make, make.trial("chosen"), member)
    page = text_of(as_member(member).get("/me/trials"))
    for words in ("Handed in", "Being chosen", "Went to others", "You are chosen", "67"):
        assert words in page
    assert f"/me/trials/{tester.id}" in page
    assert f"/trials/{gone.slug}" not in page
    assert page.count("<b>Your answers</b>") == 2, "the grade is told with the result, not before"


def test_the_list_has_pages(make: Make, as_member: Members) -> None:
    member = make.member()
    for number in range(30):
        opens = clock.now() - timedelta(days=number + 40)
        make.application(make.trial("frozen", opens_at=opens), member)
    browser = as_member(member)
    page = text_of(browser.get("/me/trials"))
    assert page.count("Being chosen") == 24
    more = page.split('href="/me/trials?after=')[1].split('"')[0]
    rest = browser.get(f"/me/trials?after={more}", htmx=True)
    assert text_of(rest).count("Being chosen") == 6


@BOTH
def test_from_yes_to_the_report(make: Make, as_member: Members, htmx: bool) -> None:
    tester = offered(make)
    browser, here = home(make, as_member, tester), f"/me/trials/{tester.id}"
    assert "Do you take part?" in text_of(browser.get(here))
    answer = browser.post(f"{here}/accept", htmx=htmx)
    if not htmx:
        assert place(answer, htmx=htmx) == here
    page = text_of(browser.get(here))
    assert "Where may we send it?" in page
    assert f"/me/deliveries/{parcel(tester).id}" in page
    send(make, tester)
    assert "It is on its way to you" in text_of(browser.get(here))
    with clock.travel(clock.now() + timedelta(days=4)):
        browser.post(f"/me/deliveries/{parcel(tester).id}/lost", htmx=htmx)
    assert "It did not come" in text_of(browser.get(here))
    browser.post(f"/me/deliveries/{parcel(tester).id}/received", htmx=htmx)
    page = text_of(browser.get(here))
    assert "Begin my report" in page
    assert f"{here}/report" in page
    assert "Give me 7 days more" in page
    due = stored(tester).due_at
    answer = browser.post(f"{here}/extend", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert stored(tester).due_at == due + timedelta(days=7)
    assert "You have the extra time already" in text_of(browser.get(here))


@BOTH
def test_leaving_the_place_to_somebody_else(make: Make, as_member: Members, htmx: bool) -> None:
    trial = make.trial("chosen", seats=1)
    tester = offered(make, trial)
    substitute = make.application(trial, decision="substitute")
    browser, here = home(make, as_member, tester), f"/me/trials/{tester.id}"
    for _twice in range(2):
        assert browser.post(f"{here}/decline", htmx=htmx).status_code == (200 if htmx else 303)
    assert "You left this place to somebody else" in text_of(browser.get(here))
    assert told(substitute.member_id) == ["chosen"]
    assert browser.post(f"{here}/accept", htmx=htmx).status_code == 409


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("lapsed", "The time to answer is over"),
        ("excused", "nothing counts against you"),
        ("reported", "Thank you for your report"),
        ("missing", "your trials rest for half a year"),
    ],
)
def test_how_it_ended(make: Make, as_member: Members, state: str, words: str) -> None:
    tester = make.tester(state=state)
    assert words in text_of(home(make, as_member, tester).get(f"/me/trials/{tester.id}"))


def test_when_it_is_late_the_page_says_until_when_it_counts(make: Make, as_member: Members) -> None:
    tester = has_it(make)
    browser = home(make, as_member, tester)
    assert tester.due_at is not None
    with clock.travel(tester.due_at + timedelta(hours=1)):
        page = text_of(browser.get(f"/me/trials/{tester.id}"))
        assert "it still counts, as a late one" in page
        assert "Begin my report" in page
        assert "days more" not in page


def test_trials_of_others_do_not_exist(make: Make, as_member: Members) -> None:
    tester, browser = accepted(make), as_member()
    here = f"/me/trials/{tester.id}"
    assert browser.get(here).status_code == 404
    for deed in ("accept", "decline", "extend"):
        assert browser.post(f"{here}/{deed}").status_code == 404
    assert fresh(tester).state is TesterState.ACCEPTED
