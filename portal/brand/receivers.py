"""What the brand does when something happens below it."""

from __future__ import annotations

from portal.brand import services
from portal.brand.services.logo import OWNER_KIND
from portal.core.media.signals import PhotoFinished, photo_finished


@photo_finished.connect
def use_new_logo(event: PhotoFinished) -> None:
    """The logo is prepared: from now on it stands on every page."""
    if event.owner_kind == OWNER_KIND:
        services.use_logo(event.photo_id)
