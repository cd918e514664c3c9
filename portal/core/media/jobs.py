"""The worker's tasks for photos: prepare one, and the sweeps."""

from __future__ import annotations

from portal.core.db import transaction
from portal.core.jobs import periodic, task
from portal.core.media import preparation, sweeping


@task
def prepare_photo(photo_id: str) -> None:
    """Turn an original into pictures. Repeatable: a photo that is not due, or claimed elsewhere, is left alone."""
    with transaction():
        claim = preparation.claim_photo(photo_id)
    if claim is None:
        return
    outcome = preparation.prepare(claim)
    with transaction():
        preparation.settle_photo(claim, outcome)


@periodic(minutes=1)
def sweep_photos() -> None:
    """Hints that got lost, workers that died, pauses that are over."""
    sweeping.hand_over_due()


@periodic(minutes=60)
def sweep_photo_files() -> None:
    """What nobody waits for any more."""
    with transaction():
        sweeping.give_up_originals()
    sweeping.delete_orphans()
