"""The shelves and the products, as visitors see them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.catalog.queries import selling
from portal.core import clock
from portal.core.db import db
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Queries = Callable[[], AbstractContextManager[list[str]]]


def links(text: str) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(text, "html.parser").select("a.product")]


# ------------------------------------------------------------------ the shelves


def test_empty_shelves_say_so(client: PortalClient) -> None:
    answer = client.get("/products")
    assert answer.status_code == 200
    assert "The shelves are still empty" in answer.text
    assert 'href="/stories"' in answer.text


def test_products_by_shelf(client: PortalClient, make: Make) -> None:
    carry = make.category(slug="carry", name_en="In the hand", position=1)
    totes = make.category(slug="totes", name_en="Totes", parent=carry)
    road = make.category(slug="road", name_en="For the road", position=2)
    make.category(slug="empty", name_en="Nothing here", position=3)
    make.product(slug="wheat", category=totes)
    make.product(slug="pack", category=road)
    make.product(slug="secret", category=road, shown=False)
    everything = client.get("/products").text
    assert links(everything) == ["/products/wheat", "/products/pack"]
    assert "Nothing here" not in everything
    assert links(client.get("/products?category=carry").text) == ["/products/wheat"]
    assert links(client.get("/products?category=totes").text) == ["/products/wheat"]
    assert "Nothing on this shelf yet" in client.get("/products?category=empty").text
    assert client.get("/products?category=nowhere").status_code == 404


def test_the_filter_by_htmx_is_the_list_with_its_chips(client: PortalClient, make: Make) -> None:
    make.product(slug="wheat", category=make.category(slug="carry"))
    piece = BeautifulSoup(client.get("/products?category=carry", htmx=True).text, "html.parser")
    assert piece.select_one("#product-list") is not None
    current = piece.select_one(".chips [aria-current]")
    assert current is not None
    assert "In the hand" in current.get_text()


def test_pages_go_on_without_a_second_heading(client: PortalClient, make: Make) -> None:
    shelf = make.category(slug="carry")
    for number in range(26):
        make.product(slug=f"bag-{number:02}", category=shelf)
    first = client.get("/products").text
    more = BeautifulSoup(first, "html.parser").select_one("a.more")
    assert more is not None
    assert len(links(first)) == 24
    url = str(more["href"])
    assert url == more["hx-get"]
    piece, whole = client.get(url, htmx=True).text, client.get(url).text
    assert links(piece) == links(whole)
    assert len(links(piece)) == 2
    assert "chapter" not in piece
    assert "More products" not in piece
    assert not set(links(first)) & set(links(piece))


@pytest.mark.parametrize("number", [1, 24])
def test_the_number_of_queries_is_fixed(
    client: PortalClient, make: Make, queries: Queries, number: int
) -> None:
    shelf = make.category(slug="carry")
    for _ in range(number):
        make.product(category=shelf)
    client.get("/products")
    with queries() as log:
        assert client.get("/products").status_code == 200
    assert len(log) == 3


# ------------------------------------------------------------------ one product


def test_a_product(client: PortalClient, make: Make) -> None:
    top = make.category(slug="carry", name_en="In the hand")
    product = make.product(slug="wheat", category=make.category(slug="totes", name_en="Totes", parent=top))
    product.picture = make.photo("product", product.id, size=(400, 500), published=True).id
    db.session.commit()
    page = BeautifulSoup(client.get("/products/wheat").text, "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == "Wheatfield Tote"
    assert [crumb.get_text() for crumb in page.select(".crumbs a")] == ["Products", "In the hand", "Totes"]
    picture = page.select_one(".shot img")
    assert picture is not None
    assert picture["alt"] == "Wheatfield Tote"
    stories = page.select_one("#product-stories")
    assert stories is not None
    assert stories["hx-get"] == "/stories?product=wheat"
    plain = stories.select_one("a")
    assert plain is not None
    assert plain["href"] == "/stories?product=wheat"
    assert client.get(str(picture["src"])).status_code == 200


def test_several_pictures_are_a_gallery_without_scripts(client: PortalClient, make: Make) -> None:
    product = make.product(slug="wheat")
    first, chosen = (make.photo("product", product.id, size=(400, 500), published=True) for _ in range(2))
    product.picture, chosen.alt = chosen.id, "Open, from above"
    db.session.commit()
    page = BeautifulSoup(client.get("/products/wheat").text, "html.parser")
    assert [link["href"] for link in page.select(".shot .gallery > a")] == [
        f"/media/{chosen.id}/1600.webp",
        f"/media/{first.id}/1600.webp",
    ]
    assert [picture["alt"] for picture in page.select(".shot img")] == ["Open, from above", "Wheatfield Tote"]


def test_what_became_different_stands_newest_first(client: PortalClient, make: Make) -> None:
    product = make.product(slug="wheat")
    for number in range(1, 6):
        make.version(product, f"v{number}", released_on=date(2026, number, 1))
    page = BeautifulSoup(client.get("/products/wheat").text, "html.parser")
    assert [label.get_text() for label in page.select(".revisions b")] == ["v5", "v4", "v3"]
    rest = BeautifulSoup(client.get("/products/wheat/versions").text, "html.parser")
    assert len(rest.select(".revisions > li")) == 5


def test_a_room_above_keeps_the_shop_closed(client: PortalClient, make: Make) -> None:
    """The address is nowhere in the page until it opens for who looks."""
    product = make.product(slug="wheat", shop_url="https://shop.example/w")
    wheat, moment = product.id, clock.now() + timedelta(days=2)
    before = dict(selling._asked)
    selling.let_hold_back("test", lambda product_id, _viewer: moment if product_id == wheat else None)
    try:
        text = client.get("/products/wheat").text
        assert "shop.example" not in text
        assert "In the shop for you from" in text
        moment = None  # type: ignore[assignment]
        assert "shop.example" in client.get("/products/wheat").text
    finally:
        selling._asked.clear()
        selling._asked.update(before)


def test_the_story_speaks_the_visitors_language_or_says_that_it_does_not(
    client: PortalClient, make: Make
) -> None:
    make.product(slug="both")
    make.product(slug="zh", story_en="")
    make.product(slug="none", story_zh="", story_en="")
    assert "Named after the fields" in client.get("/products/both").text
    assert "名字来自五月的麦田" in client.get("/products/both", lang="zh").text
    page = client.get("/products/zh").text
    assert 'lang="zh-CN">名字来自五月的麦田' in page
    assert "not translated yet" in page
    assert "not translated yet" not in client.get("/products/zh", lang="zh").text
    assert "still being written" in client.get("/products/none").text


def test_hidden_and_unknown_products(
    client: PortalClient,
    make: Make,
    as_member: Callable[..., PortalClient],
    as_staff: Callable[..., PortalClient],
) -> None:
    product = make.product(slug="secret", shown=False)
    assert client.get("/products/secret").status_code == 404
    assert client.get("/products/unknown").status_code == 404
    assert as_member().get("/products/secret").status_code == 404
    assert as_staff("moderator").get("/products/secret").status_code == 404
    page = as_staff("manager").get("/products/secret")
    assert page.status_code == 200
    assert "only you and your colleagues" in page.text
    assert f"/console/products/{product.id}" in page.text


def test_the_stories_of_a_product_come_as_a_piece(client: PortalClient, make: Make) -> None:
    product = make.product(slug="wheat")
    make.story(product=product, body="On the train with it.")
    answer: Any = client.get("/stories?product=wheat", htmx=True)
    piece = BeautifulSoup(answer.text, "html.parser")
    assert "On the train with it." in "".join(each.get_text() for each in piece.select(".wall"))
