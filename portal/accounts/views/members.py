"""Other members, and oneself as others see one."""

from __future__ import annotations

from dataclasses import replace

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries.distance import distance_between
from portal.accounts.showing import Audience
from portal.accounts.views.blueprint import bp
from portal.core.access import Viewer, public, viewer
from portal.core.i18n import _
from portal.core.links import find_path
from portal.core.web import page


@bp.get("/members/<member_id>")
@public
def member(member_id: str) -> Response:
    """What this viewer may know of a member; their stories come from the feature that has them."""
    me = viewer()
    found = queries.get_profile(me, member_id)
    mine = me is not None and me.id == found.id
    as_whom = request.args.get("seen_by", "") if mine else ""
    return page(
        "accounts/member.html",
        shown=queries.profile_for(_somebody(me, as_whom), found),
        card=queries.card_of(found),
        mine=mine,
        hidden=mine and found.profile_hidden,
        previews=_previews(found, as_whom) if mine else [],
        stories_url=find_path("stories.by_member", member_id=found.id),
        tiers_url=find_path("membership.tiers_of_member", member_id=found.id),
        badges_url=find_path("rewards.badges_of_member", member_id=found.id),
        report_url=None if mine else find_path("moderation.report", kind="profile", target_id=found.id),
        muted=distance_between(me, found.id) is DistanceKind.MUTE,
        keep_away_url=url_for("accounts.keep_away", member_id=found.id) if me and not mine else None,
    )


def _somebody(me: Viewer | None, as_whom: str) -> Viewer | None:
    """The viewer, or for a look at one's own page somebody who is neither oneself nor staff."""
    if me is None or as_whom == Audience.EVERYONE:
        return None
    if as_whom == Audience.MEMBERS:
        return replace(me, id="", roles=frozenset(), permissions=frozenset())
    return me


def _previews(found: Member, as_whom: str) -> list[tuple[str, str, bool, None]]:
    """The three looks at one's own page, for the tabs above it."""
    looks = {
        "": _("As I see it"),
        Audience.MEMBERS.value: _("As members see it"),
        Audience.EVERYONE.value: _("As everyone sees it"),
    }
    as_whom = as_whom if as_whom in looks else ""
    return [
        (label, url_for("accounts.member", member_id=found.id, seen_by=key or None), key == as_whom, None)
        for key, label in looks.items()
    ]
