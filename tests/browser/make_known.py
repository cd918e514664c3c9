"""``python -m tests.browser.make_known``: so much time goes by that the value of each frozen list is published."""

from __future__ import annotations

import sqlalchemy as sa

from portal import create_app
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.draw.models import Draw


def main() -> None:
    frozen = sa.select(Draw).where(Draw.frozen_at.is_not(None), Draw.known_at > clock.now())
    with create_app().app_context(), transaction():
        for one in db.session.scalars(frozen).all():
            assert one.known_at is not None and one.frozen_at is not None
            left = one.known_at - clock.now()
            one.opened_at, one.frozen_at = one.opened_at - left, one.frozen_at - left
            one.known_at -= left


if __name__ == "__main__":
    main()
