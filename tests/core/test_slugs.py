"""Ends of addresses."""

from __future__ import annotations

import pytest

from portal.catalog.models import Category
from portal.core.slugs import free_slug, is_slug, is_taken, slug_from
from tests.make import Make


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Wheatfield Tote", "wheatfield-tote"),
        ("  Café № 9 — été! ", "cafe-no-9-ete"),
        ("Mia's & Bea’s bag", "mias-beas-bag"),
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


def test_the_first_number_that_nobody_has(make: Make) -> None:
    for slug in ("tea", "tea-2", "t" * 64):
        make.category(slug=slug)
    assert (is_taken("tea", Category), is_taken("tea-3", Category)) == (True, False)
    assert (free_slug("cup", Category), free_slug("tea", Category)) == ("cup", "tea-3")
    assert free_slug("t" * 64, Category) == "t" * 60 + "-2", "there is room for the number"


def test_addresses_of_our_own_pages_are_nobodys(make: Make) -> None:
    assert (free_slug("new", Category), free_slug("cup", Category, reserved={"cup"})) == ("new-2", "cup-2")
