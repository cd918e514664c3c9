"""What stands against telling a member something now: one order of questions, for every message and every letter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.core.feature import Initiative
from portal.core.mail.asking import Answer, Drop, Later
from portal.notifications.models import Pace
from portal.notifications.rules.hours import Hours

WEEK = timedelta(days=7)
#: what has no room looks again after this time at the latest: the budget may have grown
LOOKED_AT_AGAIN = timedelta(hours=12)


class Because(StrEnum):
    """Why something was not said."""

    AWAY = "away"  # the account is paused or erased
    UNWANTED = "unwanted"
    NO_MAIL = "no mail"  # the address is not confirmed, or mail to it bounced
    MOVED = "moved"  # the letter was for an address that is no longer theirs
    OVER = "over"
    TAKEN_BACK = "taken back"
    READ = "read"
    NO_ROOM = "no room"


@dataclass(frozen=True, slots=True)
class Reach:
    """How one member may be reached with one kind of message, at this moment.

    ``apart``: this member and the one who acted keep away from each other. ``hears``: wants the kind at all, in the
    inbox. ``reads_mail``: wants it by mail too (and agreed to it, where that is needed). ``mail_arrives``: the address
    is confirmed and mail to it has not been stopped for trouble.
    """

    member_id: str
    address: str | None
    confirmed: bool
    mail_arrives: bool
    name: str
    language: str | None
    active: bool
    erased: bool
    apart: bool
    hears: bool
    reads_mail: bool
    hours: Hours
    pace: Pace


def may_hear(
    reach: Reach, initiative: Initiative, *, now: datetime, spent: Iterable[datetime] = (), budget: int = 0
) -> Answer:
    """Whether a message may reach this member's inbox now. For what the brand says, ``spent`` are its other touches.

    The order matters: what will never be wanted does not wait for the morning.
    """
    if initiative is Initiative.TRANSACTIONAL:
        return Drop(Because.AWAY) if reach.erased else None
    if reach.erased:
        return Drop(Because.AWAY)
    if reach.apart or not reach.hears:
        return Drop(Because.UNWANTED)
    if initiative is Initiative.PEOPLE:
        return None
    if not reach.active:
        return Drop(Because.AWAY)
    if (quiet := reach.hours.quiet_until(now)) is not None:
        return Later(quiet)
    room = room_at(spent, budget, now)
    return Later(room) if room > now else None


def may_read_mail(reach: Reach, initiative: Initiative, *, now: datetime) -> Answer:
    """Whether a letter may be sent to this member now. What they must know goes whatever else they chose."""
    if initiative is Initiative.TRANSACTIONAL:
        return None if reach.confirmed and not reach.erased else Drop(Because.NO_MAIL)
    if not reach.active:
        return Drop(Because.AWAY)
    if reach.apart or not (reach.hears and reach.reads_mail):
        return Drop(Because.UNWANTED)
    if not reach.mail_arrives:
        return Drop(Because.NO_MAIL)
    quiet = reach.hours.quiet_until(now)
    return Later(quiet) if quiet is not None else None


def room_at(spent: Iterable[datetime], budget: int, now: datetime) -> datetime:
    """When one more touch keeps every seven days within ``budget``; at the latest, when to look again."""
    counted = sorted(moment for moment in spent if moment > now - WEEK)
    if len(counted) < budget:
        return now
    if budget == 0:
        return now + LOOKED_AT_AGAIN
    return min(counted[-budget] + WEEK, now + LOOKED_AT_AGAIN)
