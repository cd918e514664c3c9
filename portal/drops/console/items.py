"""What comes in a drop: one more, another price, away, one place up."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.catalog.queries import products_with_colors
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused
from portal.drops.console.blueprint import bp
from portal.drops.console.drops import OVERVIEW, overview, stage_now
from portal.drops.forms import ItemForm
from portal.drops.models import Drop
from portal.drops.queries.items import get_item
from portal.drops.queries.studio import get_drop_for_staff
from portal.drops.services import items

ITEM = "drops/console/item.html"


@bp.get("/<slug>/items/new")
@staff(Permission.MANAGE_PRODUCTS)
def new_item(slug: str) -> Response:
    return _form_page(get_drop_for_staff(slug), ItemForm(formdata=None))


@bp.post("/<slug>/items/new")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def add_item(slug: str) -> Response:
    found, form = get_drop_for_staff(slug), ItemForm().offer(products_with_colors())
    if status := refused(form, lambda: items.add_item(found, form.words(), by=the_viewer())):
        return _form_page(found, form, status=status)
    return done(url_for(".drop", slug=slug), _("Added."))


@bp.get("/<slug>/items/<item_id>")
@staff(Permission.MANAGE_PRODUCTS)
def item(slug: str, item_id: str) -> Response:
    found = get_drop_for_staff(slug)
    return _form_page(found, ItemForm.of(get_item(found, item_id), found), item_id=item_id)


@bp.post("/<slug>/items/<item_id>")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def change_item(slug: str, item_id: str) -> Response:
    found, form = get_drop_for_staff(slug), ItemForm().offer(products_with_colors())
    get_item(found, item_id)

    def write() -> None:
        items.change_item(found, item_id, form.words(), seen=form.version.data or 0, by=the_viewer())

    if status := refused(form, write, lambda: form.renew_version(found.version)):
        return _form_page(found, form, item_id=item_id, status=status)
    return done(url_for(".drop", slug=slug), _("Saved."))


@bp.post("/<slug>/items/<item_id>/remove")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def remove_item(slug: str, item_id: str) -> Response:
    found = get_drop_for_staff(slug)
    with transaction():
        items.remove_item(found, item_id, by=the_viewer())
    return _desk(slug, _("Taken out of the drop."))


@bp.post("/<slug>/items/<item_id>/up")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def raise_item(slug: str, item_id: str) -> Response:
    found = get_drop_for_staff(slug)
    with transaction():
        items.raise_item(found, item_id, by=the_viewer())
    return _desk(slug, _("Moved up."))


def _desk(slug: str, said: str) -> Response:
    return done(
        url_for(".drop", slug=slug),
        said,
        fragment=lambda: page(OVERVIEW, block="desk", **overview(get_drop_for_staff(slug))),
    )


def _form_page(found: Drop, form: ItemForm, *, item_id: str = "", status: int = 200) -> Response:
    if form.what.choices is None:
        form.offer(products_with_colors())
    return page(
        ITEM, block="item_form", status=status, drop=found, stage=stage_now, form=form, item_id=item_id
    )
