"""The result of a contest: who won and who gave the name, and what all names came to."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.contests.models import EntryState
from portal.contests.queries import listing, results
from portal.contests.views.blueprint import bp
from portal.core.access import public, viewer
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.web import page

TEMPLATE = "contests/result.html"


@bp.get("/contests/<slug>/result")
@public
def result(slug: str) -> Response:
    """404 until the votes are counted: nobody reads a number before."""
    one, cursor = listing.get_listed(slug), request.args.get("after")
    contest = one.contest
    if contest.counted_at is None:
        raise NotFound(_("The votes of this contest are not counted yet."))
    listed = results.ranking(contest, cursor=cursor)
    winner = results.entry_of(contest)
    shared = results.sharers_of(winner) if winner is not None else []
    more = listed.next_cursor
    return page(
        TEMPLATE,
        block="places" if cursor else None,
        one=one,
        contest=contest,
        winner=winner if winner is not None and winner.state is EntryState.STANDING else None,
        people=results.people_of(shared, viewer()),
        first_id=shared[0].member_id if shared else None,
        sharers=len(shared),
        listed=listed,
        ballots=results.ballots_counted(contest),
        more_url=url_for(".result", slug=slug, after=more) if more else None,
    )
