"""The ballot, and the receipt that only its voter reads."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.contests.forms.members import VoteForm
from portal.contests.queries import listing, voter
from portal.contests.queries.listing import Listed
from portal.contests.rules.phases import Phase
from portal.contests.services.voting import cast
from portal.contests.views.blueprint import bp
from portal.contests.views.contest import names_for
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page

TEMPLATE, RECEIPT = "contests/vote.html", "contests/receipt.html"


@bp.get("/contests/<slug>/vote")
@members
def ballot(slug: str) -> Response:
    """The names with a box each, in this member's own order; what they chose before is ticked."""
    return _secret(page(TEMPLATE, **_context(listing.get_listed(slug))))


@bp.post("/contests/<slug>/vote")
@members
@WRITING
def vote(slug: str) -> Response:
    """Cast the ballot, or change it."""
    found, form = listing.get_listed(slug), VoteForm()
    form.validate_on_submit()
    chosen = list(dict.fromkeys(form.names.data or []))
    try:
        with transaction():
            cast(found.contest, chosen, by=the_viewer())
    except DomainError as refusal:
        form.say(refusal, beside="names")
        again = _context(listing.get_listed(slug), form, chosen)
        return _secret(page(TEMPLATE, block="ballot", status=refusal.status, **again))
    return done(
        url_for(".receipt", slug=slug),
        _("Your ballot is in."),
        fragment=lambda: _secret(page(RECEIPT, block="receipt", **_receipt(slug))),
    )


@bp.get("/contests/<slug>/receipt")
@members
def receipt(slug: str) -> Response:
    """The code that finds one's own ballot among the counted ones. Gone for everybody once they are counted."""
    return _secret(page(RECEIPT, **_receipt(slug)))


# ------------------------------------------------------------------ inside


def _secret(response: Response) -> Response:
    """No browser keeps what somebody chose."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _receipt(slug: str) -> dict[str, Any]:
    one, me = listing.get_listed(slug), the_viewer()
    mine = voter.own_ballot(one.contest, me.id)
    if mine is None:
        raise NotFound(_("There is no ballot of yours here, or it was counted and is nobody’s any more."))
    return {"one": one, "contest": one.contest, "mine": mine, "may_change": one.phase is Phase.VOTING}


def _context(one: Listed, form: VoteForm | None = None, chosen: list[str] | None = None) -> dict[str, Any]:
    me = the_viewer()
    mine = voter.own_ballot(one.contest, me.id)
    return {
        "one": one,
        "contest": one.contest,
        "phase": one.phase.value,
        "names": names_for(one.contest, one.phase, me),
        "may_vote": one.phase is Phase.VOTING and me.contact_proven and voter.is_voter(one.contest, me),
        "form": form or VoteForm(formdata=None),
        "chosen": set(chosen) if chosen is not None else (mine.chosen if mine else set()),
        "voted": mine is not None,
    }
