"""Who held a ticket, said nothing and did not come: what still counts, what a member sees of it, and what staff decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.events.models import Arrival, Event, EventDay, NoShow, Registration, TicketType

#: values in one statement; SQLite allows a limited number
AT_ONCE = 500


def door_used() -> sa.ColumnElement[bool]:
    """Whether the door let anybody in on a day that the ticket type at hand is for. Where it did not, nobody can tell who came."""
    of_days = sa.or_(TicketType.day_id.is_(None), TicketType.day_id == EventDay.id)
    used = sa.exists().where(
        Arrival.day_id == EventDay.id, EventDay.event_id == TicketType.event_id, Arrival.people > 0, of_days
    )
    return used.correlate(TicketType)


def arrived() -> sa.ColumnElement[bool]:
    """Whether somebody came in with the registration at hand."""
    return sa.exists().where(Arrival.registration_id == Registration.id, Arrival.people > 0)


def came() -> sa.ColumnElement[bool]:
    """A door that was offline told later that they were there: then nothing was missed."""
    return sa.exists().where(Arrival.registration_id == NoShow.registration_id, Arrival.people > 0)


def open_ones() -> sa.ColumnElement[bool]:
    """What still lowers a place in a draw: not forgiven, not spent in one before."""
    return sa.and_(NoShow.spent_in.is_(None), NoShow.forgiven.is_(False), ~came())


def counts_against(member_ids: Iterable[str]) -> set[str]:
    """Those of these members who stand behind the others in the next draw. One query for each 500 of them."""
    found: set[str] = set()
    wanted = sorted(set(member_ids))
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        found.update(
            db.session.scalars(sa.select(NoShow.member_id).where(NoShow.member_id.in_(some), open_ones()))
        )
    return found


@dataclass(frozen=True, slots=True)
class Missed:
    """A no-show with what it was; for staff also who."""

    no_show: NoShow
    event: Event
    registration: Registration
    member: Member | None = None


def of_member(member_id: str, cursor: str | None) -> Page[Missed]:
    """All that were noted of a member, the newest first. One query."""
    statement = (
        sa.select(NoShow, Event, Registration, NoShow.noted_at.label("noted_at"), NoShow.id.label("id"))
        .join(Event, Event.id == NoShow.event_id)
        .join(Registration, Registration.id == NoShow.registration_id)
        .where(NoShow.member_id == member_id, ~came())
    )
    keys = (NoShow.noted_at, NoShow.id)
    page = keyset_page(statement, keys, cursor=cursor, scalars=False)
    return Page([Missed(*row[:3]) for row in page.items], page.next_cursor)


def has_open(member_id: str) -> bool:
    """Whether something waits to be looked at by this member."""
    return bool(counts_against([member_id]))


def get_own(no_show_id: str, member_id: str) -> NoShow:
    """Raises NotFound for those of others, and where a door told later that they came."""
    mine = sa.select(NoShow).where(NoShow.id == no_show_id, NoShow.member_id == member_id, ~came())
    found = db.session.scalar(mine)
    if found is None:
        raise NotFound(_("There is nothing of yours at this address."))
    return found


def of_event(event: Event, cursor: str | None) -> Page[Missed]:
    """Those of an event: first where somebody says why and waits for an answer, then the newest. One query."""
    waits = sa.case((sa.and_(NoShow.appealed_at.is_not(None), NoShow.decided_at.is_(None)), 1), else_=0)
    keys: tuple[Any, ...] = (waits.label("waits"), NoShow.noted_at.label("noted_at"), NoShow.id.label("id"))
    statement = (
        sa.select(NoShow, Registration, Member, *keys)
        .join(Registration, Registration.id == NoShow.registration_id)
        .join(Member, Member.id == NoShow.member_id)
        .where(NoShow.event_id == event.id, ~came())
    )
    page = keyset_page(statement, keys, cursor=cursor, scalars=False)
    found = [Missed(row.NoShow, event, row.Registration, row.Member) for row in page.items]
    return Page(found, page.next_cursor)


def get_of_event(event: Event, no_show_id: str) -> NoShow:
    """Raises NotFound for those of other events."""
    mine = sa.select(NoShow).where(NoShow.id == no_show_id, NoShow.event_id == event.id, ~came())
    found = db.session.scalar(mine)
    if found is None:
        raise NotFound(_("There is no such entry."))
    return found
