"""Reads of the catalogue."""

from portal.catalog.queries.choices import products_with_colors, products_with_versions, shelves_to_choose
from portal.catalog.queries.credits import CreditLine, credits_of, made_by
from portal.catalog.queries.parts import colors_of, get_color, get_version, versions_of
from portal.catalog.queries.products import (
    Picture,
    ProductCard,
    ProductName,
    counts_by_category,
    find_picture,
    get_product,
    get_product_by_id,
    newest_products,
    pictures_of,
    products_for_choice,
    products_named,
    shelf,
)

__all__ = [
    "CreditLine",
    "Picture",
    "ProductCard",
    "ProductName",
    "colors_of",
    "counts_by_category",
    "credits_of",
    "find_picture",
    "get_color",
    "get_product",
    "get_product_by_id",
    "get_version",
    "made_by",
    "newest_products",
    "pictures_of",
    "products_for_choice",
    "products_named",
    "products_with_colors",
    "products_with_versions",
    "shelf",
    "shelves_to_choose",
    "versions_of",
]
