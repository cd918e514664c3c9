"""The proof of a contest: its frozen rules, all ballots, and the script that counts them again."""

from __future__ import annotations

from pathlib import Path

from flask import request
from werkzeug.wrappers import Response

from portal.contests.queries import book, listing, results
from portal.contests.queries.listing import Listed
from portal.contests.rules import proof as arithmetic
from portal.contests.views.blueprint import bp
from portal.contests.views.opening import opened
from portal.core.access import public
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.programs import Program
from portal.core.web import download, page

TEMPLATE = "contests/proof.html"
PROGRAM = Program(Path(__file__).parents[1] / "recount.py", "recount.py")


@bp.get("/contests/<slug>/proof")
@public
def proof(slug: str) -> Response:
    """What is known of it by now: the rules' hash from the opening on, the tally's from the count on."""
    one = _one(slug)
    rules = book.rules_of(one.contest.id)
    return page(
        TEMPLATE,
        one=one,
        contest=one.contest,
        rules=rules,
        ballots=results.ballots_counted(one.contest),
        names=results.names_counted(one.contest),
        lines=PROGRAM.lines,
    )


@bp.get("/contests/<slug>/proof/rules.json")
@public
def proof_rules(slug: str) -> Response:
    """The very bytes whose hash is published; 404 before the contest opens."""
    rules = book.rules_of(_one(slug).contest.id)
    if rules is None:
        raise NotFound(_("The rules can be downloaded once the contest has opened: then they freeze."))
    return download(arithmetic.canonical(rules.rules).encode(), "application/json", "rules.json")


@bp.get("/contests/<slug>/proof/tally.json")
@public
def proof_tally(slug: str) -> Response:
    """All names and all ballots; 404 before they are counted. 304 for who has it as it is."""
    counted = book.counted_file(_one(slug).contest)
    if counted is None:
        raise NotFound(_("The votes of this contest are not counted yet."))
    known = request.if_none_match.contains_weak(counted.tag)
    response = download(b"" if known else book.tally_file(counted), "application/json", "tally.json")
    if known:
        response.status_code = 304
    response.set_etag(counted.tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/contests/<slug>/proof/recount.py")
@public
def proof_script(slug: str) -> Response:
    """The program that counts again."""
    _one(slug)
    return PROGRAM.sent()


def _one(slug: str) -> Listed:
    one = listing.get_listed(slug)
    if one.rules_hash is None and opened(one.contest):
        return listing.get_listed(slug)
    return one
