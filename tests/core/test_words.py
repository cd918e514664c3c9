"""Texts in two languages: the visitor's own, else the other one."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.i18n import in_language
from portal.core.words import Told, spoken, told

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
