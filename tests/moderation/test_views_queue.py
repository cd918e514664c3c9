"""The queue in the browser: what it shows, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import Tag

from portal.moderation.models import CaseOrigin
from portal.moderation.queries.queue import REPORTS_SHOWN
from tests.client import PortalClient
from tests.make import Make
from tests.moderation.cards import open_card, soup
from tests.moderation.conftest import Shelf

pytestmark = pytest.mark.one_database


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


def test_a_crowd_of_reports_is_counted_not_read_out(moderator: PortalClient, put: Any, make: Make) -> None:
    case = put("one", origin=CaseOrigin.REPORTED)
    for number in range(REPORTS_SHOWN + 3):
        make.report(case, note=f"note {number}!")
    text = open_card(moderator.get("/console/queue")).get_text()
    assert f"Reported by {REPORTS_SHOWN + 3} members" in text
    assert "note 0!" in text
    assert f"note {REPORTS_SHOWN}!" not in text
