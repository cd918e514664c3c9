"""Addresses of products and shelves."""

from __future__ import annotations

import pytest

from portal.catalog.rules import is_slug, slug_from


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
