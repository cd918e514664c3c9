"""Staff make redeem codes: the file comes once, and only hashes stay."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import make_response, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.membership.console.blueprint import bp
from portal.membership.forms import BatchForm
from portal.membership.queries.desk import batches, get_batch
from portal.membership.queries.ladders import get_tier, paid_tiers
from portal.membership.services import codes as services

TEMPLATE = "membership/console/codes.html"


@bp.get("/membership/codes")
@staff(Permission.MANAGE_MEMBERSHIP)
def codes() -> Response:
    """All batches, the newest first, and the form for the next."""
    return page(TEMPLATE, block="batch_page" if request.args.get("after") else None, **_context())


@bp.post("/membership/codes")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def make_codes() -> Response:
    """The answer is the file itself: nobody can ask for it again, and a form sent twice makes codes once."""
    form = BatchForm()
    context = _context(form)
    if not form.validate_on_submit():
        return page(TEMPLATE, status=422, **context)
    end = form.end(brand.current().time_zone)
    if end is not None and end <= clock.now():
        form.refuse("last_day", _("Please choose a day that is not over yet."))
        return page(TEMPLATE, status=422, **context)
    try:
        with transaction():
            batch, made = services.make_batch(
                form.name.data or "",
                get_tier(form.tier.data),
                months=form.months.data or 0,
                size=form.size.data or 0,
                expires_at=end,
                by=the_viewer(),
                key=form.key.data,
            )
            name = f"codes-{batch.id[-8:]}.csv"
    except Conflict as refusal:
        context = _context()
        context["form"].say(refusal)
        return page(TEMPLATE, status=refusal.status, **context)
    return _file(name, made)


@bp.post("/membership/codes/<batch_id>/close")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def close_codes(batch_id: str) -> Response:
    """What is left of them works no more."""
    batch = get_batch(batch_id)
    with transaction():
        services.close_batch(batch, by=the_viewer())
    return done(
        url_for(".codes"),
        _("Closed. What was redeemed stays."),
        fragment=lambda: page(TEMPLATE, block="batches", **_context()),
    )


def _file(name: str, made: list[str]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["code"])
    writer.writerows([code] for code in made)
    response = make_response(text.getvalue())
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(form: BatchForm | None = None) -> dict[str, Any]:
    form = form or BatchForm(formdata=None, key=new_id())
    form.tier.choices = [SelectChoice(tier.id, tier.name) for tier in paid_tiers()]
    return {"form": form, "batches": batches(request.args.get("after")), "now": clock.now()}
