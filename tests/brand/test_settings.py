"""What the owner sets speaks on every page."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.brand import demo, palette, queries
from portal.brand.rules import fingerprint
from portal.brand.services import change_settings
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
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
        {"changed": {"hue": [200, 100], "opens_at": [540, 600]}},
        {"changed": {"hue": [14, 200]}},
    ]


def test_what_stays_the_same_is_no_change(app: Flask) -> None:
    change(hue=200, name_en="Zhaohe")
    version = queries.current().version
    change(hue=200, name_en="Zhaohe")
    assert queries.current().version == version
    assert len(entries_of("brand", "1")) == 1


def test_who_saw_something_older_is_told_and_changes_nothing(app: Flask) -> None:
    seen = fingerprint({"hue": 14, "currency": "CNY"})
    change(hue=200)
    with pytest.raises(Conflict), transaction():
        change_settings(by=None, seen=seen, hue=100, currency="EUR")
    assert (queries.current().hue, queries.current().currency) == (200, "CNY")
    with transaction():
        change_settings(by=None, seen=fingerprint({"hue": 200, "currency": "CNY"}), hue=100, currency="EUR")
    assert (queries.current().hue, queries.current().currency) == (100, "EUR")


def test_a_change_elsewhere_is_no_conflict(app: Flask) -> None:
    seen = fingerprint({"hue": 14})
    change(name_en="Zhaohe")
    with transaction():
        change_settings(by=None, seen=seen, hue=100)
    assert (queries.current().hue, queries.current().name_en) == (100, "Zhaohe")


def test_a_hue_that_cannot_be_read_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hue of today's style sheet is one; a style sheet with pale links has nothing else."""
    pale = palette.declarations() | {"brand": "oklch(.9 .02 var(--brand-hue))"}
    monkeypatch.setattr(palette, "_house", lambda theme: palette._colors(pale, theme))
    with pytest.raises(Invalid) as refusal, transaction():
        change_settings(by=None, hue=100)
    assert refusal.value.field == "hue"
    assert queries.current().hue == 14


def test_what_others_ask_for(app: Flask) -> None:
    change(hue=200)
    assert (queries.current().drop_weekday, queries.current().drop_at) == (1, 600)
    assert (queries.current().quiet_from, queries.current().quiet_until) == (22 * 60, 8 * 60)
    assert queries.current().legal == {}
    assert queries.stored()["hue"] == 200


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
        {"contact_budget": 22},
        {"quiet_from": 1440},
        {"quiet_until": -1},
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
    assert client.get("/brand.css?hue=100").text == ".hue-preview{--brand-hue:100}"
    for nonsense in ("360", "-1", "x", "1;}", ""):
        assert client.get(f"/brand.css?hue={nonsense}").text == ":root{--brand-hue:200}"
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
