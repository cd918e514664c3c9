"""Reads of the people's room."""

from portal.accounts.queries.card import Card, card_of
from portal.accounts.queries.people import (
    find_member_by_email,
    get_member,
    get_profile,
    member_by_email,
    members_named,
    password_of,
    personas,
    search_members,
    staff,
    staff_who_can,
)
from portal.accounts.queries.presence import faces_seen_today, greeters, presence_today, seen_today
from portal.accounts.queries.sessions import (
    SignedIn,
    find_session,
    load_viewer,
    sessions_of,
    viewer_of,
)

__all__ = [
    "Card",
    "SignedIn",
    "card_of",
    "faces_seen_today",
    "find_member_by_email",
    "find_session",
    "get_member",
    "get_profile",
    "greeters",
    "load_viewer",
    "member_by_email",
    "members_named",
    "password_of",
    "personas",
    "presence_today",
    "search_members",
    "seen_today",
    "sessions_of",
    "staff",
    "staff_who_can",
    "viewer_of",
]
