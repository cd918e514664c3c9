"""The worker's part of accounts."""

from __future__ import annotations

from portal.accounts import services
from portal.core.db import transaction
from portal.core.jobs import periodic


@periodic(minutes=60)
def discard_expired() -> None:
    """Spent codes, old waits, kept texts, sessions nobody used for 180 days."""
    with transaction():
        services.discard_expired()
