"""Staff follow the testers of a trial, excuse, and ask who is next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.trials.models import TesterState
from tests.answers import BOTH, stored, text_of
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import accepted, has_it, offered, substitutes, told

pytestmark = pytest.mark.one_database
Staff = Callable[..., PortalClient]


def test_every_tester_with_what_comes_next(make: Make, as_staff: Staff) -> None:
    trial = make.trial("chosen", seats=4)
    asked, waits, has, over = (
        offered(make, trial),
        accepted(make, trial),
        has_it(make, trial),
        make.tester(make.application(trial, decision="picked"), state="missing"),
    )
    browser, here = as_staff("manager"), f"/console/trials/{trial.slug}/progress"
    page = text_of(browser.get(here))
    for one in (asked, waits, has, over):
        assert f"tester-{one.id}" in page
    for words in ("Was asked", "Where to?", "Report due", "Report missing"):
        assert words in page
    page = text_of(browser.get(f"{here}?show=trying"))
    assert f"tester-{has.id}" in page
    assert f"tester-{asked.id}" not in page
    assert "Nobody stands here" in text_of(browser.get(f"{here}?show=left"))
    assert "Nobody is asked yet" in text_of(browser.get(here.replace(trial.slug, make.trial("frozen").slug)))


@BOTH
def test_an_excuse_needs_words_and_nothing_typed_is_lost(make: Make, as_staff: Staff, htmx: bool) -> None:
    trial = make.trial("chosen")
    tester = has_it(make, trial)
    browser, here = as_staff("manager"), f"/console/trials/{trial.slug}/progress"
    url = f"{here}/{tester.id}/excuse"
    assert "Please fill this in." in text_of(browser.post(url, data={"words": "  "}, htmx=htmx), 422)
    long = "很久" * 600
    assert long in text_of(browser.post(url, data={"words": long}, htmx=htmx), 422)
    answer = browser.post(url, data={"words": "住院了 <b>🏥"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    page = text_of(browser.get(here))
    assert "住院了 &lt;b&gt;🏥" in page
    assert stored(tester).state is TesterState.EXCUSED
    assert told(tester.member_id)[-1] == "excused"


@BOTH
def test_a_free_place_goes_to_who_is_next(make: Make, as_staff: Staff, htmx: bool) -> None:
    trial = make.trial("chosen", seats=2)
    offered(make, trial)
    [substitute] = substitutes(make, trial, 1)
    browser, here = as_staff("manager"), f"/console/trials/{trial.slug}/progress"
    assert "1 place is free." in text_of(browser.get(here))
    answer = browser.post(f"{here}/offer", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert told(substitute.member_id) == ["chosen"]
    assert "place is free" not in text_of(browser.get(here))
    assert browser.post(f"{here}/offer", htmx=htmx).status_code == 409


def test_the_list_has_pages(make: Make, as_staff: Staff) -> None:
    trial = make.trial("chosen", seats=40)
    for _one in range(30):
        make.tester(make.application(trial, decision="picked"))
    browser, here = as_staff("manager"), f"/console/trials/{trial.slug}/progress"
    page = text_of(browser.get(here))
    assert page.count('id="tester-') == 24
    more = page.split("after=")[1].split('"')[0]
    assert text_of(browser.get(f"{here}?show=all&after={more}", htmx=True)).count('id="tester-') == 6


def test_testers_of_another_trial_and_other_roles(make: Make, as_staff: Staff) -> None:
    tester, trial = accepted(make), make.trial("chosen")
    here = f"/console/trials/{trial.slug}/progress"
    url = f"{here}/{tester.id}/excuse"
    assert as_staff("manager").post(url, data={"words": "x"}).status_code == 404
    for role in ("moderator", "host"):
        assert as_staff(role).get(here).status_code == 403
