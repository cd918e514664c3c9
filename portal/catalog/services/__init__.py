"""Verbs on products and shelves."""

from portal.catalog.services.colors import add_color, change_color, move_color, remove_color
from portal.catalog.services.credits import credit, reword_credits
from portal.catalog.services.pictures import (
    add_picture,
    choose_picture,
    describe_picture,
    move_picture,
    remove_picture,
    retry_picture,
    set_picture,
    settle_picture,
)
from portal.catalog.services.products import change_product, create_product, hide_product, show_product
from portal.catalog.services.shelves import change_category, create_category, delete_category
from portal.catalog.services.versions import add_version, change_version, remove_version

__all__ = [
    "add_color",
    "add_picture",
    "add_version",
    "change_category",
    "change_color",
    "change_product",
    "change_version",
    "choose_picture",
    "create_category",
    "create_product",
    "credit",
    "delete_category",
    "describe_picture",
    "hide_product",
    "move_color",
    "move_picture",
    "remove_color",
    "remove_picture",
    "remove_version",
    "retry_picture",
    "reword_credits",
    "set_picture",
    "settle_picture",
    "show_product",
]
