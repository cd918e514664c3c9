"""What accounts does when something happens below it."""

from __future__ import annotations

from portal.accounts import services
from portal.accounts.services.profiles import OWNER_KIND
from portal.core.media.signals import PhotoFinished, photo_finished


@photo_finished.connect
def use_new_face(event: PhotoFinished) -> None:
    """A member's photo is prepared: it becomes the face."""
    if event.owner_kind == OWNER_KIND:
        services.use_avatar(event.photo_id)
