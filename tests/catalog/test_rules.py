"""Addresses, levels, languages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.catalog.rules import is_slug, slug_from
from portal.catalog.words import Told, spoken, told
from portal.core.i18n import in_language


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Wheatfield Tote", "wheatfield-tote"),
        ("  Café № 9 — été! ", "cafe-no-9-ete"),
        ("麦浪托特", ""),
        ("麦浪 Tote", "tote"),
        ("a" * 90, "a" * 64),
    ],
)
def test_slug_from_a_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug
    assert not slug or is_slug(slug)


@pytest.mark.parametrize("text", ["", "-", "a-", "A", "a_b", "a b", "é", "a/b", "x" * 65])
def test_what_is_no_address(text: str) -> None:
    assert not is_slug(text)


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
