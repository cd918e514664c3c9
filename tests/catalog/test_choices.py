"""Lists to choose from: all there is, by name, in one query."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalog import queries
from portal.catalog.models import ProductVersion
from portal.catalog.rules import choice_of, chosen
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.i18n import in_language
from tests.make import Make


def test_what_was_chosen_is_read_again() -> None:
    for product_id, part_id in (("01A", None), ("01A", "01B")):
        assert chosen(choice_of(product_id, part_id)) == (product_id, part_id)
    assert chosen("") == ("", None)


def test_products_by_name_each_before_its_colours(make: Make) -> None:
    tote, bucket = make.product(name_en="wheat tote"), make.product(name_en="Bucket", shown=False)
    second, first = make.color(tote, position=2), make.color(tote, position=1, name_zh="", name_en="")
    with in_language("en"):
        found = queries.products_with_colors()
    assert found == [
        (bucket.id, "Bucket"),
        (tote.id, "wheat tote"),
        (f"{tote.id}/{first.id}", "wheat tote · #b4512f"),
        (f"{tote.id}/{second.id}", "wheat tote · Kiln brick"),
    ]


def test_versions_newest_first(make: Make) -> None:
    tote = make.product(name_en="Tote")
    old = make.version(tote, "1.1", released_on=date(2025, 1, 1))
    new = make.version(tote, "2.0", released_on=date(2026, 1, 1))
    with in_language("en"):
        found = queries.products_with_versions()
    assert found == [
        (tote.id, "Tote"),
        (f"{tote.id}/{new.id}", "Tote · 2.0"),
        (f"{tote.id}/{old.id}", "Tote · 1.1"),
    ]


def test_nothing_falls_off_the_list(make: Make) -> None:
    old, many = make.product(name_zh="旧", created_at=clock.now().replace(year=2020)), make.product()
    facts: dict[str, Any] = {
        "product_id": many.id,
        "released_on": date(2026, 1, 1),
        "created_at": clock.now(),
    }
    with transaction():
        db.session.execute(
            sa.insert(ProductVersion),
            [facts | {"id": new_id(), "label": str(number)} for number in range(600)],
        )
    found = dict(queries.products_with_versions())
    assert old.id in found
    assert len(found) == 602


def test_shelves_name_the_one_above(make: Make) -> None:
    hand = make.category(name_en="Bags", position=1)
    tote = make.category(name_en="Totes", parent=hand)
    first = make.category(name_en="Care", position=0)
    with in_language("en"):
        assert queries.shelves_to_choose() == [
            (first.id, "Care"),
            (hand.id, "Bags"),
            (tote.id, "Bags / Totes"),
        ]


@pytest.mark.parametrize("number", [1, 30])
def test_one_query_for_any_number(make: Make, request: pytest.FixtureRequest, number: int) -> None:
    for _ in range(number):
        product = make.product()
        make.color(product)
        make.version(product)
    counting = request.getfixturevalue("queries")
    for read in (queries.products_with_colors, queries.products_with_versions, queries.shelves_to_choose):
        with counting() as log:
            read()
        assert len(log) == 1
