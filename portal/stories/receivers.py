"""What the story wall does when something happened below it."""

from __future__ import annotations

from portal.catalog.signals import ProductRenamed, product_renamed
from portal.core.db import lock_row
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun
from portal.stories.models import Story
from portal.stories.services import complete_story, index_anew
from portal.stories.services.standing import KIND


@work_begun.connect
def hold_story(event: WorkBegun) -> None:
    if event.owner_kind == KIND:
        lock_row(Story, event.owner_id)


@photo_finished.connect
def take_photo(event: PhotoFinished) -> None:
    """A photo left the worker: the cover may be another one, and a story that waited for it may go on."""
    if event.owner_kind == KIND:
        complete_story(event.owner_id)


@product_renamed.connect
def take_name(event: ProductRenamed) -> None:
    """Stories are found by the name that their product has now."""
    index_anew(event.product_id)
