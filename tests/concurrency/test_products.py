"""Two colleagues add the same colours at the same instant, and two rooms thank the same member: each is there once."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalog import queries, services
from portal.catalog.models import Credit, CreditKind, Product, ProductColor
from portal.catalog.services import colors
from portal.core.db import changed_rows, db, new_id, transaction
from tests.concurrency.crowd import House, at_once
from tests.make import Make

MANY = 8


def dye(product_id: str) -> None:
    """All colours of the season, one after the other."""
    for number in range(MANY):
        with transaction():
            product = db.session.get_one(Product, product_id)
            services.add_color(product, by=None, name_zh="", name_en=f"No. {number}", swatch="#b4512f")


def dye_carelessly(product_id: str) -> None:
    """The same, without holding the product before looking at its colours."""
    hold, look = colors.lock_row, colors._checked

    def look_slowly(*words: str) -> tuple[str, str, str]:
        time.sleep(0.02)
        return look(*words)

    changes: dict[str, Any] = {"lock_row": lambda *_row: None, "_checked": look_slowly}
    vars(colors).update(changes)
    try:
        dye(product_id)
    finally:
        vars(colors).update({"lock_row": hold, "_checked": look})


def thank(product_id: str, member_id: str, sources: list[str]) -> list[str]:
    """The same thanks, in the same order. Returns which rows stand for them."""
    found = []
    for source in sources:
        with transaction():
            found.append(
                services.credit(
                    product_id,
                    CreditKind.NAMED,
                    member_id=member_id,
                    words="云朵",
                    source_kind="contest",
                    source_id=source,
                    path="/contests/cloud",
                ).id
            )
    return found


def test_the_same_colours_are_there_once(house: House, people: Make) -> None:
    product_id = people.product().id
    at_once(house, dye, [(product_id,)] * 2)
    db.session.rollback()
    found = queries.colors_of([product_id])[product_id]
    assert [color.position for color in found] == list(range(MANY))
    assert {color.name_en for color in found} == {f"No. {number}" for number in range(MANY)}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_holding_the_product_they_would_be_twice(house: House, people: Make) -> None:
    """Only where two can write at once: SQLite lets one after the other in."""
    product_id = people.product().id
    at_once(house, dye_carelessly, [(product_id,)] * 2)
    db.session.rollback()
    assert len(queries.colors_of([product_id])[product_id]) > MANY
    with transaction():
        changed_rows(sa.delete(ProductColor).where(ProductColor.product_id == product_id))


def test_the_same_thanks_are_one(house: House, people: Make) -> None:
    product_id, member_id = people.product().id, people.member().id
    sources = [new_id() for _source in range(MANY)]
    first, *others = at_once(house, thank, [(product_id, member_id, sources)] * 3)
    assert all(other == first for other in others)
    db.session.rollback()
    assert db.session.query(Credit).filter_by(product_id=product_id).count() == MANY
