"""Shelves, products, and what belongs to them."""

from __future__ import annotations

from typing import Any

from portal.catalog.models import Category, Credit, CreditKind, Product, ProductColor, ProductVersion
from portal.core import clock
from portal.core.db import db, new_id


def category(**facts: Any) -> Category:
    """A shelf of its own; ``parent=`` puts it under another one."""
    parent = facts.pop("parent", None)
    made = Category(
        **{
            "slug": f"shelf-{new_id()}",
            "name_zh": "手提",
            "name_en": "In the hand",
            "parent_id": parent.id if parent else None,
            "position": 0,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def product(**facts: Any) -> Product:
    """A product that everyone sees, on a shelf of its own unless ``category=`` names one."""
    shelf = facts.pop("category", None) or category()
    made = Product(
        **{
            "slug": f"bag-{new_id()}",
            "name_zh": "麦浪托特",
            "name_en": "Wheatfield Tote",
            "category_id": shelf.id,
            "story_zh": "名字来自五月的麦田。",
            "story_en": "Named after the fields in May.",
            "shown": True,
            "created_at": clock.now(),
            "version": 1,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def color(product: Product, **facts: Any) -> ProductColor:
    """A colour of the product."""
    made = ProductColor(
        **{"product_id": product.id, "name_zh": "窑砖红", "name_en": "Kiln brick", "swatch": "#b4512f"}
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def version(product: Product, label: str = "2.0", **facts: Any) -> ProductVersion:
    """A revision of the product, of today."""
    now = clock.now()
    made = ProductVersion(
        **{
            "product_id": product.id,
            "label": label,
            "note_zh": "提手长了三厘米。",
            "note_en": "Longer handles.",
            "released_on": now.date(),
            "created_at": now,
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made


def credit(product: Product, member: Any, **facts: Any) -> Credit:
    """The member gave the product its name."""
    made = Credit(
        **{
            "product_id": product.id,
            "kind": CreditKind.NAMED,
            "member_id": member.id,
            "words": "麦浪",
            "source_kind": "entry",
            "source_id": new_id(),
            "path": "/contests/wheat",
            "at": clock.now(),
        }
        | facts
    )
    db.session.add(made)
    db.session.flush()
    return made
