"""Who sees what of a member: one function decides, and every surface asks it.

A name and a number are what people know each other by: everyone sees them. All else has an audience that its owner
chooses. Lists, walls and letters are the same for all their readers, so they hold only what everyone may see; what is
for members or staff stands on the member's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from portal.accounts.birthdays import birthday_of, told_birthday
from portal.accounts.models import Gender, Member
from portal.core.access import Permission, Viewer
from portal.core.i18n import lazy as _l


class Audience(StrEnum):
    """Who may see one field. Whoever may see less is contained in who may see more; the owner always sees it."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    STAFF = "staff"


AUDIENCE_LABELS: dict[Audience, Any] = {
    Audience.EVERYONE: _l("Everyone"),
    Audience.MEMBERS: _l("Members"),
    Audience.STAFF: _l("Only our team"),
}

#: what its owner decides about, and who sees it unless they say otherwise
FIELDS: Mapping[str, Audience] = {
    "avatar": Audience.EVERYONE,
    "bio": Audience.EVERYONE,
    "region": Audience.EVERYONE,
    "interests": Audience.EVERYONE,
    "birthday": Audience.STAFF,
    "gender": Audience.STAFF,
}
#: the year somebody was born in is nobody's business: its owner's, and that of staff who see how to reach people
BIRTH_YEAR = "birth_year"

GENDER_LABELS: dict[Gender, Any] = {
    Gender.WOMAN: _l("Woman"),
    Gender.MAN: _l("Man"),
    Gender.OTHER: _l("Something else"),
}


class Owner(Protocol):
    """Whose fields they are: a member, or the few columns of one."""

    @property
    def id(self) -> str: ...
    @property
    def visibility(self) -> dict[str, Any]: ...


def audience_of(member: Owner, name: str) -> Audience:
    """Who may see this field of this member. KeyError for what is no field."""
    return Audience(member.visibility.get(name, FIELDS[name]))


def may_see(viewer: Viewer | None, member: Owner, name: str) -> bool:
    """Whether ``viewer`` (None is a stranger) may see this field of ``member``. KeyError for what is no field."""
    if viewer is not None and viewer.id == member.id:
        return True
    if name == BIRTH_YEAR:
        return viewer is not None and viewer.can(Permission.VIEW_CONTACTS)
    audience = audience_of(member, name)
    if viewer is None or audience is Audience.EVERYONE:
        return audience is Audience.EVERYONE
    return audience is Audience.MEMBERS or viewer.can(Permission.VIEW_MEMBERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """The few columns of a member that :func:`may_see` reads."""

    id: str
    visibility: dict[str, Any]


class Placed(Owner, Protocol):
    """The same with the place they come from."""

    @property
    def region(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShownProfile:
    """A member as one viewer sees them. What the viewer may not see is empty, as if it had never been filled in.

    ``audiences``: for the owner alone, who else sees each field that is filled in.
    """

    id: str
    number: int
    display_name: str
    joined_at: datetime
    avatar: str | None = None
    bio: str = ""
    region: str = ""
    interests: tuple[str, ...] = ()
    birthday: str = ""
    gender: str = ""
    audiences: Mapping[str, str] = field(default_factory=dict)


def shown_profile(member: Member, viewer: Viewer | None, *, face: str | None = None) -> ShownProfile:
    """What ``viewer`` may see of ``member``. No query.

    ``face`` is the photo that not everyone may see (:func:`queries.own_face`), for the page of the member; without it
    only a face that is for everyone shows.
    """
    seen: dict[str, Any] = {
        name: value
        for name, value in _told(member, viewer, face).items()
        if value and may_see(viewer, member, name)
    }
    mine = viewer is not None and viewer.id == member.id
    return ShownProfile(
        id=member.id,
        number=member.number,
        display_name=member.display_name,
        joined_at=member.joined_at,
        audiences={name: str(AUDIENCE_LABELS[audience_of(member, name)]) for name in seen} if mine else {},
        **seen,
    )


def public_region(member: Placed) -> str:
    """The region as everyone may know it: where the member's stories say they come from."""
    return member.region if may_see(None, member, "region") else ""


def _told(member: Member, viewer: Viewer | None, face: str | None) -> dict[str, Any]:
    birthday = birthday_of(member)
    return {
        "avatar": member.avatar or face,
        "bio": member.bio,
        "region": member.region,
        "interests": tuple(member.interests or ()),
        "birthday": told_birthday(birthday, with_year=may_see(viewer, member, BIRTH_YEAR))
        if birthday
        else "",
        "gender": str(GENDER_LABELS[member.gender]) if member.gender else "",
    }
