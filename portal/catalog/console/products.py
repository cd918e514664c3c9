"""Staff keep the products."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog import queries, services
from portal.catalog.console.blueprint import bp
from portal.catalog.forms import NewProductForm, PictureForm, ProductForm
from portal.catalog.models import Product
from portal.catalog.rules import OWNER
from portal.catalog.shelves import load_shelves
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import UPLOADING
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page, refused


@bp.get("")
@staff(Permission.MANAGE_PRODUCTS)
def products() -> Response:
    """Everything on the shelves and behind them, in the order of the shelves."""
    shelves = load_shelves()
    found = queries.shelf(shelves.ids, cursor=request.args.get("after"), hidden_too=True)
    block = "product_page" if request.args.get("after") else "products"
    return page(
        "catalog/console/products.html",
        block=block,
        shelves=shelves,
        cards=found.items,
        next_cursor=found.next_cursor,
        total=sum(queries.counts_by_category(hidden_too=True).values()),
    )


@bp.get("/new")
@staff(Permission.MANAGE_PRODUCTS)
def new() -> Response:
    form = NewProductForm().offer(load_shelves())
    return page("catalog/console/new.html", form=form)


@bp.post("/new")
@staff(Permission.MANAGE_PRODUCTS)
def create() -> Response:
    form = NewProductForm().offer(load_shelves())
    if form.validate_on_submit():
        try:
            with transaction():
                product = services.create_product(**form.words(), by=the_viewer(), slug=form.slug.data or "")
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".edit", product_id=product.id), _("Saved. Now it needs a picture."))
    return page("catalog/console/new.html", block="product_form", status=422, form=form)


@bp.get("/<product_id>")
@staff(Permission.MANAGE_PRODUCTS)
def edit(product_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    return page("catalog/console/edit.html", **_edit_context(product))


@bp.post("/<product_id>")
@staff(Permission.MANAGE_PRODUCTS)
def change(product_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    form = ProductForm().offer(load_shelves())

    def write() -> None:
        services.change_product(product, by=the_viewer(), version=form.version.data or 0, **form.words())

    if status := refused(form, write, lambda: form.renew_version(product.version)):
        context = _edit_context(product, form)
        return page("catalog/console/edit.html", block="product_form", status=status, **context)
    return done(
        url_for(".edit", product_id=product.id),
        _("Saved."),
        fragment=lambda: _block("product_form", product),
    )


# ------------------------------------------------------------------ picture


@bp.get("/<product_id>/picture")
@staff(Permission.MANAGE_PRODUCTS)
def picture(product_id: str) -> Response:
    """How far the picture is: the page asks again while one is being prepared."""
    return _block("product_picture", queries.get_product_by_id(product_id))


@bp.post("/<product_id>/picture")
@staff(Permission.MANAGE_PRODUCTS)
@UPLOADING
def set_picture(product_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    form = PictureForm()
    try:
        if not form.validate_on_submit() or not form.picture.data:
            raise Invalid(_("Please choose a picture first."))
        staged = stage_upload(form.picture.data.stream)
        with transaction():
            services.set_picture(product, staged, by=the_viewer())
    except DomainError as refusal:
        form.say(refusal, beside="picture")
        context = _edit_context(product, picture_form=form)
        return page("catalog/console/edit.html", block="product_picture", status=refusal.status, **context)
    return done(
        url_for(".edit", product_id=product.id, _anchor="product-picture"),
        _("The picture arrived and is being prepared."),
        fragment=lambda: _block("product_picture", product),
    )


# ------------------------------------------------------------------ on and off the shelves


@bp.post("/<product_id>/show")
@staff(Permission.MANAGE_PRODUCTS)
def show(product_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    with transaction():
        services.show_product(product, by=the_viewer())
    return _moved(product, _("“%(name)s” stands on the shelf.", name=product.name))


@bp.post("/<product_id>/hide")
@staff(Permission.MANAGE_PRODUCTS)
def hide(product_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    with transaction():
        services.hide_product(product, by=the_viewer())
    return _moved(product, _("“%(name)s” is hidden. Its stories stay.", name=product.name))


def _moved(product: Product, message: str) -> Response:
    """The product's standing, with the way to take it back. Taken back from a toast, the whole page is shown anew:
    the toast does not know what stands around it.
    """
    back = url_for(".hide" if product.shown else ".show", product_id=product.id, undo=1)
    return done(
        url_for(".edit", product_id=product.id),
        message,
        fragment=None if request.args.get("undo") else lambda: _block("product_standing", product),
        undo_url=back,
    )


def _block(name: str, product: Product) -> Response:
    return page("catalog/console/edit.html", block=name, **_edit_context(product))


def _edit_context(
    product: Product, form: ProductForm | None = None, *, picture_form: PictureForm | None = None
) -> dict[str, Any]:
    """Everything the page of one product shows, also to its single blocks."""
    photos = {photo.id: photo for photo in photos_of(OWNER, product.id)}
    coming = photos.get(product.next_picture or "")
    return {
        "product": product,
        "here": "edit",
        "form": form or ProductForm(formdata=None, obj=product).offer(load_shelves()),
        "picture_form": picture_form or PictureForm(formdata=None),
        "picture": queries.find_picture(product),
        "number": len(photos),
        "coming": coming if coming and coming.is_waiting else None,
        "refused": coming if coming and coming.problem else None,
    }
