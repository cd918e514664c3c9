"""Other members."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.views.blueprint import bp
from portal.core.access import public, viewer
from portal.core.links import find_path
from portal.core.web import page


@bp.get("/members/<member_id>")
@public
def member(member_id: str) -> Response:
    """What everyone may know of a member; their stories come from the feature that has them."""
    me = viewer()
    found = queries.get_profile(me, member_id)
    mine = me is not None and me.id == found.id
    return page(
        "accounts/member.html",
        member=found,
        card=queries.card_of(found),
        mine=mine,
        stories_url=find_path("stories.by_member", member_id=found.id),
        report_url=None if mine else find_path("moderation.report", kind="profile", target_id=found.id),
    )
