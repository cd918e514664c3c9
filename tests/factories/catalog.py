"""Shelves and products."""

from __future__ import annotations

from typing import Any

from portal.catalog.models import Category, Product
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
