"""Keeping somebody away: the page that asks how, and the list of all who are kept away."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries.distance import distance_between, people_kept_away
from portal.accounts.services import distance as services
from portal.accounts.views.blueprint import bp
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.links import find_path
from portal.core.web import done, page, safe_path

LIST = "accounts/distance.html"


@bp.get("/members/<member_id>/keep-away")
@members
def keep_away(member_id: str) -> Response:
    """What muting and blocking mean, and a button for each."""
    other = _other(member_id)
    return page(
        "accounts/keep_away.html",
        member=other,
        muted=distance_between(the_viewer(), other.id) is DistanceKind.MUTE,
        report_url=find_path("moderation.report", kind="profile", target_id=other.id),
    )


@bp.post("/members/<member_id>/<any(mute, block):kind>")
@members
@WRITING
def begin_distance(member_id: str, kind: str) -> Response:
    me, other = the_viewer(), _other(member_id)
    with transaction():
        services.keep_away(other, DistanceKind(kind), by=me)
        name = other.display_name
    said = (
        _("%(name)s and you do not meet here any more.", name=name)
        if kind == DistanceKind.BLOCK
        else _("You see and hear nothing of %(name)s any more.", name=name)
    )
    return done(url_for("accounts.distance"), said)


@bp.get("/me/distance")
@members
def distance() -> Response:
    """The people I keep away."""
    return _list(cursor=request.args.get("after"))


@bp.post("/me/distance/<member_id>/let-back")
@members
@TAPPING
def let_back(member_id: str) -> Response:
    """Also for somebody who was let back already: two windows, one wish."""
    with transaction():
        services.let_back(member_id, by=the_viewer())
    back = safe_path(request.form.get("next"), url_for("accounts.distance"))
    return done(back, _("You no longer keep them away."), fragment=lambda: _list(cursor=None))


def _other(member_id: str) -> Member:
    """Somebody whose page I may see, and who is not myself."""
    me = the_viewer()
    if member_id == me.id:
        raise NotFound(_("There is no such member."))
    return queries.get_profile(me, member_id)


def _list(*, cursor: str | None) -> Response:
    found = people_kept_away(the_viewer(), cursor=cursor)
    block = "more_people" if cursor else "people"
    return page(LIST, block=block, people=found.items, next_cursor=found.next_cursor)
