"""Whether mail to a member arrives: trouble is counted, too much of it stops what is not needed, proof starts it again."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member, OneTimeCode
from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _


def count_mail_trouble(member_id: str, points: int, *, stops_at: int) -> bool:
    """Trouble with this member's mail; at so many points it stops. True when this is what stopped it."""
    worse = sa.update(Member).where(Member.id == member_id)
    changed_rows(worse.values(mail_trouble=Member.mail_trouble + points))
    enough = sa.and_(
        Member.id == member_id, Member.mail_trouble >= stops_at, Member.mail_stopped_at.is_(None)
    )
    stopped = changed_rows(sa.update(Member).where(enough).values(mail_stopped_at=clock.now()))
    db.session.expire_all()
    return bool(stopped)


def prove_address(member_id: str, code: OneTimeCode) -> None:
    """A code mailed to this member's address was typed: use it up; mail arrives. Raises Conflict when it was used."""
    unused = sa.update(OneTimeCode).where(OneTimeCode.id == code.id, OneTimeCode.used_at.is_(None))
    if not changed_rows(unused.values(used_at=clock.now())):
        raise Conflict(_("This code was used already. Ask for a new one."))
    trust_address(member_id)


def trust_address(member_id: str) -> None:
    """The member's address was proven just now: mail may go there, whatever happened before."""
    proven = sa.update(Member).where(Member.id == member_id)
    changed_rows(proven.values(email_verified_at=clock.now(), mail_stopped_at=None, mail_trouble=0))
    db.session.expire_all()
