"""The report form in the browser: plain and with htmx."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.db import db, transaction
from portal.moderation import queries as cases
from portal.moderation import services
from portal.moderation.models import Report
from tests.answers import BOTH
from tests.client import PortalClient
from tests.make import Make
from tests.moderation.cards import soup
from tests.moderation.conftest import Shelf

pytestmark = pytest.mark.one_database


@pytest.fixture
def public_story(make: Make, shelf: Shelf) -> str:
    return shelf.put("s1", author_id=make.member().id, body="Look at this")


@BOTH
def test_reporting(as_member: Any, public_story: str, htmx: bool) -> None:
    browser = as_member()
    assert "Look at this" in browser.get("/report/story/s1").text
    answer = browser.post("/report/story/s1", data={"reason": "unkind", "note": "Please"}, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"] == "/stories/s1"
    case = cases.case_of("story", "s1")
    assert case is not None
    assert case.report_count == 1
    assert "A person of our team will look at it" in browser.get("/report/story/s1").text


@BOTH
def test_reporting_twice_is_reporting_once(as_member: Any, public_story: str, htmx: bool) -> None:
    browser = as_member()
    for _time in range(2):
        browser.post("/report/story/s1", data={"reason": "unkind"}, htmx=htmx)
    assert db.session.query(Report).count() == 1


@BOTH
@pytest.mark.parametrize("data", [{}, {"reason": "rubbish"}, {"reason": "spam", "note": "kept " * 60}])
def test_a_report_that_needs_another_look(
    as_member: Any, public_story: str, htmx: bool, data: dict[str, str]
) -> None:
    answer = as_member().post("/report/story/s1", data=data, htmx=htmx)
    assert answer.status_code == 422
    assert soup(answer).select(".err")
    assert data.get("note", "").strip() in answer.text
    assert db.session.query(Report).count() == 0


@BOTH
def test_ones_own_story_cannot_be_reported(as_member: Any, make: Make, shelf: Shelf, htmx: bool) -> None:
    author = make.member()
    shelf.put("s1", author_id=author.id)
    browser = as_member(author)
    assert browser.get("/report/story/s1").status_code == 403
    assert browser.post("/report/story/s1", data={"reason": "spam"}, htmx=htmx).status_code == 403


@BOTH
def test_what_is_not_public_is_not_found(as_member: Any, public_story: str, shelf: Shelf, htmx: bool) -> None:
    shelf.states["s1"] = "held"
    browser = as_member()
    for path in ("/report/story/s1", "/report/story/none", "/report/nonsense/s1"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, data={"reason": "spam"}, htmx=htmx).status_code == 404


def test_visitors_sign_in_first(client: PortalClient, public_story: str) -> None:
    assert "/sign-in" in client.get("/report/story/s1").headers["Location"]
    assert "/sign-in" in client.post("/report/story/s1", data={"reason": "spam"}).headers["Location"]
    assert "/sign-in" in client.post("/report/story/s1", htmx=True).headers["HX-Redirect"]


@pytest.mark.parametrize(
    ("decide", "sentence"),
    [
        (lambda case, by: services.approve(case.id, case.version, by=by), "left it as it is"),
        (lambda case, by: services.reject(case.id, case.version, "No.", by=by), "took it down"),
    ],
)
def test_the_reporter_reads_the_outcome(
    as_member: Any, public_story: str, make: Make, as_viewer: Any, decide: Any, sentence: str
) -> None:
    browser, staff = as_member(), as_viewer(make.staff("moderator"))
    browser.post("/report/story/s1", data={"reason": "spam"})
    case = cases.case_of("story", "s1")
    with transaction():
        decide(case, staff)
    assert sentence in browser.get("/report/story/s1").text
    assert sentence in browser.get("/inbox").text
