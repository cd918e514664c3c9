"""What the catalogue does when something happened below it."""

from __future__ import annotations

from portal.catalog.models import Product
from portal.catalog.rules import OWNER
from portal.catalog.services import settle_picture
from portal.core.db import lock_row
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun


@work_begun.connect
def hold_product(event: WorkBegun) -> None:
    if event.owner_kind == OWNER:
        lock_row(Product, event.owner_id)


@photo_finished.connect
def take_picture(event: PhotoFinished) -> None:
    """A product's new picture left the worker."""
    if event.owner_kind == OWNER:
        settle_picture(event.owner_id, event.photo_id)
