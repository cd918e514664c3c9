"""What the page of an event shows beside its programme and its tickets: the picture, who comes, and what is one's own there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import leave_out
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.slugs import LONGEST_SLUG
from portal.events.models import (
    LIVE,
    BellEntry,
    Event,
    Origin,
    Registration,
    RegistrationState,
    Stamp,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.no_shows import arrived, door_used
from portal.events.queries.programme import may_see_drafts
from portal.stories.models import Hashtag

MOST_FACES = 8
#: who may know where a member comes from, as ``Member.visibility`` says it
_TOLD_TO_ALL, _TOLD_TO_MEMBERS = ("everyone",), ("everyone", "members")


@dataclass(frozen=True, slots=True)
class Shown:
    """An event with what its page says of it. ``coming`` members hold a ticket, ``near`` of them are from the viewer's region."""

    event: Event
    picture: Photo | None
    hashtag: Hashtag | None
    coming: int
    near: int


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody who comes and lets it be seen."""

    id: str
    display_name: str
    avatar: str | None


@dataclass(frozen=True, slots=True)
class Own:
    """What is a member's own at an event: ``kind`` is offer, held, ticket, waiting or bell.

    ``id`` is the registration's, or the ticket type's for a bell. ``until``: the hold or offer ends. ``stamped_at``: they came.
    ``missed``: they did not so far, and the door knows.
    """

    kind: str
    id: str
    people: int
    until: datetime | None = None
    stamped_at: datetime | None = None
    missed: bool = False


#: what matters most stands first
_KINDS = ("offer", "held", "ticket", "bell", "waiting")


def get_shown(slug: str, viewer: Viewer | None) -> Shown:
    """The event at this address as :func:`programme.get_public_event` gives it, with its numbers. One query. Raises NotFound."""
    row = db.session.execute(_shown(viewer).where(Event.slug == slug[:LONGEST_SLUG])).one_or_none()
    if row is None or not (row.Event.is_public or may_see_drafts(viewer)):
        raise NotFound(_("There is no event at this address."))
    return Shown(row.Event, row.Photo, row.Hashtag, row.coming, row.near)


def faces_of(event_id: str, viewer: Viewer | None) -> list[Face]:
    """Those who come and said that their face may stand there, the latest first; nobody whom the viewer keeps away. One query."""
    statement = (
        sa.select(Member.id, Member.display_name, Member.avatar)
        .join(Registration, Registration.member_id == Member.id)
        .where(*_coming(event_id), Registration.show_face, Member.display_name != "")
        .group_by(Member.id)
        .order_by(Member.avatar.is_(None), sa.func.max(Registration.confirmed_at).desc(), Member.id)
        .limit(MOST_FACES)
    )
    rows = db.session.execute(leave_out(statement, viewer, Member.id))
    return [Face(*row) for row in rows]


def near_by_region(event_id: str) -> dict[str, int]:
    """How many members who hold a ticket come from where, as members may know it. One query."""
    statement = (
        sa.select(Member.region, sa.func.count(Registration.member_id.distinct()))
        .join(Member, Member.id == Registration.member_id)
        .where(*_coming(event_id), *_told_where())
        .group_by(Member.region)
    )
    return dict(db.session.execute(statement).all())


def shown_at(member_id: str, now: datetime) -> list[str]:
    """Events to come whose pages show something of this member, their face or where they come from, by id. One query."""
    mine = sa.select(Registration.event_id).where(
        Registration.member_id == member_id, Registration.state.in_(LIVE)
    )
    ahead = mine.join(Event, Event.id == Registration.event_id).where(Event.ends_at > now)
    return sorted(set(db.session.scalars(ahead)))


def own_at(event_id: str, member_id: str, now: datetime) -> list[Own]:
    """All that is theirs at this event, what matters most first. One query."""
    rows = db.session.execute(
        sa.union_all(_registrations(event_id, member_id, now), *_lines(event_id, member_id))
    )
    found = [
        Own(row.kind, row.id, row.people, _moment(row.until), _moment(row.stamped_at), bool(row.missed))
        for row in rows
        if row.kind in _KINDS
    ]
    return sorted(found, key=lambda own: _KINDS.index(own.kind))


# ------------------------------------------------------------------ inside


def _shown(viewer: Viewer | None) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Event, Photo, Hashtag, _count(None).label("coming"), _count(viewer, near=True).label("near")
        )
        .outerjoin(Photo, sa.and_(Photo.id == Event.picture, Photo.state == PhotoState.READY))
        .outerjoin(Hashtag, Hashtag.id == Event.hashtag_id)
        .execution_options(populate_existing=True)
    )


def _coming(event_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (Registration.event_id == event_id, Registration.state == RegistrationState.CONFIRMED)


def _count(viewer: Viewer | None, *, near: bool = False) -> sa.ColumnElement[int]:
    """Members who hold a ticket; with ``near`` those from the viewer's region who let it be known to them, without the viewer."""
    counted = sa.select(sa.func.count(Registration.member_id.distinct())).where(*_coming(Event.id))
    if not near:
        return counted.correlate(Event).scalar_subquery()
    if viewer is None:
        return sa.literal(0)
    mine = sa.select(Member.region).where(Member.id == viewer.id).correlate(None).scalar_subquery()
    counted = counted.join(Member, Member.id == Registration.member_id).where(
        *_told_where(), Member.region == mine, Member.id != viewer.id
    )
    return leave_out(counted, viewer, Member.id).correlate(Event).scalar_subquery()


def _told_where() -> tuple[sa.ColumnElement[bool], ...]:
    """They say where they come from, and members may know it."""
    told = sa.func.coalesce(Member.visibility["region"].as_string(), _TOLD_TO_ALL[0])
    return Member.region != "", told.in_(_TOLD_TO_MEMBERS)


def _registrations(event_id: str, member_id: str, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    stamped = sa.select(sa.func.min(Stamp.at)).where(Stamp.registration_id == Registration.id)
    kind = sa.case(
        (Registration.state == RegistrationState.CONFIRMED, "ticket"),
        (Registration.hold_until <= now, "over"),
        (Registration.origin.in_((Origin.OFFER, Origin.BELL)), "offer"),
        else_="held",
    )
    statement = sa.select(
        kind.label("kind"),
        Registration.id.label("id"),
        Registration.people.label("people"),
        Registration.hold_until.label("until"),
        stamped.correlate(Registration).scalar_subquery().label("stamped_at"),
        sa.and_(door_used(), ~arrived()).label("missed"),
    )
    return statement.join(TicketType, TicketType.id == Registration.ticket_type_id).where(
        Registration.event_id == event_id,
        Registration.member_id == member_id,
        Registration.state.in_((RegistrationState.HELD, RegistrationState.CONFIRMED)),
    )


def _lines(event_id: str, member_id: str) -> tuple[sa.Select[*tuple[Any, ...]], ...]:
    """Where they stand in line, and what they gather for."""
    nothing = sa.cast(sa.null(), Registration.hold_until.type)
    rest = (nothing, nothing, sa.false())
    waits = sa.select(sa.literal("waiting"), WaitingEntry.id, WaitingEntry.people, *rest).where(
        WaitingEntry.event_id == event_id,
        WaitingEntry.member_id == member_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    gathers = sa.select(sa.literal("bell"), BellEntry.ticket_type_id, BellEntry.people, *rest).where(
        BellEntry.event_id == event_id,
        BellEntry.member_id == member_id,
        BellEntry.left_at.is_(None),
        BellEntry.place.is_(None),
    )
    return waits, gathers


def _moment(value: Any) -> datetime | None:
    assert value is None or isinstance(value, datetime)
    return value
