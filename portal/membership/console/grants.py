"""Staff give a membership by hand, say why, and end it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.membership.console.blueprint import bp
from portal.membership.forms import EndForm, GrantForm
from portal.membership.queries.desk import get_given, given_by_hand
from portal.membership.queries.ladders import get_tier, paid_tiers
from portal.membership.services import grants as services
from portal.rewards import queries as rewards

TEMPLATE = "membership/console/grants.html"


@bp.get("/membership/grants")
@staff(Permission.MANAGE_MEMBERSHIP)
def grants() -> Response:
    """The form, and what was given so far, the newest first."""
    return page(TEMPLATE, block="grant_page" if request.args.get("after") else None, **_context())


@bp.post("/membership/grants")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def give() -> Response:
    """Give; the member hears of it. A form sent twice gives once."""
    form = GrantForm()
    context = _context(form)
    if not form.validate_on_submit():
        return page(TEMPLATE, block="grants", status=422, **context)
    try:
        with transaction():
            member = _member_named(form.who.data or "")
            name = member.display_name
            services.grant(
                member,
                get_tier(form.tier.data),
                starts_at=clock.now(),
                ends_at=form.end(brand.current().time_zone),
                reason=form.reason.data or "",
                by=the_viewer(),
                key=form.key.data,
            )
    except DomainError as refusal:
        form.say(refusal)
        return page(TEMPLATE, block="grants", status=refusal.status, **_context(form))
    return done(
        url_for(".grants"),
        _("Given. %(name)s hears of it.", name=name),
        fragment=lambda: page(TEMPLATE, block="grants", **_context()),
    )


@bp.post("/membership/grants/<span_id>/end")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def end_grant(span_id: str) -> Response:
    """It ends now."""
    span, form = get_given(span_id), EndForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="grants", status=422, **_context(ending=span_id, end_form=form))
    with transaction():
        services.end_grant(span, by=the_viewer(), reason=form.reason.data or "")
    return done(
        url_for(".grants"), _("It has ended."), fragment=lambda: page(TEMPLATE, block="grants", **_context())
    )


def _member_named(who: str) -> Member:
    member = rewards.find_member(who)
    if member is None:
        raise Invalid(_("No member has this number or address."), field="who")
    return member


def _context(
    form: GrantForm | None = None, *, ending: str = "", end_form: EndForm | None = None
) -> dict[str, Any]:
    form = form or GrantForm(formdata=None, key=new_id())
    form.tier.choices = [SelectChoice(tier.id, tier.name) for tier in paid_tiers()]
    return {
        "form": form,
        "given": given_by_hand(request.args.get("after")),
        "now": clock.now(),
        "ending": ending,
        "end_form": end_form or EndForm(formdata=None),
    }
