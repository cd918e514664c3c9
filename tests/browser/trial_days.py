"""``python -m tests.browser.trial_days people``: who takes part in the journey of a trial. ``… pass 8.5``: so many days go by.

Days pass by moving all that happened to trials into the past; then the worker looks, as it does each minute.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import sqlalchemy as sa

from portal import create_app
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.db import UTCDateTime, db, transaction
from portal.deliveries.models import Delivery
from portal.trials import jobs
from portal.trials.models import Application, Standing, Suggestion, Tester, Trial
from tests.browser.people import PASSWORD
from tests.factories import accounts, catalog

FANS = tuple(f"{name}@trial.example" for name in ("ada", "ben", "cai", "dan"))
GRADER = "grader@trial.example"
MOVED = (Trial, Application, Tester, Standing, Delivery, Suggestion)


def main() -> None:
    with create_app().app_context():
        if sys.argv[1] == "people":
            make_people()
        else:
            let_pass(timedelta(days=float(sys.argv[2])))


def make_people() -> None:
    """Members for years, a colleague who grades, and a bag in its first version. Newcomers' reports are shown at once."""
    with transaction():
        change_settings(by=None, newcomer_stories=0)
        product = catalog.product(slug="cloud", name_zh="云朵软包", name_en="Cloud")
        catalog.version(product, "1.0")
        joined = clock.now() - timedelta(days=2000)
        for email in FANS:
            name = email.partition("@")[0].title()
            member = accounts.member(email=email, password=PASSWORD, display_name=name, joined_at=joined)
            consents.accept_texts(member.id, brand.legal_versions(), how=consents.SIGN_UP)
        accounts.staff("moderator", email=GRADER, password=PASSWORD, display_name="Gro")


def let_pass(time: timedelta) -> None:
    with transaction():
        for model in MOVED:
            for row in db.session.scalars(sa.select(model)).all():
                for column in sa.inspect(model).columns:
                    moment = getattr(row, column.key)
                    if isinstance(column.type, UTCDateTime) and moment is not None:
                        setattr(row, column.key, moment - time)
    jobs.freeze_applications()
    jobs.look_at_testers()
    jobs.end_trials()


if __name__ == "__main__":
    main()
