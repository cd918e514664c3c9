"""Pages of staff about people."""

from portal.accounts.console import invitations, member, members, staff
from portal.accounts.console.blueprint import bp

__all__ = ["bp", "invitations", "member", "members", "staff"]
