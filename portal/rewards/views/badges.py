"""Patches: mine, with those that could come, and another member's."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.accounts.queries import get_profile
from portal.core.access import members, public, the_viewer, viewer
from portal.core.web import page
from portal.rewards import queries
from portal.rewards.rules import DEED_NAMES
from portal.rewards.views.blueprint import bp


@bp.get("/me/badges")
@members
def my_badges() -> Response:
    """What I hold, and which patches there are besides."""
    me = the_viewer()
    return page(
        "rewards/badges.html",
        held=queries.badges_of([me.id]).get(me.id, []),
        others=queries.badges_to_find(me.id),
        deed_names=DEED_NAMES,
    )


@bp.get("/members/<member_id>/badges")
@public
def badges_of_member(member_id: str) -> Response:
    """What another member holds: a piece of their page, or a page of its own."""
    member = get_profile(viewer(), member_id)
    held = queries.badges_of([member.id]).get(member.id, [])
    return page("rewards/badges_of.html", block="held", member=member, badges=held)
