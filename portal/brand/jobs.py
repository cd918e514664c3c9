"""The worker's part of the brand."""

from __future__ import annotations

from portal.brand import services
from portal.core.db import transaction
from portal.core.jobs import periodic


@periodic(minutes=60)
def discard_old_logos() -> None:
    """Logos that nobody sees any more."""
    with transaction():
        services.discard_old_logos()
