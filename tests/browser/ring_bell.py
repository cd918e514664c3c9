"""``python -m tests.browser.ring_bell TICKET_TYPE``: the time to gather for it is over, and the worker's turn has come."""

from __future__ import annotations

import sys
from datetime import timedelta

from portal import create_app
from portal.core import clock
from portal.core.db import db, transaction
from portal.events.jobs.lines import ring_bells
from portal.events.models import TicketType


def main() -> None:
    with create_app().app_context():
        with transaction():
            db.session.get_one(TicketType, sys.argv[1]).bell_closes_at = clock.now() - timedelta(seconds=1)
        ring_bells()


if __name__ == "__main__":
    main()
