"""Reads of the people's room."""

from portal.accounts.queries.card import Card, card_of
from portal.accounts.queries.people import (
    find_member_by_contact,
    find_member_by_email,
    get_member,
    get_profile,
    is_suspended,
    member_by_email,
    members_named,
    password_of,
    personas,
    search_members,
    staff,
    staff_who_can,
)
from portal.accounts.queries.presence import greeters, presence_today
from portal.accounts.queries.profiles import may_see_face, offered_interests, own_face, place_of, profile_for
from portal.accounts.queries.sessions import (
    SignedIn,
    find_session,
    load_viewer,
    select_signed_in,
    sessions_of,
    signed_in,
    signed_in_within,
    viewer_of,
)

__all__ = [
    "Card",
    "SignedIn",
    "card_of",
    "find_member_by_contact",
    "find_member_by_email",
    "find_session",
    "get_member",
    "get_profile",
    "greeters",
    "is_suspended",
    "load_viewer",
    "may_see_face",
    "member_by_email",
    "members_named",
    "offered_interests",
    "own_face",
    "password_of",
    "personas",
    "place_of",
    "presence_today",
    "profile_for",
    "search_members",
    "select_signed_in",
    "sessions_of",
    "signed_in",
    "signed_in_within",
    "staff",
    "staff_who_can",
    "viewer_of",
]
