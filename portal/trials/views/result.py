"""What everybody reads once the choice is made: who and how, whether it was fair, and the proof of the draw."""

from __future__ import annotations

from pathlib import Path

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.draw.proof import sha
from portal.core.draw.queries import entry_of, proof_of
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.programs import Program
from portal.core.web import download, page
from portal.trials.queries import result
from portal.trials.queries.trials import get_trial, told_by
from portal.trials.rules.filling import newcomers_of, nominated_of
from portal.trials.rules.scores import WEIGHTS
from portal.trials.views.blueprint import bp

#: what was drawn never changes; a frozen list has its result one day, so browsers ask whether it has
_DRAWN, _FROZEN = "private, max-age=86400", "private, no-cache"
PROGRAM = Program(Path(__file__).parents[1] / "who.py", "who.py")
CHOSEN, FAIRNESS, PROOF = (f"trials/{name}.html" for name in ("chosen", "fairness", "proof"))


@bp.get("/trials/<slug>/chosen")
@public
def chosen(slug: str) -> Response:
    """Who tests, and how they were chosen; before the result is told, when that will be."""
    trial, me, cursor = get_trial(slug), viewer(), request.args.get("after")
    if trial.chosen_at is None:
        return page(CHOSEN, trial=trial, told_by=told_by(trial))
    found = result.chosen(trial, me, cursor=cursor)
    more = url_for(".chosen", slug=slug, after=found.next_cursor) if found.next_cursor else None
    return page(
        CHOSEN,
        block="people" if cursor else None,
        trial=trial,
        people=found.items,
        more_url=more,
        ways=result.ways_of(trial),
        own=result.own_of(trial, me),
        weights=WEIGHTS,
        for_newcomers=newcomers_of(trial.seats, trial.newcomer_percent),
        for_nominated=nominated_of(trial.seats),
        is_drawn=result.draw_of(trial) is not None,
    )


@bp.get("/trials/<slug>/fairness")
@public
def fairness(slug: str) -> Response:
    """Applied, could be chosen, chosen: by group."""
    trial = get_trial(slug)
    return page(FAIRNESS, trial=trial, groups=result.groups_of(trial), told_by=told_by(trial))


@bp.get("/trials/<slug>/proof")
@public
def proof(slug: str) -> Response:
    """What is published of the draw by now, one's own line in it, and the script."""
    trial, me = get_trial(slug), viewer()
    draw, own = result.draw_of(trial), result.own_of(trial, me)
    entry = entry_of(draw.id, own.application.id) if draw and own else None
    return page(
        PROOF,
        trial=trial,
        draw=draw,
        given=result.given_by(draw) if draw else None,
        proof=proof_of(draw) if draw else None,
        entry=entry,
        won=result.won_by(draw, entry) if draw else False,
        told_by=told_by(trial),
        lines=PROGRAM.lines,
    )


@bp.get("/trials/<slug>/proof/list.json")
@public
def proof_list(slug: str) -> Response:
    """The frozen list without names; 404 before. Who has it as it is reads that without its being written again."""
    draw = result.draw_of(get_trial(slug))
    if draw is None:
        raise NotFound(_("There is no list yet: it can be downloaded once it is frozen."))
    tag = sha(f"{draw.list_hash}|{draw.value}")
    known = request.if_none_match.contains(tag)
    response = download(b"" if known else result.list_file(draw), "application/json", "list.json")
    response.status_code = 304 if known else 200
    response.set_etag(tag)
    response.headers["Cache-Control"] = _DRAWN if draw.drawn_at else _FROZEN
    return response


@bp.get("/trials/<slug>/proof/who.py")
@public
def proof_script(slug: str) -> Response:
    """The program that draws again."""
    get_trial(slug)
    return PROGRAM.sent()
