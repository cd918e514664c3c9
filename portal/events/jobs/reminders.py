"""The worker's part of telling: reminders before, and tickets that ended."""

from __future__ import annotations

import logging

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.events.services import ending, reminding
from portal.events.services.reminding import Due

log = logging.getLogger(__name__)

#: letters in one transaction: few enough to hold nobody up
STEP = 50
#: in one run: the sweep of the next minute goes on
AT_ONCE = 2000


@periodic(minutes=5)
def remind() -> None:
    """Ticket type by ticket type; one that is broken stands in nobody's way."""
    for due in reminding.due_now():
        told = 0
        while told < AT_ONCE and (found := reminding.next_to_remind(due, STEP)):
            if not _tell(due, found):
                break
            told += len(found)


@periodic(minutes=1)
def tell_ended() -> None:
    """Each in a transaction of its own: thousands may end at once, and one that is broken must not keep the others."""
    for registration_id in ending.untold(AT_ONCE):
        try:
            with transaction():
                ending.tell_end(registration_id)
        except Exception:
            log.exception("events: telling the end of %s failed", registration_id)


def _tell(due: Due, registration_ids: list[str]) -> bool:
    """All together; when that fails, each alone. False when none of them could be told: then the rest waits."""
    try:
        with transaction():
            for registration_id in registration_ids:
                reminding.remind(registration_id, due)
    except Exception:
        if len(registration_ids) == 1:
            log.exception("events: reminding of %s failed", registration_ids[0])
            return False
        told = [_tell(due, [one]) for one in registration_ids]
        return any(told)
    return True
