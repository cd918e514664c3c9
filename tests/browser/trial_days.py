"""``python -m tests.browser.trial_days``: what happens beside the browser in the journey of a trial, one deed a line.

``pass 8.5``: so many days go by; any other deed and its way: what the crowd does (``trial_crowd``). After each it says ``done``.
One process does all of them, because its start takes longer than they do.

Days pass by moving all that happened to trials into the past; then the worker looks, as it does each minute.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal import create_app
from portal.core import clock
from portal.core.db import UTCDateTime, db, transaction
from portal.core.draw.models import Draw
from portal.deliveries.models import Delivery
from portal.trials import jobs
from portal.trials.models import Application, Standing, Suggestion, Tester, Trial
from tests.browser import trial_crowd

MOVED = (Trial, Application, Draw, Tester, Standing, Delivery, Suggestion)


def main() -> None:
    app = create_app()
    for line in sys.stdin:
        deed, of = line.split()
        with app.app_context():
            if deed == "pass":
                let_pass(clock.days(float(of)))
            else:
                trial_crowd.DEEDS[deed](of)
        print("done", flush=True)


def let_pass(time: timedelta) -> None:
    with transaction():
        for model in MOVED:
            move(model, time)
    jobs.freeze_applications()
    jobs.look_at_testers()
    jobs.end_trials()


def move(model: type[Any], time: timedelta) -> None:
    """All moments of all rows. Those of one row go together: the database looks at how they stand to each other."""
    columns = sa.inspect(model).columns
    moments = [one.key for one in columns if isinstance(one.type, UTCDateTime)]
    for row in db.session.scalars(sa.select(model)).all():
        for name in moments:
            if (moment := getattr(row, name)) is not None:
                setattr(row, name, moment - time)


if __name__ == "__main__":
    main()
