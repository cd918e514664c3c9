"""Verbs on categories."""

from __future__ import annotations

import sqlalchemy as sa

from portal.catalog.models import Category, Product
from portal.catalog.rules import may_stand_under
from portal.catalog.services.naming import add_with_slug
from portal.core import audit
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _


def create_category(
    *,
    by: Viewer | None,
    name_zh: str,
    name_en: str,
    parent_id: str | None = None,
    slug: str = "",
    position: int = 0,
) -> Category:
    """A new shelf, on top or under another one. Lower positions stand first. Raises Invalid."""
    _hold_all()
    category = Category(
        name_zh=name_zh or name_en, name_en=name_en or name_zh, parent_id=parent_id or None, position=position
    )
    _check_parent(category, parent_id)
    add_with_slug(category, wanted=slug, names=(name_en, name_zh), fallback="shelf")
    audit.record("category.created", by=by, target_kind="category", target_id=category.id, slug=category.slug)
    return category


def change_category(
    category: Category, *, by: Viewer | None, name_zh: str, name_en: str, parent_id: str | None, position: int
) -> None:
    """Rename a shelf or move it. Raises Invalid when there would be a third level."""
    _hold_all()
    _check_parent(category, parent_id)
    category.name_zh, category.name_en = name_zh or name_en, name_en or name_zh
    category.parent_id, category.position = parent_id or None, position
    db.session.flush()
    audit.record("category.changed", by=by, target_kind="category", target_id=category.id)


def delete_category(category: Category, *, by: Viewer | None) -> None:
    """Take away an empty shelf. Conflict while products or other shelves stand on it."""
    _hold_all()
    if _has(Product.category_id == category.id):
        raise Conflict(_("There are still products on this shelf. Move them first."))
    if _has(Category.parent_id == category.id):
        raise Conflict(_("There are still shelves under this one. Move them first."))
    audit.record("category.deleted", by=by, target_kind="category", target_id=category.id, slug=category.slug)
    db.session.delete(category)
    db.session.flush()


def _hold_all() -> None:
    """Lock the few shelves there are: two colleagues who each move one could make a third level, or a circle."""
    db.session.scalars(
        sa.select(Category).order_by(Category.id).with_for_update().execution_options(populate_existing=True)
    ).all()


def _check_parent(category: Category, parent_id: str | None) -> None:
    parent = db.session.get(Category, parent_id) if parent_id else None
    if parent_id and parent is None:
        raise Invalid(_("Please choose a shelf."), field="parent_id")
    has_children = category.id is not None and _has(Category.parent_id == category.id)
    if not may_stand_under(category, parent, has_children=has_children):
        raise Invalid(_("Shelves have two levels: choose one that stands on top itself."), field="parent_id")


def _has(condition: sa.ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(condition))))
