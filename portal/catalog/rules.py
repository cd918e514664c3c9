"""What holds for products and shelves."""

from __future__ import annotations

import re
import unicodedata

from portal.catalog.models import Category, Product
from portal.core.access import Permission, Viewer

LONGEST_SLUG = 64
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def may_see_product(viewer: Viewer | None, product: Product) -> bool:
    """Everyone sees what is shown; those who keep the shelves also see what is not yet."""
    return product.shown or (viewer is not None and viewer.can(Permission.MANAGE_PRODUCTS))


def is_slug(text: str) -> bool:
    """Whether ``text`` can stand in an address: small letters, digits and single hyphens."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def slug_from(name: str) -> str:
    """An address made of a name; empty when the name has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def may_stand_under(category: Category, parent: Category | None, *, has_children: bool) -> bool:
    """Shelves have two levels: a parent has no parent, and a shelf with shelves under it stays on top."""
    if parent is None:
        return True
    return parent.parent_id is None and parent.id != category.id and not has_children
