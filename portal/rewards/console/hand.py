"""Staff give points by hand, or take some, and say why."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.console.blueprint import bp, member_named
from portal.rewards.forms import PointsForm

TEMPLATE = "rewards/console/points.html"


@bp.get("/points")
@staff(Permission.MANAGE_REWARDS)
def points() -> Response:
    """The form, and what was done so far, the newest first."""
    block = "act_page" if request.args.get("after") else None
    return page(TEMPLATE, block=block, **_context())


@bp.post("/points")
@staff(Permission.MANAGE_REWARDS)
@WRITING
def move_points() -> Response:
    """Give or take; the member hears of it, with the reason. The form sent twice is one act."""
    form = PointsForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="hand", status=422, **_context(form))
    try:
        with transaction():
            member = member_named(form.who.data or "")
            name = member.display_name
            services.move_by_hand(
                member,
                form.amount.data or 0,
                reason=form.reason.data or "",
                by=the_viewer(),
                key=form.key.data,
            )
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        return page(TEMPLATE, block="hand", status=refusal.status, **_context(form))
    return done(
        url_for(".points"),
        _("Done. %(name)s hears of it.", name=name),
        fragment=lambda: page(TEMPLATE, block="hand", **_context()),
    )


def _context(form: PointsForm | None = None) -> dict[str, Any]:
    cursor = request.args.get("after")
    return {
        "form": form or PointsForm(formdata=None, key=new_id()),
        "acts": queries.acts(cursor=cursor),
    }
