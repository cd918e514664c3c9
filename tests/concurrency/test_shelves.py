"""Two colleagues move shelves under each other at the same instant: there are never three levels, nor a circle."""

from __future__ import annotations

import time

import pytest

from portal.accounts.queries import viewer_of
from portal.catalog import services
from portal.catalog.models import Category
from portal.catalog.services import shelves
from portal.catalog.shelves import load_shelves
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PAIRS = 8

Moves = list[tuple[str, str]]


def move(staff_id: str, moves: Moves) -> int:
    """Put each shelf under another one. Returns how often that was allowed."""
    by, moved = viewer_of(staff_id), 0
    for shelf_id, parent_id in moves:
        try:
            with transaction():
                shelf = db.session.get_one(Category, shelf_id)
                words = {"name_zh": shelf.name_zh, "name_en": shelf.name_en, "position": 0}
                services.change_category(shelf, by=by, parent_id=parent_id, **words)
            moved += 1
        except Invalid:
            db.session.rollback()
    return moved


def move_carelessly(staff_id: str, moves: Moves) -> int:
    """The same, without holding the shelves before looking at them."""
    hold, check = shelves._hold_all, shelves._check_parent

    def check_slowly(category: Category, parent_id: str | None) -> None:
        check(category, parent_id)
        time.sleep(0.02)

    shelves._hold_all, shelves._check_parent = (lambda: None), check_slowly
    try:
        return move(staff_id, moves)
    finally:
        shelves._hold_all, shelves._check_parent = hold, check


@pytest.fixture
def crossing(house: House, people: Make) -> list[tuple[str, Moves]]:
    """For each of two colleagues the same shelves: one puts every left one under the right one, the other the reverse."""
    pairs = [(people.category().id, people.category().id) for _pair in range(PAIRS)]
    there = [(left, right) for left, right in pairs]
    back = [(right, left) for left, right in pairs]
    return [(people.staff("manager").id, moves) for moves in (there, back)]


def test_of_two_crossing_moves_one_happens(house: House, crossing: list[tuple[str, Moves]]) -> None:
    assert sum(at_once(house, move, crossing)) == PAIRS
    db.session.rollback()
    assert len(load_shelves().branches) >= PAIRS


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_holding_them_both_would(house: House, crossing: list[tuple[str, Moves]]) -> None:
    """Only where two can write at once: SQLite lets one after the other in."""
    assert sum(at_once(house, move_carelessly, crossing)) > PAIRS
    with transaction():
        for shelf_id, _parent_id in crossing[0][1] + crossing[1][1]:
            db.session.get_one(Category, shelf_id).parent_id = None
