"""``python -m tests.browser.pass_days EMAIL``: the days that a leaving member has to think are over, as of now.

The worker is told at once, instead of a sweep finding it within the minute.
"""

from __future__ import annotations

import sys

import sqlalchemy as sa

from portal import create_app
from portal.accounts.jobs import erase_member
from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, transaction


def main() -> None:
    with create_app().app_context(), transaction():
        member = db.session.scalars(sa.select(Member).where(Member.email == sys.argv[1])).one()
        assert member.erase_after is not None, "nobody who wants to leave"
        member.erase_after = clock.now()
        erase_member.later(member.id)


if __name__ == "__main__":
    main()
