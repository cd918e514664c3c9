"""Which member staff mean."""

from __future__ import annotations

import re

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core.db import db

_NUMBER = re.compile(r"(?:no\.?|n°|#)?\s*(\d{1,9})", re.IGNORECASE)


def find_member(who: str) -> Member | None:
    """By the number on the card (``000123``, ``No. 123``) or by e-mail; not who left."""
    number = _NUMBER.fullmatch(who.strip())
    match = Member.number == int(number[1]) if number else Member.email == who.strip().lower()
    return db.session.scalar(sa.select(Member).where(match, Member.state != MemberState.ERASED))
