"""Staff arrange the shelves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from portal.catalog import queries, services
from portal.catalog.forms import CategoryForm
from portal.catalog.models import Category
from portal.catalog.shelves import Shelves, load_shelves
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.web import done, page, refused

bp = Blueprint("catalog_shelves", __name__, url_prefix="/console/products/categories")


@bp.get("")
@staff(Permission.MANAGE_PRODUCTS)
def shelves() -> Response:
    """All shelves in two levels, each with its form, and one for a new shelf."""
    return page("catalog/console/shelves.html", block="shelf_list", **_context())


@bp.post("")
@staff(Permission.MANAGE_PRODUCTS)
def create() -> Response:
    all_shelves = load_shelves()
    form = CategoryForm(prefix="new").offer(all_shelves)
    if status := refused(form, lambda: services.create_category(by=the_viewer(), **form.words())):
        context = _context(new_form=form)
        return page("catalog/console/shelves.html", block="shelf_list", status=status, **context)
    return _back(_("There is a new shelf."))


@bp.post("/<category_id>")
@staff(Permission.MANAGE_PRODUCTS)
def change(category_id: str) -> Response:
    all_shelves = load_shelves()
    category = all_shelves.by_id(category_id)
    form = CategoryForm(prefix=category.slug).offer(all_shelves, besides=category.id)
    if status := refused(form, lambda: services.change_category(category, by=the_viewer(), **form.words())):
        context = _context(typed={category_id: form})
        return page("catalog/console/shelves.html", block="shelf_list", status=status, **context)
    return _back(_("Saved."))


@bp.post("/<category_id>/delete")
@staff(Permission.MANAGE_PRODUCTS)
def delete(category_id: str) -> Response:
    category = load_shelves().by_id(category_id)
    try:
        with transaction():
            services.delete_category(category, by=the_viewer())
    except Conflict as refusal:
        context = _context(refused={category_id: refusal.message})
        return page("catalog/console/shelves.html", block="shelf_list", status=409, **context)
    return _back(_("The shelf is gone."))


def _back(message: str) -> Response:
    return done(
        url_for(".shelves"),
        message,
        fragment=lambda: page("catalog/console/shelves.html", block="shelf_list", **_context()),
    )


def _context(
    *,
    new_form: CategoryForm | None = None,
    typed: dict[str, CategoryForm] | None = None,
    refused: dict[str, str] | None = None,
) -> dict[str, Any]:
    """``typed``: the form that was refused, by category; ``refused``: the sentence of a delete that was."""
    all_shelves = load_shelves()
    return {
        "shelves": all_shelves,
        "counts": queries.counts_by_category(hidden_too=True),
        "new_form": new_form or CategoryForm(formdata=None, prefix="new").offer(all_shelves),
        "forms": _forms(all_shelves) | (typed or {}),
        "typed": set(typed or {}),
        "refused": refused or {},
    }


def _forms(all_shelves: Shelves) -> dict[str, CategoryForm]:
    rows: list[Category] = [
        category for branch in all_shelves for category in (branch.category, *branch.children)
    ]
    return {
        row.id: CategoryForm(formdata=None, obj=row, prefix=row.slug).offer(all_shelves, besides=row.id)
        for row in rows
    }
