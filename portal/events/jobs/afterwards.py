"""The worker's part of the morning after: who came is asked how it was, who did not hears that they were missed."""

from __future__ import annotations

import logging

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.events.services import afterwards, no_shows

log = logging.getLogger(__name__)

#: members in one transaction
ASKED, NOTED = 200, 50


@periodic(minutes=10)
def look_back() -> None:
    """Event by event, some members in each transaction: a killed worker goes on where it stopped."""
    for event_id in afterwards.over():
        try:
            _ask(event_id)
            _note(event_id)
        except Exception:
            log.exception("events: the morning after failed for %s", event_id)


def _ask(event_id: str) -> None:
    found = 1
    while found:
        with transaction():
            found = afterwards.ask_some(event_id, ASKED)


def _note(event_id: str) -> None:
    with transaction():
        no_shows.forget_mistakes(event_id)
    while found := no_shows.missing(event_id, NOTED):
        with transaction():
            noted = [no_shows.note(registration_id) for registration_id in found]
        if not any(noted):
            return
