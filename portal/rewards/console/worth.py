"""What deeds are worth, as staff decide it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.console.blueprint import bp
from portal.rewards.forms import WorthForm
from portal.rewards.rules import DEED_NAMES, WEEKLY, WORTH

TEMPLATE = "rewards/console/rules.html"


@bp.get("/rules")
@staff(Permission.MANAGE_REWARDS)
def rules() -> Response:
    """Each kind of deed with its stitches and points."""
    return page(TEMPLATE, **_context())


@bp.post("/rules/<kind>")
@staff(Permission.MANAGE_REWARDS)
def set_rule(kind: str) -> Response:
    """It holds for what is done from now on."""
    if kind not in WORTH:
        raise NotFound(_("There is no such deed."))
    form = WorthForm(prefix=kind)
    if not form.validate_on_submit():
        return page(TEMPLATE, block="rule_list", status=422, **_context(typed={kind: form}))
    with transaction():
        services.set_worth(
            kind, by=the_viewer(), stitches=form.stitches.data or 0, points=form.points.data or 0
        )
    return done(
        url_for(".rules"),
        _("Saved. It holds for what is done from now on."),
        fragment=lambda: page(TEMPLATE, block="rule_list", **_context()),
    )


def _context(*, typed: dict[str, WorthForm] | None = None) -> dict[str, Any]:
    forms = {
        kind: WorthForm(formdata=None, prefix=kind, stitches=worth.stitches, points=worth.points)
        for kind, worth in queries.all_worth().items()
    }
    return {"forms": forms | (typed or {}), "typed": set(typed or {}), "names": DEED_NAMES, "weekly": WEEKLY}
