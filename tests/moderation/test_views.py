"""The queue and the report form in the browser: plain and with htmx, for the right people only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from portal.core import clock
from portal.core.db import db, transaction
from portal.moderation import queries as cases
from portal.moderation import services
from portal.moderation.models import Case, CaseOrigin, CaseState, Report
from tests.client import PortalClient
from tests.make import Make
from tests.moderation.conftest import Shelf

pytestmark = pytest.mark.one_database

PLAIN_OR_HTMX = pytest.mark.parametrize("htmx", [False, True])


@pytest.fixture
def moderator(as_staff: Any) -> PortalClient:
    client: PortalClient = as_staff("moderator")
    return client


@pytest.fixture
def put(make: Make, shelf: Shelf) -> Any:
    """Puts a waiting story into the queue."""

    def held(name: str, *, age: int = 0, **facts: Any) -> Case:
        author = facts.pop("author", None) or make.member(display_name=f"Author of {name}")
        shelf.put(name, author_id=author.id, state="held", body=f"Text of {name}")
        opened_at = clock.now() - timedelta(minutes=age)
        values = {
            "target_kind": "story",
            "target_id": name,
            "origin": CaseOrigin.HELD,
            "held_because": "first_stories",
            "title": f"Text of {name}",
            "opened_at": opened_at,
        }
        made: Case = make.case(author, **{**values, **facts})
        return made

    return held


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def open_card(answer: Any) -> Tag:
    cards = soup(answer).select("article.cand.on")
    assert len(cards) == 1
    return cards[0]


def state_of(case_id: str) -> CaseState:
    return db.session.get_one(Case, case_id).state


# ------------------------------------------------------------------ looking


def test_an_empty_queue_says_so(moderator: PortalClient) -> None:
    answer = moderator.get("/console/queue")
    assert "Nothing waits" in answer.text
    assert not soup(answer).select("article.cand")


def test_an_empty_filter_offers_everything(moderator: PortalClient, put: Any) -> None:
    put("s1")
    answer = moderator.get("/console/queue?show=reported")
    assert "Nothing waits under this filter" in answer.text
    assert soup(answer).select_one('.empty a[href="/console/queue"]')


def test_the_longest_waiting_card_is_open_with_its_reason_first(moderator: PortalClient, put: Any) -> None:
    put("young", age=1)
    put("old", age=200)
    card = open_card(moderator.get("/console/queue"))
    assert "Text of old" in card.text
    first = card.find(True)
    assert isinstance(first, Tag)
    assert "A newcomer’s first stories" in first.text
    assert "3 hours" in first.text


def test_a_chosen_card_opens(moderator: PortalClient, put: Any) -> None:
    put("old", age=9)
    young = put("young")
    assert "Text of young" in open_card(moderator.get(f"/console/queue?open={young.id}")).text
    fragment = moderator.get(f"/console/queue?open={young.id}", htmx=True)
    assert open_card(fragment).has_attr("data-focus")


def test_a_card_beyond_the_first_page_opens_too(moderator: PortalClient, put: Any) -> None:
    last = [put(f"s{number}", age=100 - number) for number in range(15)][-1]
    assert "Text of s14" in open_card(moderator.get(f"/console/queue?open={last.id}")).text


def test_more_shows_the_rest_folded(moderator: PortalClient, put: Any) -> None:
    for number in range(15):
        put(f"s{number}", age=100 - number)
    more = soup(moderator.get("/console/queue")).select_one("a.more")
    assert more is not None
    rest = soup(moderator.get(str(more["href"]), htmx=True))
    assert len(rest.select("article.cand")) == 3
    assert not rest.select("article.cand.on")
    assert len(soup(moderator.get(str(more["href"]))).select("article.cand")) == 3


def test_filters_count_and_choose(moderator: PortalClient, put: Any, comments: Shelf, make: Make) -> None:
    put("s1")
    author = make.member()
    comments.put("c1", author_id=author.id)
    make.case(author, target_kind="comment", target_id="c1")
    page = soup(moderator.get("/console/queue"))
    chips = {
        chip.find(string=True): chip.select_one(".num").text for chip in page.select("nav.chips a:has(.num)")
    }
    assert chips == {"All": "2", "Before publishing": "1", "Reported": "1", "Story": "1", "Comment": "1"}
    for show, number in {"all": 2, "held": 1, "reported": 1, "comment": 1, "nonsense": 2}.items():
        shown = soup(moderator.get(f"/console/queue?show={show}", htmx=True))
        assert len(shown.select("article.cand")) == number


def test_reports_show_what_people_said(moderator: PortalClient, put: Any, make: Make) -> None:
    case = put("s1", origin=CaseOrigin.REPORTED, held_because="")
    make.report(case, note="It is <b>my</b> photo")
    make.report(case)
    card = open_card(moderator.get("/console/queue"))
    assert "Reported by 2 members" in card.text
    assert "Advertising or spam × 2" in card.text
    assert "It is <b>my</b> photo" in card.text


def test_keys_stand_on_the_buttons(moderator: PortalClient, put: Any) -> None:
    put("s1")
    keys = [tag["data-key"] for tag in open_card(moderator.get("/console/queue")).select("[data-key]")]
    assert keys == ["a", "r"]


def test_ones_own_case_has_no_buttons(as_member: Any, put: Any, make: Make) -> None:
    me = make.staff("moderator")
    make.staff("moderator")
    put("s1", author=me)
    card = open_card(as_member(me).get("/console/queue"))
    assert "a colleague decides" in card.text
    assert not card.select("form")


def test_what_is_gone_says_so(moderator: PortalClient, put: Any, shelf: Shelf) -> None:
    put("s1")
    shelf.states["s1"] = "deleted"
    card = open_card(moderator.get("/console/queue"))
    assert "Its author took it away" in card.text
    assert not card.select("form")


def test_the_queue_costs_the_same_for_one_and_for_thirty(
    moderator: PortalClient, put: Any, make: Make, queries: Any
) -> None:
    def fill(number: int) -> None:
        make.report(put(f"s{number}", origin=CaseOrigin.REPORTED))
        profile = make.case()
        make.report(profile)

    fill(0)
    moderator.get("/console/queue")
    with queries() as one:
        moderator.get("/console/queue")
    for number in range(1, 15):
        fill(number)
    with queries() as thirty:
        moderator.get("/console/queue")
    assert len(one) == len(thirty) <= 10, "\n".join(thirty)


# ------------------------------------------------------------------ deciding


@PLAIN_OR_HTMX
def test_approving_opens_the_next_card(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    first, second, third = put("s1", age=3), put("s2", age=2), put("s3", age=1)
    ids = (first.id, second.id, third.id)
    data = {"version": first.version, "next": second.id, "show": "held"}
    answer = moderator.post(f"/console/queue/{first.id}/approve", data=data, htmx=htmx)
    if not htmx:
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/console/queue?show=held&open={ids[1]}"
        answer = moderator.get(answer.headers["Location"])
    assert "Text of s2" in open_card(answer).text
    assert f'action="/console/queue/{ids[0]}/undo"' in answer.text
    assert state_of(ids[0]) is CaseState.APPROVED
    assert shelf.states["s1"] == "published"


@PLAIN_OR_HTMX
def test_rejecting_with_a_reason(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    case = put("s1")
    case_id, data = case.id, {"version": case.version, "because": "unclear", "note": "Try by the window."}
    answer = moderator.post(f"/console/queue/{case_id}/reject", data=data, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert state_of(case_id) is CaseState.REJECTED
    assert shelf.reasons["s1"].endswith("once more? Try by the window.")


@PLAIN_OR_HTMX
@pytest.mark.parametrize("data", [{}, {"because": "other"}, {"because": "rubbish", "note": "x"}])
def test_rejecting_without_a_reason_keeps_everything_open(
    moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool, data: dict[str, str]
) -> None:
    case = put("s1")
    case_id = case.id
    answer = moderator.post(
        f"/console/queue/{case_id}/reject", data={"version": case.version, **data}, htmx=htmx
    )
    assert answer.status_code == 422
    card = open_card(answer)
    details = card.find("details")
    assert isinstance(details, Tag)
    assert details.has_attr("open")
    assert card.select(".err")
    assert data.get("note", "") in answer.text
    assert state_of(case_id) is CaseState.OPEN
    assert shelf.states["s1"] == "held"


@PLAIN_OR_HTMX
@pytest.mark.parametrize("act", ["approve", "reject"])
def test_a_colleague_was_faster(
    moderator: PortalClient, put: Any, make: Make, as_viewer: Any, htmx: bool, act: str
) -> None:
    case, other = put("s1", age=2), put("s2", age=1)
    case_id, version = case.id, case.version
    assert other.id
    mira = as_viewer(make.staff("moderator", display_name="Mira"))
    with transaction():
        services.approve(case_id, version, by=mira)
    data = {"version": version, "because": "unclear"}
    answer = moderator.post(f"/console/queue/{case_id}/{act}", data=data, htmx=htmx)
    assert answer.status_code == 409
    assert "A colleague was faster: Mira approved it." in answer.text
    assert "Text of s2" in open_card(answer).text
    assert state_of(case_id) is CaseState.APPROVED


@PLAIN_OR_HTMX
def test_a_changed_text_comes_back_as_the_fresh_card(
    moderator: PortalClient, put: Any, make: Make, as_viewer: Any, shelf: Shelf, htmx: bool
) -> None:
    author = make.member()
    case = put("s1", author=author)
    case_id, version = case.id, case.version
    shelf.bodies["s1"] = "A new text"
    with transaction():
        services.screen("story", "s1", author=as_viewer(author), body="A new text", earlier=0)
    answer = moderator.post(f"/console/queue/{case_id}/approve", data={"version": version}, htmx=htmx)
    assert answer.status_code == 409
    card = open_card(answer)
    assert "A new text" in card.text
    assert card.select_one('input[name="version"]')["value"] == str(version + 1)  # type: ignore[index]


@PLAIN_OR_HTMX
def test_undo_brings_the_card_back(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    case = put("s1")
    case_id = case.id
    moderator.post(f"/console/queue/{case_id}/approve", data={"version": case.version})
    page = moderator.get("/console/queue")
    assert soup(page).select(f'.rail form[action="/console/queue/{case_id}/undo"]')
    answer = moderator.post(f"/console/queue/{case_id}/undo", htmx=htmx)
    if htmx:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#queue", "outerHTML")
    else:
        assert answer.headers["Location"] == f"/console/queue?open={case_id}"
        answer = moderator.get(answer.headers["Location"])
    assert "Text of s1" in open_card(answer).text
    assert (state_of(case_id), shelf.states["s1"]) == (CaseState.OPEN, "held")


@PLAIN_OR_HTMX
def test_undo_too_late(moderator: PortalClient, put: Any, htmx: bool) -> None:
    case = put("s1")
    case_id = case.id
    moderator.post(f"/console/queue/{case_id}/approve", data={"version": case.version})
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert not soup(moderator.get("/console/queue")).select(".rail form")
        assert moderator.post(f"/console/queue/{case_id}/undo", htmx=htmx).status_code == 409
    assert state_of(case_id) is CaseState.APPROVED


@pytest.mark.parametrize("act", ["approve", "reject", "undo"])
@PLAIN_OR_HTMX
def test_nobody_else_decides(
    client: PortalClient, as_member: Any, as_staff: Any, put: Any, act: str, htmx: bool
) -> None:
    case = put("s1")
    url, data, case_id = f"/console/queue/{case.id}/{act}", {"version": 1, "because": "unclear"}, case.id
    assert client.post(url, data=data, htmx=htmx).status_code == 404
    assert as_member().post(url, data=data, htmx=htmx).status_code == 404
    for role in ("analyst", "host"):
        assert as_staff(role).post(url, data=data, htmx=htmx).status_code == 403
    assert state_of(case_id) is CaseState.OPEN


def test_who_sees_the_queue(client: PortalClient, as_member: Any, as_staff: Any) -> None:
    assert "/sign-in" in client.get("/console/queue").headers["Location"]
    assert as_member().get("/console/queue").status_code == 404
    assert as_staff("analyst").get("/console/queue").status_code == 403
    for role in ("moderator", "manager", "owner"):
        assert as_staff(role).get("/console/queue").status_code == 200


@pytest.mark.parametrize("act", ["approve", "reject", "undo"])
@PLAIN_OR_HTMX
def test_an_unknown_case_is_not_found(moderator: PortalClient, act: str, htmx: bool) -> None:
    data = {"because": "unclear"}
    assert moderator.post(f"/console/queue/nothing/{act}", data=data, htmx=htmx).status_code == 404


# ------------------------------------------------------------------ reporting


@pytest.fixture
def public_story(make: Make, shelf: Shelf) -> str:
    return shelf.put("s1", author_id=make.member().id, body="Look at this")


@PLAIN_OR_HTMX
def test_reporting(as_member: Any, public_story: str, htmx: bool) -> None:
    browser = as_member()
    assert "Look at this" in browser.get("/report/story/s1").text
    answer = browser.post("/report/story/s1", data={"reason": "unkind", "note": "Please"}, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"] == "/stories/s1"
    case = cases.case_of("story", "s1")
    assert case is not None
    assert case.report_count == 1
    assert "A person of our team will look at it" in browser.get("/report/story/s1").text


@PLAIN_OR_HTMX
def test_reporting_twice_is_reporting_once(as_member: Any, public_story: str, htmx: bool) -> None:
    browser = as_member()
    for _time in range(2):
        browser.post("/report/story/s1", data={"reason": "unkind"}, htmx=htmx)
    assert db.session.query(Report).count() == 1


@PLAIN_OR_HTMX
@pytest.mark.parametrize("data", [{}, {"reason": "rubbish"}, {"reason": "spam", "note": "kept " * 60}])
def test_a_report_that_needs_another_look(
    as_member: Any, public_story: str, htmx: bool, data: dict[str, str]
) -> None:
    answer = as_member().post("/report/story/s1", data=data, htmx=htmx)
    assert answer.status_code == 422
    assert soup(answer).select(".err")
    assert data.get("note", "").strip() in answer.text
    assert db.session.query(Report).count() == 0


@PLAIN_OR_HTMX
def test_ones_own_story_cannot_be_reported(as_member: Any, make: Make, shelf: Shelf, htmx: bool) -> None:
    author = make.member()
    shelf.put("s1", author_id=author.id)
    browser = as_member(author)
    assert browser.get("/report/story/s1").status_code == 403
    assert browser.post("/report/story/s1", data={"reason": "spam"}, htmx=htmx).status_code == 403


@PLAIN_OR_HTMX
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
