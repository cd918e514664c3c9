"""Members, staff and their sessions for tests."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import Any

from portal.accounts import services
from portal.accounts.models import JoinSource, Member, Role, SourceKind, StaffRole
from portal.accounts.passwords import hash_password
from portal.accounts.services import sources
from portal.core import clock
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


def session_token(who: Member) -> str:
    """The secret of a new session: what a signed-in browser holds in its cookie."""
    return services.open_session(who.id, address="192.0.2.9", device="Android · Chrome")


@cache
def _hash(password: str) -> str:
    return hash_password(password)
