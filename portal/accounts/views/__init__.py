"""Pages of accounts: joining, signing in, one's own pages, other members, and the choices of this browser."""

from portal.accounts.views import accepting, arriving, joining, me, members, resetting, security, signing
from portal.accounts.views.blueprint import bp
from portal.accounts.views.preferences import bp as preferences

__all__ = [
    "accepting",
    "arriving",
    "bp",
    "joining",
    "me",
    "members",
    "preferences",
    "resetting",
    "security",
    "signing",
]
