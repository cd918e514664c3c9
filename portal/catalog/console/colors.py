"""Staff keep the colours of a product."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.catalog import queries, services
from portal.catalog.console.blueprint import bp
from portal.catalog.forms import ColorForm
from portal.catalog.models import Product, ProductColor
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused

LIST, ONE = "catalog/console/colors.html", "catalog/console/color.html"


@bp.get("/<product_id>/colors")
@staff(Permission.MANAGE_PRODUCTS)
def colors(product_id: str) -> Response:
    """The colours in the order of the page, and a form for one more."""
    return _list(queries.get_product_by_id(product_id), ColorForm(formdata=None))


@bp.post("/<product_id>/colors")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def add_color(product_id: str) -> Response:
    product, form = queries.get_product_by_id(product_id), ColorForm()
    if status := refused(form, lambda: services.add_color(product, by=the_viewer(), **form.words())):
        return _list(product, form, status)
    return _back(product, _("There is one more colour."))


@bp.get("/<product_id>/colors/<color_id>")
@staff(Permission.MANAGE_PRODUCTS)
def color(product_id: str, color_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    found = queries.get_color(product, color_id)
    form = ColorForm(formdata=None, obj=found)
    form.remember(found)
    return _one(product, found, form)


@bp.post("/<product_id>/colors/<color_id>")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def change_color(product_id: str, color_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    found, form = queries.get_color(product, color_id), ColorForm()

    def write() -> None:
        services.change_color(found, by=the_viewer(), seen=form.seen.data or "", **form.words())

    if status := refused(form, write, lambda: form.remember(found)):
        return _one(product, found, form, status)
    return done(url_for(".colors", product_id=product.id), _("Saved."))


@bp.post("/<product_id>/colors/<color_id>/<any(up, down):way>")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def move_color(product_id: str, color_id: str, way: str) -> Response:
    product = queries.get_product_by_id(product_id)
    with transaction():
        found = queries.get_color(product, color_id)
        services.move_color(found, by=the_viewer(), steps=-1 if way == "up" else 1)
    return _back(product, _("Moved."))


@bp.post("/<product_id>/colors/<color_id>/remove")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def remove_color(product_id: str, color_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    with transaction():
        services.remove_color(queries.get_color(product, color_id), by=the_viewer())
    return done(url_for(".colors", product_id=product.id), _("Removed."))


# ------------------------------------------------------------------ inside


def _back(product: Product, said: str) -> Response:
    return done(
        url_for(".colors", product_id=product.id),
        said,
        fragment=lambda: _list(product, ColorForm(formdata=None)),
    )


def _list(product: Product, form: ColorForm, status: int = 200) -> Response:
    found = queries.colors_of([product.id])[product.id]
    context = {"product": product, "here": "colors", "form": form, "colors": found}
    return page(LIST, block="colors", status=status, **context)


def _one(product: Product, found: ProductColor, form: ColorForm, status: int = 200) -> Response:
    context = {"product": product, "here": "colors", "form": form, "color": found}
    return page(ONE, block="color_form", status=status, **context)
