"""``flask demo load`` and ``flask prove``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from portal.catalog.models import Category
from portal.core.db import db, scoped_write
from portal.core.feature import Feature, Proof
from portal.core.installation import Registry
from tests.make import Make

pytestmark = pytest.mark.one_database

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def invoke(*words: str) -> Result:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=list(words))
        db.session.rollback()
        return result

    return invoke


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the commands see these features only."""
    return lambda *features: monkeypatch.setitem(app.extensions, "registry", Registry(features))


@pytest.fixture
def in_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], demo=True))
    yield
    monkeypatch.undo()


def add(slug: str) -> Callable[[], None]:
    def load() -> None:
        assert scoped_write()
        db.session.add(Category(slug=slug, name_zh="包", name_en="Bags"))

    return load


def slugs() -> list[str]:
    return list(db.session.scalars(sa.select(Category.slug).order_by(Category.slug)))


def test_only_in_the_demo(run: Run, house: Any) -> None:
    house(Feature("one", load_demo=add("one")))
    result = run("demo", "load")
    assert result.exit_code == 1
    assert "PORTAL_DEMO=1" in result.output
    assert slugs() == []


def test_only_into_an_empty_portal(run: Run, house: Any, in_demo: None, make: Make) -> None:
    make.member()
    house(Feature("one", load_demo=add("one")))
    result = run("demo", "load")
    assert result.exit_code == 1
    assert "There are members already" in result.output
    quiet = run("demo", "load", "--if-empty")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert slugs() == []


def test_features_in_order_each_in_its_transaction(run: Run, house: Any, in_demo: None) -> None:
    house(Feature("one", load_demo=add("one")), Feature("none"), Feature("two", load_demo=add("two")))
    result = run("demo", "load")
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.output.splitlines()] == ["one", "two", "The"]
    assert slugs() == ["one", "two"]


def test_a_feature_that_fails_says_so_and_leaves_nothing_of_its_own(
    run: Run, house: Any, in_demo: None
) -> None:
    def break_down() -> None:
        add("two")()
        raise LookupError("no thread")

    house(Feature("one", load_demo=add("one")), Feature("two", load_demo=break_down))
    result = run("demo", "load")
    assert result.exit_code != 0
    assert "empty the data folder" in result.output
    assert slugs() == ["one"]


def test_prove_names_every_difference(run: Run, house: Any) -> None:
    house(
        Feature("one", proofs=(Proof("likes", lambda: []),)),
        Feature("two", proofs=(Proof("seats", lambda: [("hall", 3, 2), ("yard", 0, 1)]),)),
    )
    result = run("prove")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "one: likes: right",
        "two: seats: 2 differ",
        "  hall: kept 3, true 2",
        "  yard: kept 0, true 1",
    ]


def test_the_real_house_proves_right(run: Run, make: Make) -> None:
    make.story()
    result = run("prove")
    assert result.exit_code == 0, result.output
    assert "differ" not in result.output
