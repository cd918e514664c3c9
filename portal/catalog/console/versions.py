"""Staff tell how a product changed: its versions with their notes."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog import queries, services
from portal.catalog.console.blueprint import bp
from portal.catalog.forms import VersionForm
from portal.catalog.models import Product, ProductVersion
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused

LIST, ONE = "catalog/console/versions.html", "catalog/console/version.html"


@bp.get("/<product_id>/versions")
@staff(Permission.MANAGE_PRODUCTS)
def versions(product_id: str) -> Response:
    """The versions, the newest first, and a form for the next."""
    product, after = queries.get_product_by_id(product_id), request.args.get("after")
    block = "version_page" if after else "versions"
    return _list(product, VersionForm(formdata=None), after=after, block=block)


@bp.post("/<product_id>/versions")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def add_version(product_id: str) -> Response:
    product, form = queries.get_product_by_id(product_id), VersionForm()
    if status := refused(form, lambda: services.add_version(product, by=the_viewer(), **form.words())):
        return _list(product, form, status=status)
    return done(
        url_for(".versions", product_id=product.id),
        _("There is a new version."),
        fragment=lambda: _list(product, VersionForm(formdata=None)),
    )


@bp.get("/<product_id>/versions/<version_id>")
@staff(Permission.MANAGE_PRODUCTS)
def version(product_id: str, version_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    found = queries.get_version(product, version_id)
    form = VersionForm(formdata=None, obj=found)
    form.remember(found)
    return _one(product, found, form)


@bp.post("/<product_id>/versions/<version_id>")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def change_version(product_id: str, version_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    found, form = queries.get_version(product, version_id), VersionForm()

    def write() -> None:
        services.change_version(found, by=the_viewer(), seen=form.seen.data or "", **form.words())

    if status := refused(form, write, lambda: form.remember(found)):
        return _one(product, found, form, status)
    return done(url_for(".versions", product_id=product.id), _("Saved."))


@bp.post("/<product_id>/versions/<version_id>/remove")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def remove_version(product_id: str, version_id: str) -> Response:
    product = queries.get_product_by_id(product_id)
    with transaction():
        services.remove_version(queries.get_version(product, version_id), by=the_viewer())
    return done(url_for(".versions", product_id=product.id), _("Removed."))


# ------------------------------------------------------------------ inside


def _list(
    product: Product,
    form: VersionForm,
    *,
    after: str | None = None,
    block: str = "versions",
    status: int = 200,
) -> Response:
    found = queries.versions_of(product.id, cursor=after)
    context = {"product": product, "here": "versions", "form": form, "versions": found}
    return page(LIST, block=block, status=status, **context)


def _one(product: Product, found: ProductVersion, form: VersionForm, status: int = 200) -> Response:
    context = {"product": product, "here": "versions", "form": form, "version": found}
    return page(ONE, block="version_form", status=status, **context)
