"""What the owner sets speaks on every page."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.brand import demo, queries
from portal.brand.services import change_settings
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.i18n import in_language
from tests.brand.test_rules import at
from tests.client import PortalClient


def change(**facts: object) -> None:
    with transaction():
        change_settings(by=None, **facts)


def test_sensible_values_before_any_decision(app: Flask) -> None:
    brand = queries.current()
    assert (brand.currency, brand.time_zone, brand.reply_target_minutes) == ("CNY", "Asia/Shanghai", 10)
    assert brand.version == "0"


def test_a_change_is_seen_after_the_commit(app: Flask) -> None:
    assert queries.current().hue == 14
    with transaction():
        change_settings(by=None, hue=200)
    assert queries.current().hue == 200
    first = queries.current().version
    change(hue=100, opens_at=600)
    assert (queries.current().hue, queries.current().opens_at) == (100, 600)
    assert queries.current().version != first
    assert [entry.facts for entry in entries_of("brand", "1")] == [
        {"fields": ["hue", "opens_at"]},
        {"fields": ["hue"]},
    ]


def test_a_failed_change_changes_nothing(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        change(name_en="Nobody", hue=360)
    assert queries.current().name_en == "Our house"
    assert queries.current().hue == 14


@pytest.mark.parametrize(
    "facts",
    [
        {"hue": 360},
        {"hue": -1},
        {"opens_at": 1300},
        {"closes_at": 1441},
        {"reply_target_minutes": 0},
        {"newcomer_stories": -1},
    ],
)
def test_the_database_refuses_nonsense(app: Flask, facts: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction():
        change_settings(by=None, **facts)


def test_it_speaks_the_visitors_language(app: Flask) -> None:
    with transaction():
        demo.load()
    for language, name, fans in (("en", "Zhaohe", "members"), ("zh_CN", "朝禾", "禾友")):
        with in_language(language):
            brand = queries.current()
            assert (brand.name, brand.fan_title) == (name, fans)
            assert "{people}" in brand.headline
            assert brand.belief
            assert brand.ambassador_title


def test_the_shops_day(app: Flask) -> None:
    assert queries.shop_day(at(1, 15, 59)) == date(2026, 6, 1)
    assert queries.shop_day(at(1, 16)) == date(2026, 6, 2)


@pytest.mark.one_database
def test_forgetting_while_others_read(app: Flask) -> None:
    """Every answer is whole, also when the settings are forgotten in the same instant."""
    kept, stop, wrong = queries.current(), threading.Event(), []

    def forget() -> None:
        while not stop.is_set():
            queries.forget()
            queries._kept = (float("inf"), kept)

    thread = threading.Thread(target=forget)
    thread.start()
    try:
        for _ in range(20_000):
            try:
                queries.current()
            except TypeError as error:
                wrong.append(error)
    finally:
        stop.set()
        thread.join()
    assert not wrong


@pytest.mark.one_database
def test_the_style_sheet_carries_the_hue_and_may_be_kept(client: PortalClient) -> None:
    change(hue=200)
    answer = client.get("/brand.css")
    assert answer.text == ":root{--brand-hue:200}"
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
