"""Rules of telling: how messages merge, when a member may be reached, what stands against it. Pure functions."""

from portal.notifications.rules.hours import Hours, next_digest
from portal.notifications.rules.merging import MOST_PEOPLE, first_facts, merged, without
from portal.notifications.rules.reaching import (
    LOOKED_AT_AGAIN,
    WEEK,
    Because,
    Reach,
    may_hear,
    may_read_mail,
    room_at,
)
from portal.notifications.rules.trouble import POINTS, STOPS_AT

__all__ = [
    "LOOKED_AT_AGAIN",
    "MOST_PEOPLE",
    "POINTS",
    "STOPS_AT",
    "WEEK",
    "Because",
    "Hours",
    "Reach",
    "first_facts",
    "may_hear",
    "may_read_mail",
    "merged",
    "next_digest",
    "room_at",
    "without",
]
