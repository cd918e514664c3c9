"""The pictures of a product. Each verb holds the product first, so that their number and the one that stands for it stay true."""

from __future__ import annotations

from portal.catalog.models import Product
from portal.catalog.rules import MOST_PICTURES, OWNER
from portal.core import audit
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.core.media.queries import find_photo, photos_of
from portal.core.media.services import Staged


def add_picture(product: Product, staged: Staged, *, by: Viewer, alt: str = "") -> Photo:
    """Hang one more picture behind the others; the first that is ready stands for the product. Conflict at the tenth."""
    _hold(product)
    photo = _attach(product, staged, by, MOST_PICTURES, alt)
    _record("product.picture_added", product, by)
    return photo


def set_picture(product: Product, staged: Staged, *, by: Viewer) -> Photo:
    """Put a new picture in the place of the one that stands for the product, which stays in sight until then. One that
    waited to take that place goes.
    """
    _hold(product)
    if waiting := find_photo(product.next_picture or ""):
        media.remove_photo(waiting)
    # for a moment there may be one more than at most: the old one goes when the new one is ready
    photo = _attach(product, staged, by, MOST_PICTURES + 1)
    product.next_picture = photo.id
    _record("product.picture_set", product, by)
    return photo


def settle_picture(product_id: str, photo_id: str) -> None:
    """A picture left the worker. Ready, it takes the place that was meant for it, or the one that nobody has. Repeatable."""
    product, photo = db.session.get(Product, product_id), find_photo(photo_id)
    if product is None or photo is None or not photo.is_ready or photo.owner_id != product.id:
        return
    if product.next_picture == photo.id:
        _replace(product, photo)
    elif product.picture is None:
        product.picture = photo.id
    db.session.flush()


def choose_picture(product: Product, photo: Photo, *, by: Viewer) -> None:
    """Let this one stand for the product, on shelves and first on its page. Conflict while it is not ready, or while another
    one is being prepared for that place.
    """
    _hold(product)
    if not photo.is_ready:
        raise Conflict(_("This picture is not ready yet."))
    if product.picture == photo.id:
        return
    coming = find_photo(product.next_picture or "")
    if coming is not None and coming.is_waiting:
        raise Conflict(_("A new picture is being prepared for this place. Try again in a moment."))
    product.picture, product.next_picture = photo.id, None
    _record("product.picture_chosen", product, by, photo=photo.id)


def move_picture(product: Product, photo: Photo, *, by: Viewer, steps: int) -> None:
    """Move it some places forward (-1) or back (1)."""
    _hold(product)
    media.move_photo_by(photo, steps=steps)
    _record("product.picture_moved", product, by, photo=photo.id)


def describe_picture(product: Product, photo: Photo, *, by: Viewer, alt: str) -> None:
    """Say what it shows. The same words again change nothing. Raises Invalid when they are too many."""
    _hold(product)
    if photo.alt == " ".join(alt.split()):
        return
    media.describe_photo(photo, alt=alt)
    _record("product.picture_described", product, by, photo=photo.id)


def retry_picture(product: Product, photo: Photo, *, by: Viewer) -> None:
    """Let the house try once more to prepare it. Conflict when there is nothing to try."""
    _hold(product)
    media.retry_photo(photo)
    _record("product.picture_tried_again", product, by, photo=photo.id)


def remove_picture(product: Product, photo: Photo, *, by: Viewer) -> None:
    """Take it down; its address answers 404 from the commit on. The first ready one that is left stands for the product."""
    _hold(product)
    _record("product.picture_removed", product, by, photo=photo.id)
    if photo.id in (product.picture, product.next_picture):
        product.next_picture = None  # what waits is one more then, and takes nobody's place
    if product.picture == photo.id:
        left = (other for other in photos_of(OWNER, product.id) if other.id != photo.id and other.is_ready)
        product.picture = next((other.id for other in left), None)
    media.remove_photo(photo)


# ------------------------------------------------------------------ inside


def _attach(product: Product, staged: Staged, by: Viewer, limit: int, alt: str = "") -> Photo:
    """For everyone as soon as it is ready, if the product is: what is hidden has no pictures at any address."""
    return media.attach(
        staged, owner_kind=OWNER, owner_id=product.id, by=by, limit=limit, published=product.shown, alt=alt
    )


def _replace(product: Product, photo: Photo) -> None:
    """The new one takes the place of the old one in the order, too."""
    old = find_photo(product.picture or "")
    product.picture, product.next_picture = photo.id, None
    if old is not None and old.id != photo.id and old.owner_id == product.id:
        place = old.position
        media.remove_photo(old)
        media.move_photo(photo, to=place)


def _hold(product: Product) -> None:
    """What was read before may have changed: both pictures are asked anew under the lock."""
    lock_row(Product, product.id)
    db.session.refresh(product)


def _record(action: str, product: Product, by: Viewer, **facts: object) -> None:
    audit.record(action, by=by, target_kind="product", target_id=product.id, **facts)
