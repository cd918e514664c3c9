"""Reads of the catalogue: the right order, one query for any number, nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.catalog import queries
from portal.catalog.shelves import load_shelves
from portal.core import clock
from portal.core.access import Permission
from portal.core.errors import NotFound
from portal.core.i18n import in_language
from tests.make import Make

Queries = Callable[[], AbstractContextManager[list[str]]]
KEEPER: Any = SimpleNamespace(can=lambda permission: permission is Permission.MANAGE_PRODUCTS)
MEMBER: Any = SimpleNamespace(can=lambda permission: False)


@pytest.fixture
def counting(request: pytest.FixtureRequest) -> Queries:
    """The fixture ``queries``, under a name that leaves the room's own queries in sight."""
    return request.getfixturevalue("queries")  # type: ignore[no-any-return]


def names(page: Any) -> list[str]:
    return [card.slug for card in page.items]


def test_a_hidden_product_is_there_for_its_keepers_only(make: Make) -> None:
    product = make.product(slug="tote", shown=False)
    for viewer in (None, MEMBER):
        with pytest.raises(NotFound):
            queries.get_product("tote", viewer=viewer)
    assert queries.get_product("tote", viewer=KEEPER) == product
    assert queries.get_product_by_id(product.id) == product
    assert queries.products_for_choice() == []
    assert queries.newest_products(9) == []
    assert queries.shelf([product.category_id]).items == []
    assert names(queries.shelf([product.category_id], hidden_too=True)) == ["tote"]
    assert queries.products_named([product.id])[product.id].slug == "tote"


def test_unknown_products_are_not_found(make: Make) -> None:
    with pytest.raises(NotFound):
        queries.get_product("nothing")
    with pytest.raises(NotFound):
        queries.get_product_by_id("nothing")
    assert queries.products_named([]) == {}
    assert queries.products_named(["nothing"]) == {}


def test_names_speak_the_visitors_language(make: Make) -> None:
    make.product(name_zh="井水桶包", name_en="Well Bucket")
    make.product(name_zh="麦浪托特", name_en="Aspen Tote")
    with in_language("en"):
        assert [each.name for each in queries.products_for_choice()] == ["Aspen Tote", "Well Bucket"]
    with in_language("zh_CN"):
        assert {each.name for each in queries.products_for_choice()} == {"井水桶包", "麦浪托特"}


def test_shelves_in_order(make: Make) -> None:
    second = make.category(slug="second", position=2)
    first = make.category(slug="first", position=1)
    lower = make.category(slug="lower", parent=first, position=9)
    shelves = load_shelves()
    assert shelves.ids == [first.id, lower.id, second.id]
    assert shelves.get("lower") == lower
    assert shelves.path_to(lower) == [first, lower]
    assert shelves.path_to(second) == [second]
    assert shelves.ids_under(first) == [first.id, lower.id]
    assert shelves.ids_under(lower) == [lower.id]
    for missing in (lambda: shelves.get("none"), lambda: shelves.by_id("none")):
        with pytest.raises(NotFound):
            missing()


def test_the_shelf_keeps_the_order_of_the_categories_over_all_pages(make: Make) -> None:
    bags, cases = make.category(), make.category()
    moment = clock.now()
    for number in range(5):
        make.product(slug=f"bag-{number}", category=bags, created_at=moment + timedelta(minutes=number // 2))
        make.product(slug=f"case-{number}", category=cases, created_at=moment + timedelta(minutes=number))
    found, cursor = [], None
    while True:
        page = queries.shelf([cases.id, bags.id], cursor=cursor, limit=3)
        found += names(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found[:5] == [f"case-{number}" for number in (4, 3, 2, 1, 0)]
    assert sorted(found[5:]) == [f"bag-{number}" for number in range(5)]
    assert found[5] == "bag-4"


def test_only_a_ready_picture_shows(make: Make) -> None:
    product = make.product()
    waiting = make.photo("product", product.id, ready=False)
    product.picture = waiting.id
    assert queries.shelf([product.category_id]).items[0].picture is None
    assert queries.find_picture(product) is None
    ready = make.photo("product", product.id, size=(400, 500))
    product.picture = ready.id
    card = queries.shelf([product.category_id]).items[0]
    assert card.picture is not None
    assert (card.picture.id, card.picture.width, card.picture.height) == (ready.id, 400, 500)
    found = queries.find_picture(product)
    assert found is not None
    assert found.alt == product.name


@pytest.mark.parametrize("number", [1, 30])
def test_one_query_for_any_number(make: Make, counting: Queries, number: int) -> None:
    shelf = make.category()
    products = [make.product(category=shelf) for _ in range(number)]
    ids, shelf_id = [product.id for product in products], shelf.id
    for read in (
        lambda: queries.shelf([shelf_id]),
        lambda: queries.newest_products(4),
        queries.products_for_choice,
        lambda: queries.products_named(ids),
        queries.counts_by_category,
        load_shelves,
    ):
        with counting() as log:
            read()
        assert len(log) == 1
