"""Who reads the page of an event: all by which it differs from the page of another member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member
from portal.accounts.queries import SignedIn, select_signed_in, signed_in
from portal.core import clock
from portal.core.crypto import digest
from portal.core.db import UTCDateTime
from portal.core.plain import Driver, Plain
from portal.events.models import LIVE, STILL_IN, BellEntry, Event, Registration, WaitingEntry
from portal.membership.queries.access import tiers_of_one
from portal.notifications.queries import count_unread


class Reader(NamedTuple):
    """``tiers`` decide on prices, early access and what is theirs to claim; ``takes_part``: something here is theirs alone."""

    signed_in: SignedIn
    unread: int
    region: str
    tiers: frozenset[str]
    takes_part: bool

    @property
    def is_usual(self) -> bool:
        """Whether they see what every other member with these tiers sees."""
        return self.signed_in.is_usual and not self.takes_part


def find_reader(token: str, slug: str) -> Reader | None:
    """The member behind a session's token, at the event with this address; None when the session is closed. One query."""
    return _reader_of(_reader.one(**_given(token, slug)), token)


def ask_reader(driver: Driver, token: str, slug: str) -> Reader | None:
    """The same on a connection of the driver."""
    return _reader_of(_reader.ask(driver, **_given(token, slug)), token)


# ------------------------------------------------------------------ inside


def _given(token: str, slug: str) -> dict[str, Any]:
    return {"session": digest(token), "slug": slug, "at": clock.now()}


def _reader_of(row: Sequence[Any] | None, token: str) -> Reader | None:
    if row is None:
        return None
    unread, region, tiers, takes_part = row[-4:]
    held = frozenset(tiers.split(",")) if tiers else frozenset()
    return Reader(signed_in(row, token), unread, region, held, bool(takes_part))


def _select() -> sa.Select[*tuple[Any, ...]]:
    session: Any = AccountSession.__table__.alias().c
    me = sa.select(session.member_id).where(session.token_hash == sa.bindparam("session")).scalar_subquery()
    at = sa.bindparam("at", type_=UTCDateTime)
    held = tiers_of_one(me, at).subquery()
    return select_signed_in().add_columns(
        count_unread(me).scalar_subquery(),
        Member.region,
        sa.select(sa.func.aggregate_strings(held.c[0], ",")).scalar_subquery(),
        _takes_part(me),
    )


def _takes_part(me: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether they hold seats, wait or gather here, or did a moment ago: nobody may have freed a hold that is over."""
    slug = sa.bindparam("slug", type_=sa.String)
    here = sa.select(Event.id).where(Event.slug == slug).correlate(None).scalar_subquery()
    return sa.or_(
        sa.exists().where(
            Registration.member_id == me, Registration.event_id == here, Registration.state.in_(LIVE)
        ),
        sa.exists().where(
            WaitingEntry.member_id == me, WaitingEntry.event_id == here, WaitingEntry.state.in_(STILL_IN)
        ),
        sa.exists().where(BellEntry.member_id == me, BellEntry.event_id == here, BellEntry.left_at.is_(None)),
    )


_reader = Plain(_select)
