"""What accounts does when something happens below it."""

from __future__ import annotations

from portal.accounts import services
from portal.accounts.models import Member
from portal.accounts.queries.profiles import OWNER_KIND
from portal.core.db import lock_row
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun


@work_begun.connect
def hold_member(event: WorkBegun) -> None:
    if event.owner_kind == OWNER_KIND:
        lock_row(Member, event.owner_id, whole=False)


@photo_finished.connect
def use_new_face(event: PhotoFinished) -> None:
    """A member's photo is prepared: it becomes the face."""
    if event.owner_kind == OWNER_KIND:
        services.use_avatar(event.photo_id)
