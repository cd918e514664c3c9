"""Verbs on products and shelves."""

from portal.catalog.services.products import (
    change_product,
    create_product,
    hide_product,
    set_picture,
    settle_picture,
    show_product,
)
from portal.catalog.services.shelves import change_category, create_category, delete_category

__all__ = [
    "change_category",
    "change_product",
    "create_category",
    "create_product",
    "delete_category",
    "hide_product",
    "set_picture",
    "settle_picture",
    "show_product",
]
