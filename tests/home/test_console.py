"""The studio's front: each member of staff sees their own pages, what waits first, and real numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from portal.core import clock
from portal.home import queries as home
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]


def desks(text: str) -> dict[str, int | None]:
    """The address of each page, and how much waits there, in the order they stand."""
    found: dict[str, int | None] = {}
    for link in BeautifulSoup(text, "html.parser").select("main a.desk, main .rows a"):
        waits = link.select_one(".waits")
        found[str(link["href"])] = int(str(next(waits.stripped_strings))) if waits else None
    return found


def test_strangers_and_members_do_not_see_it(client: PortalClient, as_member: SignIn) -> None:
    answer = client.get("/console")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert as_member().get("/console").status_code == 404


@pytest.mark.parametrize(
    ("role", "pages", "others"),
    [
        ("moderator", {"/console/queue", "/console/replies"}, {"/console/products", "/console/staff"}),
        ("host", {"/console/replies"}, {"/console/queue", "/console/products"}),
        ("manager", {"/console/queue", "/console/replies", "/console/products"}, {"/console/staff"}),
        ("owner", {"/console/queue", "/console/products", "/console/staff"}, set()),
    ],
)
def test_each_role_sees_its_pages(as_staff: SignIn, role: str, pages: set[str], others: set[str]) -> None:
    answer = as_staff(role).get("/console")
    assert answer.status_code == 200
    shown = set(desks(answer.text))
    assert pages <= shown
    assert not others & shown


def test_the_analyst_has_a_front_too(as_staff: SignIn) -> None:
    assert as_staff("analyst").get("/console").status_code == 200


def test_what_waits_stands_first(as_staff: SignIn, make: Make) -> None:
    browser = as_staff("owner")
    assert "Nothing waits for you right now" in browser.get("/console").text
    for _ in range(2):
        make.story()
    answer = browser.get("/console")
    assert next(iter(desks(answer.text).items())) == ("/console/replies", 2)
    assert "2 things wait for you." in answer.text


def test_today_counts_since_the_shops_midnight(make: Make) -> None:
    author = make.member(joined_at=clock.now() - clock.days(3))
    before, after = home.day_start() - timedelta(seconds=1), home.day_start() + timedelta(seconds=1)
    make.story(author=author, published_at=before)
    make.story(author=author, published_at=after)
    make.story(author=author, state="held")
    make.member(joined_at=after)
    make.member(joined_at=before)
    assert home.today() == home.Today(stories=1, members=1)
