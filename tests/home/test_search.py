"""One box over everything: two Chinese characters, empty, nothing found, page by page, few queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from tests.answers import BOTH
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Queries = Callable[[], AbstractContextManager[list[str]]]


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


@BOTH
def test_before_anything_is_asked(client: PortalClient, htmx: bool) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20%20"):
        answer = client.get(address, htmx=htmx)
        assert answer.status_code == 200
        assert "Find a story or a person" in answer.text
        assert "Nothing found" not in answer.text


@BOTH
def test_two_chinese_characters(client: PortalClient, make: Make, htmx: bool) -> None:
    make.story(body="妈妈传给我的包，里面还有她的车票。")
    make.story(body="和朋友去看海。")
    answer = client.get(f"/search?q={quote('车票')}", htmx=htmx)
    assert "她的车票" in answer.text
    assert "去看海" not in answer.text
    assert ("<html" in answer.text) is not htmx
    assert 'id="results"' in answer.text


def test_people_and_stories_stand_apart(client: PortalClient, make: Make) -> None:
    author = make.member(display_name="小满和妈妈")
    make.story(author=author, body="妈妈的包")
    page = soup(client.get(f"/search?q={quote('妈妈')}").text)
    assert page.select_one("[aria-labelledby=found-story] article.story") is not None
    assert page.select_one("[aria-labelledby=found-member] a") is not None
    only = soup(client.get(f"/search?q={quote('妈妈')}&kind=member").text)
    assert only.select_one("[aria-labelledby=found-story]") is None
    assert only.select_one("[aria-labelledby=found-member] a") is not None


@BOTH
@pytest.mark.parametrize("words", ["nowhere", "没有", "!!!", "<script>alert(1)</script>", "' OR 1=1"])
def test_nothing_found_names_the_words_and_offers_to_clear(
    client: PortalClient, words: str, htmx: bool
) -> None:
    answer = client.get(f"/search?q={quote(words)}", htmx=htmx)
    assert answer.status_code == 200
    page = soup(answer.text)
    told = page.select_one(".empty")
    assert told is not None
    assert "Nothing found" in told.get_text()
    assert words in told.get_text()
    clear = told.select_one("a")
    assert clear is not None
    assert clear["href"] == "/search"
    assert "<script>alert" not in answer.text


def test_what_is_not_on_the_wall_is_not_found(client: PortalClient, make: Make) -> None:
    for state in ("held", "rejected", "hidden", "deleted"):
        make.story(body="secretword", state=state)
    assert "Nothing found" in client.get("/search?q=secretword").text


def test_each_kind_has_its_own_pages(client: PortalClient, make: Make) -> None:
    author = make.member()
    for number in range(26):
        make.story(author=author, body=f"commute {number}")
    first = soup(client.get("/search?q=commute").text)
    more = first.select_one("a.more")
    assert more is not None
    address = str(more["href"])
    assert address == more["hx-get"]
    assert "kind=story" in address
    piece, whole = soup(client.get(address, htmx=True).text), soup(client.get(address).text)
    assert len(first.select("article.story")) == 24
    assert len(piece.select("article.story")) == len(whole.select("article.story")) == 2
    assert piece.select_one("a.more") is None
    assert piece.select_one("#results") is None


def test_an_unknown_kind_is_not_found(client: PortalClient) -> None:
    assert client.get("/search?q=bag&kind=orders").status_code == 404


def test_a_bent_cursor_and_an_endless_query_do_no_harm(client: PortalClient, make: Make) -> None:
    make.story(body="commute")
    bent = client.get("/search?q=commute&kind=story&after=W10")
    assert len(soup(bent.text).select("article.story")) == 1
    assert client.get(f"/search?q={'包' * 500}").status_code == 200


@pytest.mark.parametrize("number", [1, 24])
def test_at_most_ten_queries(
    make: Make, as_member: Callable[..., PortalClient], queries: Queries, number: int
) -> None:
    for each in range(number):
        make.story(author=make.member(display_name=f"Commuter {each}"), body="commuter")
    browser = as_member()
    browser.get("/search?q=commuter")
    with queries() as log:
        page = browser.get("/search?q=commuter")
    assert len(soup(page.text).select("article.story")) == number
    assert len(log) <= 10
