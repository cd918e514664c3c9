"""Pages of a shop."""

from __future__ import annotations

import pytest

from portal.catalog.rules import shop_page


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://shop.example/bag/", "https://shop.example/bag", True),
        ("https://Shop.Example:443/bag#top", "https://shop.example/bag?utm_source=mail", True),
        ("https://shop.example/%E5%8C%85", "https://shop.example/包/", True),
        ("https://shop.example/bag?a=1&b=2", "https://shop.example/bag?b=2&a=1", True),
        ("https://shop.example/bag?color=red", "https://shop.example/bag", False),
        ("https://shop.example/Bag", "https://shop.example/bag", False),
        ("https://shop.example:8443/bag", "https://shop.example/bag", False),
        ("https://shop.example/", "https://shop.example", True),
        ("", "https://shop.example", False),
    ],
)
def test_addresses_of_one_page_of_the_shop(one: str, other: str, same: bool) -> None:
    assert (shop_page(one) == shop_page(other)) is same
