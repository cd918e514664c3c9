"""The picking screen and the draw, as browsers of staff see them: each write plain and with htmx, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.trials.models import Application, Decision, Tester, Trial
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import fresh

pytestmark = pytest.mark.one_database

AsStaff = Callable[..., PortalClient]


@pytest.fixture
def trial(make: Make) -> Any:
    return make.trial("frozen", seats=5, region_most=3)


def apply(make: Make, trial: Trial, *scores: int, **facts: Any) -> list[Application]:
    return [make.application(trial, score=score, region="杭州", **facts) for score in scores]


def base(trial: Trial) -> str:
    return f"/console/trials/{trial.slug}"


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def cards(page: BeautifulSoup) -> list[str]:
    return [str(card["id"]).removeprefix("application-") for card in page.select(".cand")]


def open_card(page: BeautifulSoup) -> Any:
    [card] = page.select(".cand.on")
    return card


def sent(page: BeautifulSoup, decision: str, **other: str) -> dict[str, str]:
    """What the open card's form holds, and the button."""
    fields = open_card(page).select_one("#decide").select("input[type=hidden]")
    return {one["name"]: one["value"] for one in fields} | {"decision": decision} | other


def test_the_best_come_first_and_the_next_opens_itself(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    low, high, middle = apply(make, trial, 50, 90, 70)
    browser = as_staff("manager")
    page = soup(browser.get(f"{base(trial)}/pick"))
    assert cards(page) == [high.id, middle.id, low.id]
    assert open_card(page)["id"] == f"application-{high.id}"
    assert [button["data-key"] for button in open_card(page).select("[data-key]")] == ["p", "r", "s"]
    answer = browser.post(f"{base(trial)}/pick/{high.id}", data=sent(page, "picked"), htmx=True)
    page = soup(answer)
    assert answer.status_code == 200 and open_card(page)["id"] == f"application-{middle.id}"
    assert page.select_one(".rail") and "1 of 5 picked" in page.text, "cards and rail in one answer"
    [undo] = page.select("#toasts form")
    assert "4 seats left" in page.text
    assert fresh(high).decision is Decision.PICKED
    back = browser.post(undo["action"], data={}, htmx=True)
    assert back.headers["HX-Retarget"] == "#picking" and open_card(soup(back))["id"].endswith(high.id)
    assert fresh(high).decision is Decision.OPEN


def test_every_button_works_without_javascript(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    rows, browser = apply(make, trial, 90, 80, 70), as_staff("manager")
    for one, decision in zip(rows, ("picked", "substitute", "skipped"), strict=True):
        page = soup(browser.get(f"{base(trial)}/pick"))
        answer = browser.post(f"{base(trial)}/pick/{one.id}", data=sent(page, decision))
        assert answer.status_code == 303
        assert fresh(one).decision.value == decision
        assert "Undo" in browser.get(answer.headers["Location"]).get_data(as_text=True)
    for show, one in zip(("picked", "substitutes", "skipped"), rows, strict=True):
        page = soup(browser.get(f"{base(trial)}/pick?show={show}"))
        [form] = page.select(f"#application-{one.id} form")
        assert browser.post(form["action"]).status_code == 303
        assert fresh(one).decision is Decision.OPEN


def test_who_was_slower_sees_how_it_stands(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    [one, two], browser = apply(make, trial, 90, 80), as_staff("manager")
    page = soup(browser.get(f"{base(trial)}/pick"))
    as_staff("owner").post(f"{base(trial)}/pick/{one.id}", data=sent(page, "skipped"))
    for htmx in (True, False):
        answer = browser.post(f"{base(trial)}/pick/{one.id}", data=sent(page, "picked"), htmx=htmx)
        assert answer.status_code == 409 and "A colleague was faster" in answer.get_data(as_text=True)
        assert open_card(soup(answer))["id"].endswith(two.id)
    assert fresh(one).decision is Decision.SKIPPED


def test_a_nomination_says_why(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    [one], browser = apply(make, trial, 10), as_staff("manager")
    page = soup(browser.get(f"{base(trial)}/pick?show=others"))
    data = sent(page, "") | {"reason": " "}
    for htmx in (True, False):
        answer = browser.post(f"{base(trial)}/pick/{one.id}/nominate", data=data, htmx=htmx)
        assert answer.status_code == 422 and "Please fill this in" in answer.get_data(as_text=True)
    for htmx in (True, False):
        answer = browser.post(
            f"{base(trial)}/pick/{one.id}/nominate", data=data | {"reason": "坐轮椅"}, htmx=htmx
        )
        assert answer.status_code == (200 if htmx else 409)
    assert fresh(one).reason == "坐轮椅"


def test_strange_input(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    [one], browser = apply(make, trial, 90), as_staff("manager")
    url = f"{base(trial)}/pick/{one.id}"
    assert browser.post(url, data={"decision": "love", "version": "1"}).status_code == 404
    assert browser.post(url, data={"decision": "picked", "version": "٣"}).status_code == 409
    long = {"decision": "picked", "version": "1", "note": "好" * 256}
    answer = browser.post(url, data=long)
    assert answer.status_code == 422 and "好" * 256 in answer.get_data(as_text=True)
    foreign = make.application(make.trial("frozen"))
    for path in ("", "/undo"):
        data = {"decision": "picked", "version": "1", "reason": "x"}
        assert browser.post(f"{base(trial)}/pick/{foreign.id}{path}", data=data).status_code == 404
    for query in (
        "show=nothing",
        "open=0",
        "compare=0&compare=1",
        "after=%00x" if False else "after=rubbish",
    ):
        assert browser.get(f"{base(trial)}/pick?{query}").status_code == 200
    assert fresh(one).decision is Decision.OPEN


def test_two_side_by_side(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    one, two, _three = apply(make, trial, 90, 80, 70)
    browser = as_staff("manager")
    page = soup(browser.get(f"{base(trial)}/pick?compare={one.id}&compare={two.id}"))
    assert [heading.text for heading in page.select(".abreast .cand h2")] == [
        _name(one),
        _name(two),
    ]
    data = {"decision": "picked", "version": "1"}
    assert browser.post(f"{base(trial)}/pick/{two.id}", data=data).status_code == 303
    assert fresh(two).decision is Decision.PICKED


def _name(application: Application) -> str:
    return db.session.get_one(Member, application.member_id).display_name


@pytest.mark.parametrize("htmx", [False, True])
def test_from_the_frozen_list_to_the_offers(as_staff: AsStaff, make: Make, trial: Trial, htmx: bool) -> None:
    apply(make, trial, 90, 80, 70)
    browser, url = as_staff("manager"), f"{base(trial)}/draw"
    ok = 200 if htmx else 303
    page = browser.get(url).get_data(as_text=True)
    assert "3 undecided applications" in page and "Nobody is picked yet" in page
    value = {"value": "01 02", "again": "01 02"}
    assert browser.post(f"{url}/settle", data=value, htmx=htmx).status_code == 409
    days = {
        name: f"{clock.now() + clock.days(days):%Y-%m-%dT%H:%M}"
        for name, days in (("past", -2), ("ahead", 2), ("next year", 367))
    }
    for wrong, field in (
        ({"source_zh": "周" * 300, "known_at": days["ahead"]}, "source_zh"),
        ({"known_at": days["ahead"]}, "source_zh"),
        ({"source_zh": "周四的双色球"}, "known_at"),
        ({"source_zh": "周四的双色球", "known_at": days["past"]}, "known_at"),
        ({"source_zh": "周四的双色球", "known_at": days["next year"]}, "known_at"),
    ):
        answer = browser.post(f"{url}/freeze", data=wrong, htmx=htmx)
        assert answer.status_code == 422 and soup(answer).select_one(f"#{field}-error")
    named = {"source_zh": "周四的双色球", "known_at": days["ahead"]}
    assert browser.post(f"{url}/freeze", data=named, htmx=htmx).status_code == ok
    assert "by hand any more" in browser.get(f"{base(trial)}/pick").get_data(as_text=True)
    early = browser.post(f"{base(trial)}/choose", htmx=htmx)
    assert early.status_code == 409
    waits = browser.get(url)
    assert "can be typed in here from then on" in waits.get_data(as_text=True)
    assert not soup(waits).select("[name=value]")
    assert browser.post(f"{url}/settle", data=value, htmx=htmx).status_code == 409
    with clock.travel(clock.now() + clock.days(3)):
        for slip in ({"value": " "}, {"value": "01 02"}, value | {"again": "01 20"}):
            answer = browser.post(f"{url}/settle", data=slip, htmx=htmx)
            assert answer.status_code == 422 and soup(answer).select_one("#again-error")
        assert browser.post(f"{url}/settle", data=value | {"again": " 01  02 "}, htmx=htmx).status_code == ok
    assert "01 02" in browser.get(url).get_data(as_text=True)
    assert browser.post(f"{base(trial)}/choose", htmx=htmx).status_code == ok
    assert browser.post(f"{base(trial)}/choose", htmx=htmx).status_code == 409
    assert db.session.query(Tester).filter_by(trial_id=trial.id).count() == 3


def test_who_waits_for_grades_is_on_no_card(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    """Managers grade as well: from no page they can tell whose answers they are about to grade."""
    [one] = apply(make, trial, 90)
    waiting = make.application(trial, make.member(display_name="还没评的"), graded=False, region="杭州")
    browser = as_staff("manager")
    for query in (
        "",
        "show=others",
        f"open={waiting.id}",
        f"compare={one.id}&compare={waiting.id}",
        "region=杭州",
    ):
        page = soup(browser.get(f"{base(trial)}/pick?{query}"))
        assert waiting.id not in str(page.main) and "还没评的" not in page.text
    url = f"{base(trial)}/pick/{waiting.id}"
    for htmx in (True, False):
        for path, data in (("", {"decision": "skipped"}), ("/nominate", {"reason": "很会写"})):
            answer = browser.post(url + path, data=data | {"version": "1"}, htmx=htmx)
            assert answer.status_code == 409 and "还没评的" not in answer.get_data(as_text=True)


def test_one_region_at_a_time(as_staff: AsStaff, make: Make, trial: Trial) -> None:
    here = apply(make, trial, 90, 80, 70)
    there = make.application(trial, score=95, region="成都")
    browser = as_staff("manager")
    rail = soup(browser.get(f"{base(trial)}/pick")).select_one(".rail")
    [link] = [one for one in rail.select(".bars a") if one.text == "杭州"]
    page = soup(browser.get(link["href"]))
    assert cards(page) == [one.id for one in here] and "Only from 杭州" in page.text
    assert open_card(page).select_one(".num").text == "1 / 3"
    chip = page.select_one("#picking .chips a[aria-current]")
    assert chip.text == "To review3" and "region=" in chip["href"]
    answer = browser.post(f"{base(trial)}/pick/{here[0].id}", data=sent(page, "picked"), htmx=True)
    page = soup(answer)
    assert there.id not in answer.get_data(as_text=True) and open_card(page)["id"].endswith(here[1].id)
    [undo] = page.select("#toasts form")
    back = browser.post(undo["action"], data={}, htmx=True)
    assert there.id not in back.get_data(as_text=True)
    page = soup(back)
    plain = browser.post(f"{base(trial)}/pick/{here[0].id}", data=sent(page, "skipped"))
    assert plain.status_code == 303
    page = soup(browser.get(plain.headers["Location"]))
    assert cards(page)[0] == here[1].id and there.id not in cards(page)
    [link] = [one for one in page.select("a.link-btn") if one.text == "Show all regions"]
    assert there.id in cards(soup(browser.get(link["href"])))


@pytest.mark.parametrize("role", ["moderator", "host", "analyst"])
def test_it_is_for_managers(as_staff: AsStaff, make: Make, trial: Trial, role: str) -> None:
    [one] = apply(make, trial, 90)
    browser = as_staff(role)
    for path in ("pick", "draw"):
        assert browser.get(f"{base(trial)}/{path}").status_code == 403
    assert browser.post(f"{base(trial)}/pick/{one.id}", data={"decision": "picked"}).status_code == 403


def test_fewer_than_ten_queries_whatever_there_is(
    as_staff: AsStaff, make: Make, trial: Trial, queries: Any
) -> None:
    browser, counted = as_staff("manager"), []
    for number in (1, 60):
        for _one in range(number):
            one = make.application(trial, region=f"R{number % 7}")
            make.story(author=db.session.get(Member, one.member_id))
        make.application(trial, decision="picked")
        browser.get(f"{base(trial)}/pick")
        with queries() as log:
            assert browser.get(f"{base(trial)}/pick").status_code == 200
        counted.append(len(log))
        with queries() as log:
            assert browser.get(f"{base(trial)}/pick?region=R0").status_code == 200
        assert len(log) <= counted[-1]
    assert counted[0] == counted[1] < 10, log
