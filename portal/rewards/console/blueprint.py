"""The blueprint that the pages of staff share, and how they name a member."""

from __future__ import annotations

from flask import Blueprint

from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.rewards import queries

bp = Blueprint("rewards_console", __name__, url_prefix="/console/rewards")


def member_named(who: str) -> Member:
    """The member with this number or e-mail. Raises Invalid beside the field ``who``: staff may know."""
    member = queries.find_member(who)
    if member is None:
        raise Invalid(_("No member has this number or address."), field="who")
    return member
