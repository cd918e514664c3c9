"""Texts in two languages: the visitor's own, else the other one."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.i18n import in_language
from portal.core.words import Told, clauses, spoken, told

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("language", "zh", "en", "expected"),
    [
        ("en", "中", "en", Told("en", "en")),
        ("zh_CN", "中", "en", Told("中", "zh_CN")),
        ("en", "中", " ", Told("中", "zh_CN")),
        ("zh_CN", "", "en", Told("en", "en")),
        ("zh_CN", "", "", Told("", "zh_CN")),
    ],
)
def test_told_in_the_visitors_language_or_the_other(
    app: Flask, language: str, zh: str, en: str, expected: Told
) -> None:
    with in_language(language):
        assert told(zh, en) == expected
        assert spoken(zh, en) == expected.text


@pytest.mark.parametrize(
    ("headline", "parts"),
    [
        ("57 个人，带着它走过的路", ["57 个人，", "带着它走过的路"]),
        ("每一只包都见过日子。缝进这面墙！", ["每一只包都见过日子。", "缝进这面墙！"]),
        ("禾友节：一针一线的见面 · 双人同行票", ["禾友节：", "一针一线的见面 · ", "双人同行票"]),
        ("什么？！真的：", ["什么？！", "真的："]),
        ("《简·爱》里的包", ["《简·爱》里的包"]),
        ("，从逗号开始", ["，从逗号开始"]),
        ("Every bag, every road. Yours?", ["Every bag, every road. Yours?"]),
        ("", [""]),
    ],
)
def test_a_chinese_headline_breaks_behind_its_punctuation(headline: str, parts: list[str]) -> None:
    assert clauses(headline) == parts
