"""Members, staff and their sessions for tests."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import count
from typing import Any

from portal.accounts import services
from portal.accounts.models import (
    Distance,
    DistanceKind,
    JoinSource,
    Member,
    Role,
    SourceKind,
    StaffInvitation,
    StaffNote,
    StaffRole,
)
from portal.accounts.passwords import hash_password
from portal.accounts.services import sources
from portal.accounts.services.invitations import HOLDS
from portal.core import clock
from portal.core.crypto import digest, random_token
from portal.core.db import db

PASSWORD = "correct horse"

_places = count(1)


def member(
    *,
    display_name: str = "Alice",
    email: str | None = None,
    password: str | None = None,
    verified: bool = True,
    **facts: Any,
) -> Member:
    """A member as sign-up makes them. ``password`` costs a hash; any other field may be set."""
    number, joined_at = facts.pop("number", None), facts.pop("joined_at", None)
    made = services.make_member(
        email or f"person{next(_places)}@example.com",
        display_name=display_name,
        password_hash=_hash(password) if password else None,
        language=facts.pop("language", "en"),
        verified=verified,
        number=number,
        joined_at=joined_at,
    )
    for name, value in facts.items():
        setattr(made, name, value)
    db.session.flush()
    return made


def staff(role: str | Role = Role.OWNER, **facts: Any) -> Member:
    """A member with a role."""
    made = member(**{"display_name": f"Some {Role(role).value}"} | facts)
    db.session.add(StaffRole(member_id=made.id, role=Role(role), granted_at=clock.now()))
    db.session.flush()
    return made


def source(code: str = "parcel", **facts: Any) -> JoinSource:
    """A code that joins come from. ``closed=True`` has been closed."""
    closed = facts.pop("closed", False)
    made = sources.create_source(
        code, by=None, **{"name": "Card in the parcel", "kind": SourceKind.PACK} | facts
    )
    if closed:
        sources.close_source(code, by=None)
    return made


def staff_note(
    about: Member, *, by: Member, body: str = "Likes green.", at: datetime | None = None
) -> StaffNote:
    """What a colleague wrote down."""
    note = StaffNote(member_id=about.id, by_id=by.id, body=body, at=at or clock.now())
    db.session.add(note)
    db.session.flush()
    return note


def distance(
    member: Member, other: Member | None = None, *, kind: str | DistanceKind = DistanceKind.MUTE
) -> None:
    """One keeps another away, and nothing of what follows from it (messages that leave) happens."""
    other_id = (other or globals()["member"]()).id
    db.session.add(
        Distance(member_id=member.id, other_id=other_id, kind=DistanceKind(kind), since=clock.now())
    )


def invitation(*, by: Member, email: str | None = None, role: str | Role = Role.HOST) -> StaffInvitation:
    """Somebody is asked to work here; the link is in nobody's hands."""
    now = clock.now()
    made = StaffInvitation(
        email=email or f"invited{next(_places)}@example.com",
        role=Role(role),
        link_hash=digest(random_token()),
        invited_by=by.id,
        invited_at=now,
        expires_at=now + HOLDS,
    )
    db.session.add(made)
    db.session.flush()
    return made


def session_token(who: Member) -> str:
    """The secret of a new session: what a signed-in browser holds in its cookie."""
    return services.open_session(who.id, address="192.0.2.9", device="Android · Chrome")


@cache
def _hash(password: str) -> str:
    return hash_password(password)
