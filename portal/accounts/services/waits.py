"""Growing waits for those who guess, as rows: they survive a restart and hold in every process.

A try is counted before it is made, so a thousand tries at once are not one try. Success forgives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from portal.accounts.models import Throttle
from portal.accounts.rules import wait_after
from portal.core import clock
from portal.core.crypto import digest
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import TooMany
from portal.core.i18n import _, ngettext

#: failures are forgotten after this much quiet
QUIET = timedelta(hours=24)


@dataclass(frozen=True)
class Pace:
    """So many tries without a wait, then ``first``, doubling up to ``longest``."""

    free: int
    first: timedelta
    longest: timedelta


class Kind(Enum):
    """What is tried: the pace for one account, and for one address of the network (many people may share it)."""

    PASSWORD = (
        Pace(5, timedelta(seconds=15), timedelta(minutes=15)),
        Pace(30, timedelta(seconds=15), timedelta(hours=1)),
    )
    CODE = (
        Pace(8, timedelta(seconds=15), timedelta(minutes=30)),
        Pace(30, timedelta(seconds=15), timedelta(hours=1)),
    )
    MAIL = (
        Pace(3, timedelta(minutes=1), timedelta(hours=2)),
        Pace(20, timedelta(minutes=1), timedelta(hours=2)),
    )
    TEXT = (  # each costs money, and a number nobody asked about must not ring all day
        Pace(2, timedelta(minutes=1), timedelta(hours=6)),
        Pace(8, timedelta(minutes=1), timedelta(hours=6)),
    )
    #: saying that an order is one's own
    CLAIM = (
        Pace(6, timedelta(seconds=30), timedelta(hours=6)),
        Pace(60, timedelta(seconds=15), timedelta(hours=1)),
    )
    #: redeeming a code
    REDEEM = (
        Pace(8, timedelta(seconds=30), timedelta(hours=6)),
        Pace(60, timedelta(seconds=15), timedelta(hours=1)),
    )


def take_turn(kind: Kind, *, account: str, address: str) -> None:
    """Count one try for an account (its mail address or number) and a network address. Raises TooMany while either must wait."""
    for key, pace in _keys(kind, account, address):
        _count(key, pace)


def forgive(kind: Kind, *, account: str, address: str) -> None:
    """It was the right person: their account starts anew, and the shared address is not charged for it."""
    (account_key, _account_pace), (address_key, _address_pace) = _keys(kind, account, address)
    db.session.execute(sa.delete(Throttle).where(Throttle.key == account_key))
    db.session.execute(
        sa.update(Throttle)
        .where(Throttle.key == address_key, Throttle.failures > 0)
        .values(failures=Throttle.failures - 1, allowed_at=clock.now())
    )


def keys_of_account(account: str) -> list[str]:
    """Under which keys waits of this account (its mail address, number or id) are kept."""
    return [_keys(kind, account, "")[0][0] for kind in Kind]


def _keys(kind: Kind, account: str, address: str) -> list[tuple[str, Pace]]:
    """Addresses of people are kept as digests: this table is no list of members."""
    name, (for_account, for_address) = kind.name.lower(), kind.value
    return [
        (f"{name}:account:{digest(account)[:40]}", for_account),
        (f"{name}:address:{address}", for_address),
    ]


def _count(key: str, pace: Pace) -> None:
    """One conditional UPDATE decides whether it is this one's turn."""
    now = clock.now()
    insert_once(Throttle, key=key, failures=0, last_at=now, allowed_at=now)
    taken = changed_rows(
        sa.update(Throttle)
        .where(Throttle.key == key, Throttle.allowed_at <= now)
        .values(
            failures=sa.case((Throttle.last_at < now - QUIET, 1), else_=Throttle.failures + 1),
            last_at=now,
        )
    )
    row = db.session.execute(
        sa.select(Throttle.failures, Throttle.allowed_at).where(Throttle.key == key)
    ).one()
    if not taken:
        raise TooMany(_wait_sentence(row.allowed_at, now), retry_after=_seconds(row.allowed_at, now))
    wait = wait_after(row.failures, free=pace.free, first=pace.first, longest=pace.longest)
    if wait:
        db.session.execute(sa.update(Throttle).where(Throttle.key == key).values(allowed_at=now + wait))


def _seconds(allowed_at: datetime, now: datetime) -> int:
    return max(1, round((allowed_at - now).total_seconds()))


def _wait_sentence(allowed_at: datetime, now: datetime) -> str:
    seconds = _seconds(allowed_at, now)
    if seconds < 60:
        wait = ngettext("%(num)s second", "%(num)s seconds", seconds)
    else:
        wait = ngettext("%(num)s minute", "%(num)s minutes", -(-seconds // 60))
    return _(
        "That was a lot of tries in a row. To keep the account safe, please wait %(wait)s and try again.",
        wait=wait,
    )
