"""Staff scan a card or type its number, and see who stands before them."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff
from portal.core.i18n import _
from portal.core.web import page
from portal.membership.console.blueprint import bp
from portal.membership.forms import CardForm
from portal.membership.queries.access import perks_of
from portal.membership.queries.cards import card_for
from portal.membership.queries.desk import member_with_number
from portal.membership.rules.cards import number_in
from portal.membership.words import KINDS

TEMPLATE = "membership/console/card.html"


@bp.get("/card")
@staff(Permission.VIEW_MEMBERS)
def card() -> Response:
    """The address that is on every card (``code``), and the page on which staff type it. It changes nothing."""
    typed = request.args.get("code", "")
    form = CardForm(formdata=None, code=typed[:120])
    if not typed:
        return page(TEMPLATE, form=form, member=None)
    read = number_in(typed)
    member = member_with_number(read[0]) if read else None
    if read is None or member is None:
        form.refuse("code", _("This is no card of ours, and no member has this number."))
        return page(TEMPLATE, status=422, form=form, member=None)
    return page(
        TEMPLATE,
        form=form,
        member=member,
        sealed=read[1],
        card=card_for(member.id),
        kinds=KINDS,
        perks=perks_of(member.id),
    )
