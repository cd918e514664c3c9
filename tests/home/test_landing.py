"""The front page: warm for strangers, a way in for members."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.core import clock
from portal.core.db import transaction
from portal.stories import services
from tests import databases
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Queries = Callable[[], AbstractContextManager[list[str]]]


def test_before_the_first_story(client: PortalClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "A sale is the start, not the end." in page.text
    assert "The first stitch is yours." in page.text
    assert 'href="/sign-up"' in page.text
    assert "front-number" not in page.text, "no number before there is one"
    assert "csrf_token" not in page.text, "a stranger's page is the same for all strangers"
    assert "卖出去，只是开始。" in client.get("/", lang="zh").text


def test_four_stories_and_the_number_of_people(client: PortalClient, make: Make) -> None:
    author = make.member()
    for number in range(5):
        make.story(author=author, body=f"Story {number}")
    make.story(body="Somebody else")
    make.story(body="Not yet read by staff", state="held")
    page = BeautifulSoup(client.get("/").text, "html.parser")
    assert len(page.select(".front-stories article.story")) == 4
    number = page.select_one(".front-number")
    assert number is not None
    assert "2 people" in number.get_text()
    assert "Not yet read" not in page.get_text()


def test_staff_picks_come_first(client: PortalClient, make: Make) -> None:
    from portal.accounts.queries import viewer_of

    picked = make.story(body="The chosen one")
    for _ in range(4):
        make.story()
    with transaction():
        services.feature_story(picked, True, by=viewer_of(make.staff("manager").id))
    first = BeautifulSoup(client.get("/").text, "html.parser").select_one(".front-stories article.story")
    assert first is not None
    assert "The chosen one" in first.get_text()


def test_stories_in_the_visitors_language_come_first(client: PortalClient, make: Make) -> None:
    make.story(body="An English one")
    for _ in range(4):
        make.story(body="中文的故事")
    for language, first in (("en", "An English one"), ("zh", "中文的故事")):
        story = BeautifulSoup(client.get("/", lang=language).text, "html.parser").select_one("article.story")
        assert story is not None
        assert first in story.get_text()


def test_four_products(client: PortalClient, make: Make) -> None:
    for number in range(5):
        make.product(name_en=f"Bag {number}")
    make.product(name_en="Secret", shown=False)
    page = BeautifulSoup(client.get("/").text, "html.parser")
    assert len(page.select("a.product")) == 4
    assert "Secret" not in page.get_text()


def test_members_are_led_to_the_wall(as_member: Callable[..., PortalClient]) -> None:
    answer = as_member().get("/")
    assert (answer.status_code, answer.location) == (303, "/stories")


def test_it_costs_the_same_for_one_story_and_for_many(
    app: Flask, client: PortalClient, make: Make, queries: Queries
) -> None:
    """Counted cold: nothing is kept from an earlier visit. Few stories, many, and many staff picks."""
    make.drop_item(make.drop())
    costs = []
    for featured in (False, False, True):
        for _ in range(6 if costs else 1):
            make.story(featured_at=clock.now() if featured else None)
            make.product()
        databases.forget_caches(app)
        with queries() as log:
            client.get("/")
        costs.append(len(log))
    assert len(set(costs)) == 1, costs
    assert costs[0] <= 9
