"""Search finds the same on both databases, two Chinese characters included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import search
from portal.core.db import transaction

DAY = datetime(2026, 6, 1, tzinfo=UTC)


def put(object_id: str, text: str, *, day: int = 0, kind: str = "note") -> None:
    with transaction():
        search.index_entry(kind, object_id, text, sort_at=DAY + timedelta(days=day))


def found(query: str, *, kind: str = "note") -> list[str]:
    return search.find_entries(kind, query).items


# ------------------------------------------------------------------ cutting


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Mum’s Red bag", ["mum", "s", "red", "bag"]),
        ("妈妈的包", ["妈妈", "妈的", "的包", "包"]),
        ("包", ["包"]),
        ("我的 iPhone15 照片", ["我的", "的", "iphone15", "照片", "片"]),
        ("ＣＡＦÉ café", ["cafe"]),
        ("ガラス", ["ガラ", "ラス", "ス"]),
        ("時々", ["時々", "々"]),
        ("snake_case", ["snake", "case"]),
        ("🎒 — … !", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert search.tokens_of(text) == tokens


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("包", [("包", True)]),
        ("包包", [("包包", False)]),
        ("小满包", [("小满", False), ("满包", False)]),
        ("Red ba", [("red", True), ("ba", True)]),
        ("' OR 1=1 --", [("or", True), ("1", True)]),
        ("", []),
    ],
)
def test_query_tokens(query: str, tokens: list[tuple[str, bool]]) -> None:
    assert search.query_tokens(query) == tokens


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_a_text_is_made_of_what_its_query_looks_for(text: str) -> None:
    kept = search.tokens_of(text)
    for token, prefix in search.query_tokens(text):
        assert token in kept or (prefix and any(other.startswith(token) for other in kept))


# ------------------------------------------------------------------ finding


def test_finds_words_in_both_scripts(app: Flask) -> None:
    put("a", "妈妈传给我的包，里面还有她的车票")
    put("b", "Mum handed down her saddle bag", day=1)
    assert found("车票") == ["a"]
    assert found("妈妈") == ["a"]
    assert found("包") == ["a"]
    assert found("票") == ["a"]
    assert found("saddle") == ["b"]
    assert found("SADD") == ["b"]
    assert found("妈传给") == ["a"]
    assert found("传妈") == []


def test_every_word_counts(app: Flask) -> None:
    put("a", "red bag")
    put("b", "green bag", day=1)
    assert found("bag") == ["b", "a"]
    assert found("red bag") == ["a"]
    assert found("red green bag") == []


def test_kinds_are_apart_and_no_words_find_nothing(app: Flask) -> None:
    put("a", "bag", kind="note")
    put("b", "bag", kind="person")
    assert found("bag") == ["a"]
    assert found("") == found("  !?  ") == []


def test_a_changed_text_is_found_by_its_new_words_only(app: Flask) -> None:
    put("a", "旧的故事")
    put("a", "新的旅行")
    assert found("故事") == []
    assert found("旅行") == ["a"]


def test_a_removed_entry_is_gone(app: Flask) -> None:
    put("a", "bag")
    with transaction():
        search.remove_entry("note", "a")
        search.remove_entry("note", "never-there")
    assert found("bag") == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "bag'",
        'bag" OR "x',
        "bag:*",
        "bag & !",
        "(bag",
        "bag*",
        "NEAR(bag)",
        "bag \\",
        "bag; DROP TABLE x",
        "\x00bag",
    ],
)
def test_hostile_queries_are_only_words(app: Flask, query: str) -> None:
    put("a", "a bag")
    assert isinstance(found(query), list)


def test_pages_newest_first(app: Flask) -> None:
    for number in range(5):
        put(f"n{number}", "同一天", day=number // 2)
    first = search.find_entries("note", "同一", limit=2)
    second = search.find_entries("note", "同一", cursor=first.next_cursor, limit=2)
    third = search.find_entries("note", "同一", cursor=second.next_cursor, limit=2)
    assert [first.items, second.items, third.items] == [["n4", "n3"], ["n2", "n1"], ["n0"]]
    assert third.next_cursor is None
