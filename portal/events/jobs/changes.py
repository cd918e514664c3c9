"""What changed is told to those who come."""

from __future__ import annotations

import logging

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.events.services import changes

log = logging.getLogger(__name__)


@periodic(minutes=1)
def tell_changes() -> None:
    """Change by change, some people in each transaction. One that cannot be told is tried again in a minute."""
    while (change_id := changes.next_owed()) is not None:
        try:
            found = 1
            while found:
                with transaction():
                    found = changes.tell_some(change_id)
        except Exception:
            log.exception("events: telling of the change %s failed", change_id)
            return
