"""The one number that is kept here, counted anew for ``flask prove``."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.feature import Proof
from portal.notifications.models import Bounce
from portal.notifications.rules import POINTS


def mail_trouble() -> Iterator[tuple[str, int, int]]:
    """Points of trouble with each member's mail since their address was proven last."""
    points = sa.case(*((Bounce.kind == kind, value) for kind, value in POINTS.items()), else_=0)
    since = sa.or_(Member.email_verified_at.is_(None), Bounce.at >= Member.email_verified_at)
    true = (
        sa.select(sa.func.coalesce(sa.func.sum(points), 0))
        .where(Bounce.member_id == Member.id, since)
        .correlate(Member)
        .scalar_subquery()
    )
    statement = sa.select(Member.id, Member.mail_trouble, true).where(
        sa.or_(Member.mail_trouble != 0, Member.id.in_(sa.select(Bounce.member_id)))
    )
    for member_id, kept, counted in db.session.execute(statement):
        if kept != counted:
            yield f"member {member_id}", kept, counted


PROOFS = (Proof("mail trouble", mail_trouble),)
