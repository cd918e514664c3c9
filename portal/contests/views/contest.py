"""The page of a contest, and a member's own names on it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.contests.forms.members import NameForm
from portal.contests.models import Contest, EntryState
from portal.contests.queries import listing, voter
from portal.contests.queries.listing import Listed
from portal.contests.queries.names import BallotName, names_by_place, names_on_ballot, own_entries
from portal.contests.rules.ballots import shuffled
from portal.contests.rules.phases import NAMES_SHOWN, Phase, may_withdraw
from portal.contests.services import submitting
from portal.contests.views.blueprint import bp
from portal.contests.views.opening import opened
from portal.core import clock
from portal.core.access import Viewer, members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.core.words import told

TEMPLATE = "contests/contest.html"


@bp.get("/contests/<slug>")
@public
def contest(slug: str) -> Response:
    one = listing.get_listed(slug)
    if one.rules_hash is None and opened(one.contest):
        one = listing.get_listed(slug)
    return page(TEMPLATE, **_context(one))


@bp.post("/contests/<slug>/submit")
@members
@WRITING
def submit(slug: str) -> Response:
    """Hand a name in."""
    found, form = listing.get_listed(slug), NameForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="mine", status=422, **_context(found, form))
    try:
        with transaction():
            entry = submitting.submit(
                found.contest, form.words.data or "", form.why.data or "", by=the_viewer()
            )
            stands = entry.state is EntryState.STANDING
    except DomainError as refusal:
        form.say(refusal, beside="words")
        again = listing.get_listed(slug)
        return page(TEMPLATE, block="mine", status=refusal.status, **_context(again, form))
    said = _("Thank you. We read every name before it goes on the ballot.")
    return _changed(slug, _("It is on the ballot already.") if stands else said)


@bp.post("/contests/<slug>/entries/<entry_id>/withdraw")
@members
@WRITING
def withdraw(slug: str, entry_id: str) -> Response:
    """Take one's own name back."""
    found = listing.get_listed(slug)
    with transaction():
        submitting.withdraw(found.contest, entry_id, by=the_viewer())
    return _changed(slug, _("You took your name back."))


def names_for(found: Contest, phase: Phase, me: Viewer | None) -> list[BallotName]:
    """The names in the order in which this reader sees them; none while they are not shown. At most one query."""
    if phase not in NAMES_SHOWN:
        return []
    if found.counted_at is not None:
        return names_by_place(found.id)
    today = clock.in_zone(clock.now(), brand.current().time_zone).date()
    return shuffled(names_on_ballot(found.id), found, me.id if me else None, today=today)


# ------------------------------------------------------------------ inside


def _changed(slug: str, said: str) -> Response:
    return done(
        url_for(".contest", slug=slug, _anchor="mine"),
        said,
        fragment=lambda: page(TEMPLATE, block="mine", **_context(listing.get_listed(slug))),
    )


def _context(one: Listed, form: NameForm | None = None) -> dict[str, Any]:
    """With four more queries at most."""
    me, found, phase = viewer(), one.contest, one.phase
    own = own_entries(found, me.id) if me else []
    alive = [entry for entry in own if entry.state in submitting.ALIVE]
    voting = phase is Phase.VOTING and me is not None
    return {
        "one": one,
        "contest": found,
        "phase": phase.value,
        "now": clock.now(),
        "brief": told(found.brief_zh, found.brief_en),
        "rules": told(found.rules_zh, found.rules_en),
        "prize": told(found.prize_zh, found.prize_en),
        "names": names_for(found, phase, me),
        "own": own,
        "may_withdraw": {entry.id for entry in own if may_withdraw(entry, phase)},
        "blank": max(found.most_entries - len(alive), 0) if phase is Phase.SUBMITTING else 0,
        "form": form or NameForm(formdata=None),
        "longest_why": submitting.LONGEST_WHY,
        "result_url": url_for(".result", slug=found.slug),
        "proof_url": url_for(".proof", slug=found.slug),
        "is_voter": voting and me is not None and voter.is_voter(found, me),
        "voted": voting and me is not None and voter.own_ballot(found, me.id) is not None,
    }
