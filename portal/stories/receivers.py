"""What the story wall does when something happened below it."""

from __future__ import annotations

from portal.core.media.signals import PhotoFinished, photo_finished
from portal.stories.services import complete_story
from portal.stories.services.standing import KIND


@photo_finished.connect
def take_photo(event: PhotoFinished) -> None:
    """A photo left the worker: the cover may be another one, and a story that waited for it may go on."""
    if event.owner_kind == KIND:
        complete_story(event.owner_id)
