"""What staff tell each other: who joined the team, and who looks after whom."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Role
from portal.accounts.queries import get_member, staff_who_can
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.signals import LookedAfter, StaffJoined
from portal.core.access import Permission
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.notifications.services import notify


def _joined(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(name)s is on the team now, as %(role)s.", name=facts["name"], role=ROLE_LABELS[Role(facts["role"])]
    )


def _looked_after(facts: dict[str, Any], count: int) -> str:
    return _("You look after %(name)s now.", name=facts["name"])


JOINED = NotificationKind(
    "staff.joined",
    "users",
    _joined,
    _l("because you decide who is staff"),
    label=_l("When somebody joins the team"),
    initiative=Initiative.TRANSACTIONAL,
    for_staff=True,
)
LOOKED_AFTER = NotificationKind(
    "staff.looked_after",
    "heart-handshake",
    _looked_after,
    _l("because a colleague chose you"),
    label=_l("When you look after a member"),
    initiative=Initiative.TRANSACTIONAL,
    for_staff=True,
)
KINDS = (JOINED, LOOKED_AFTER)


def tell_joined(event: StaffJoined) -> None:
    """Everyone who decides about staff hears of it."""
    notify(
        [one for one in staff_who_can(Permission.MANAGE_STAFF) if one != event.member_id],
        JOINED.name,
        path=path_to("accounts_console.staff"),
        group=f"staff_joined:{event.member_id}",
        name=get_member(event.member_id).display_name,
        role=event.role,
    )


def tell_looked_after(event: LookedAfter) -> None:
    """The colleague who was chosen hears of it, unless they chose themselves."""
    if event.staff_id == event.by_id:
        return
    notify(
        [event.staff_id],
        LOOKED_AFTER.name,
        path=path_to("accounts_console.member", member_id=event.member_id),
        group=f"looked_after:{event.member_id}",
        name=get_member(event.member_id).display_name,
    )
