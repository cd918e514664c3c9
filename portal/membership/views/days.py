"""My days: what comes, and what was greeted."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.accounts.birthdays import birthday_of
from portal.accounts.queries import get_member
from portal.core.access import members, the_viewer
from portal.core.web import page
from portal.membership.queries.own_days import coming_days, greeted_days
from portal.membership.views.blueprint import bp

TEMPLATE = "membership/days.html"


@bp.get("/me/membership/days")
@members
def days() -> Response:
    """Both; earlier greetings come without the rest."""
    me, cursor = the_viewer(), request.args.get("after")
    context: dict[str, Any] = {"greeted": greeted_days(me.id, cursor), "later": bool(cursor)}
    context["coming"] = coming_days(me.id)
    context["has_birthday"] = birthday_of(get_member(me.id)) is not None
    return page(TEMPLATE, block="greeted" if cursor else None, **context)
