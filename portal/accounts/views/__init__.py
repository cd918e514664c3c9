"""Pages of accounts: joining, signing in, one's own pages, other members, and the choices of this browser."""

from portal.accounts.views import (
    accepting,
    arriving,
    contacts,
    distance,
    invited,
    joining,
    me,
    members,
    privacy,
    profile,
    resetting,
    security,
    signing,
    undoing,
)
from portal.accounts.views.blueprint import bp
from portal.accounts.views.preferences import bp as preferences

__all__ = [
    "accepting",
    "arriving",
    "bp",
    "contacts",
    "distance",
    "invited",
    "joining",
    "me",
    "members",
    "preferences",
    "privacy",
    "profile",
    "resetting",
    "security",
    "signing",
    "undoing",
]
