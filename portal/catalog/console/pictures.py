"""Staff hang the pictures of a product: add, describe, order, choose the one that stands for it, take down."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog import queries, services
from portal.catalog.console.blueprint import bp
from portal.catalog.forms import AltForm, PicturesForm
from portal.catalog.models import Product
from portal.catalog.rules import MOST_PICTURES, OWNER
from portal.core.access import Permission, Viewer, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.i18n import _, ngettext
from portal.core.limits import TAPPING, UPLOADING
from portal.core.media.models import Photo
from portal.core.media.queries import get_photo_of, photos_of
from portal.core.media.uploads import sent_files, take_in
from portal.core.web import done, go, page, wants_fragment

FIELD = "pictures"
TEMPLATE = "catalog/console/pictures.html"


@bp.get("/<product_id>/pictures")
@staff(Permission.MANAGE_PRODUCTS)
def pictures(product_id: str) -> Response:
    """All pictures in their order, in every state."""
    return _pictures(queries.get_product_by_id(product_id), PicturesForm(formdata=None))


@bp.post("/<product_id>/pictures")
@staff(Permission.MANAGE_PRODUCTS)
@UPLOADING
def add_pictures(product_id: str) -> Response:
    """Those that can be taken are; a sentence for each other one stands beside the field."""
    product, form, me = queries.get_product_by_id(product_id), PicturesForm(), the_viewer()
    if not form.validate_on_submit() or not sent_files(MOST_PICTURES, field=FIELD):
        form.say(Invalid(_("Please choose a picture first."), field=FIELD))
        return _pictures(product, form, 422)
    try:
        hung = take_in(
            lambda staged: services.add_picture(product, staged, by=me), most=MOST_PICTURES, field=FIELD
        )
    except Invalid as refusal:
        form.say(refusal)
        return _pictures(product, form, 422)
    said = ngettext("%(num)s picture is here.", "%(num)s pictures are here.", len(hung))
    return _back(product, said)


@bp.get("/<product_id>/pictures/<photo_id>")
@staff(Permission.MANAGE_PRODUCTS)
def picture_state(product_id: str, photo_id: str) -> Response:
    """Asked every few seconds while one is being prepared."""
    product, photo = _found(product_id, photo_id)
    if not wants_fragment():
        return go(url_for(".pictures", product_id=product.id))
    return page("catalog/console/picture.html", block="row", product=product, photo=photo)


@bp.post("/<product_id>/pictures/<photo_id>/<any(describe, up, down, choose, retry, remove):deed>")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def change_picture(product_id: str, photo_id: str, deed: str) -> Response:
    """The words in the same form are kept, whichever button was pressed."""
    product, photo = _found(product_id, photo_id)
    form = AltForm()
    try:
        if not form.validate_on_submit():
            raise Invalid(" ".join(str(error) for error in form.alt.errors))
        with transaction():
            said = _carry_out(product, photo, deed, form, the_viewer())
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _pictures(
            product, PicturesForm(formdata=None), refusal.status, wrong=(photo.id, refusal, form)
        )
    return _back(product, said)


# ------------------------------------------------------------------ inside


def _found(product_id: str, photo_id: str) -> tuple[Product, Photo]:
    product = queries.get_product_by_id(product_id)
    return product, get_photo_of(OWNER, product.id, photo_id)


def _carry_out(product: Product, photo: Photo, deed: str, form: AltForm, me: Viewer) -> str:
    if deed == "remove":
        services.remove_picture(product, photo, by=me)
        return _("The picture is gone.")
    if "alt" in request.form:
        services.describe_picture(product, photo, by=me, alt=form.alt.data or "")
    match deed:
        case "up" | "down":
            services.move_picture(product, photo, by=me, steps=-1 if deed == "up" else 1)
        case "choose":
            services.choose_picture(product, photo, by=me)
            return _("This picture stands for the product now.")
        case "retry":
            services.retry_picture(product, photo, by=me)
            return _("We try this picture once more.")
    return _("Saved.")


def _back(product: Product, said: str) -> Response:
    return done(
        url_for(".pictures", product_id=product.id),
        said,
        fragment=lambda: _pictures(product, PicturesForm(formdata=None)),
    )


def _pictures(
    product: Product,
    form: PicturesForm,
    status: int = 200,
    *,
    wrong: tuple[str, DomainError, AltForm] | None = None,
) -> Response:
    """``wrong``: whose deed was refused, why, and what was typed there."""
    photos = photos_of(OWNER, product.id)
    context = {"product": product, "here": "pictures", "form": form, "photos": photos, "most": MOST_PICTURES}
    return page(TEMPLATE, block="pictures", status=status, wrong=wrong, **context)
