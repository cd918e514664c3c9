"""My trials: what I applied for, what we know about me there, and the clock of where I was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer, viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.links import path_to
from portal.core.web import done, page
from portal.trials.models import Tester
from portal.trials.queries import testers as queries
from portal.trials.rules import testing as rules
from portal.trials.rules.scores import WEIGHTS
from portal.trials.services import offers, testing
from portal.trials.tester_words import STATES, stage_of
from portal.trials.views.blueprint import bp

LIST, ONE = "trials/mine.html", "trials/my_trial.html"


def my_trials() -> str | None:
    """The way to one's own trials; None for who never applied. One light query."""
    me = viewer()
    return path_to("trials.mine") if me and queries.has_any(me.id) else None


@bp.get("/me/trials")
@members
def mine() -> Response:
    """Three queries, one for a later page."""
    me, cursor = the_viewer(), request.args.get("after")
    found = queries.own(me.id, cursor)
    context: dict[str, Any] = {"found": found, "states": STATES, "weights": WEIGHTS}
    if cursor:
        return page(LIST, block="applied", reliance=None, **context)
    return page(LIST, reliance=queries.reliance_of(me.id), **context)


@bp.get("/me/trials/<tester_id>")
@members
def my_trial(tester_id: str) -> Response:
    """One query."""
    return page(ONE, block="desk", **_context(tester_id))


@bp.post("/me/trials/<tester_id>/accept")
@members
@WRITING
def accept(tester_id: str) -> Response:
    """I take part."""
    return _act(tester_id, offers.accept, _("Wonderful! Where may we send it?"))


@bp.post("/me/trials/<tester_id>/decline")
@members
@WRITING
def decline(tester_id: str) -> Response:
    """Somebody else may have my place."""
    return _act(tester_id, offers.decline, _("Thank you for saying so. Somebody else is glad now."))


@bp.post("/me/trials/<tester_id>/extend")
@members
@WRITING
def extend(tester_id: str) -> Response:
    """More time, once."""
    return _act(tester_id, testing.extend, _("Done, you have more time."))


# ------------------------------------------------------------------ inside


def _act(tester_id: str, verb: Callable[..., Tester], said: str) -> Response:
    tester = queries.get_own(tester_id, the_viewer().id)
    with transaction():
        verb(tester, by=the_viewer())
    return done(
        url_for(".my_trial", tester_id=tester_id),
        said,
        fragment=lambda: page(ONE, block="desk", **_context(tester_id)),
    )


def _context(tester_id: str) -> dict[str, Any]:
    found, now = queries.get_my_trial(tester_id, the_viewer().id), clock.now()
    tester = found.tester
    return {
        "found": found,
        "tester": tester,
        "trial": found.trial,
        "delivery": found.delivery,
        "report": found.report,
        "state": tester.state.value,
        "states": STATES,
        "stage": stage_of(tester),
        "weights": WEIGHTS,
        "may_answer": rules.may_answer(tester, now),
        "may_extend": found.trial.extra_days > 0 and rules.may_extend(tester, now),
        "may_report": rules.may_report(tester),
        "late": rules.is_late(tester, now),
        "late_until": tester.due_at + rules.LATE_FOR if tester.due_at else None,
        "address_until": tester.accepted_at + rules.ADDRESS_WITHIN if tester.accepted_at else None,
    }
