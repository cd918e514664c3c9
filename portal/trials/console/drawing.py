"""Staff leave the last seats to chance, and tell the result: freeze the list, type the public value, offer the seats."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.draw.forms import ValueForm
from portal.core.draw.queries import proof_of
from portal.core.i18n import _, ngettext
from portal.core.limits import WRITING
from portal.core.web import done, page, refused
from portal.trials.console.blueprint import bp
from portal.trials.forms.picking import SourceForm
from portal.trials.jobs import tell_everybody
from portal.trials.queries.picking import trial_with_draw
from portal.trials.queries.tally import tally_of
from portal.trials.queries.trials import told_by
from portal.trials.services import choosing, drawing

TEMPLATE = "trials/picking/draw.html"


@bp.get("/<slug>/draw")
@staff(Permission.MANAGE_TRIALS)
def draw(slug: str) -> Response:
    """Where the draw stands, its next step, and what is missing before the result can be told."""
    return page(TEMPLATE, block="draw", **_context(slug))


@bp.post("/<slug>/draw/freeze")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def freeze_list(slug: str) -> Response:
    """Name the source and its moment, and close the list."""
    trial, form = trial_with_draw(slug)[0], SourceForm()

    def freeze() -> None:
        zh, en = form.source_zh.data or "", form.source_en.data or ""
        at = form.known_at.moment
        drawing.freeze_list(trial, source_zh=zh, source_en=en, known_at=at, by=the_viewer())

    if status := refused(form, freeze):
        return page(TEMPLATE, block="draw", status=status, **_context(slug, naming=form))
    return _done(slug, _("The list is frozen, and its hash is published."))


@bp.post("/<slug>/draw/settle")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def settle(slug: str) -> Response:
    """Type the value, and everybody on the list has a seat or a place among the substitutes."""
    trial, form = trial_with_draw(slug)[0], ValueForm()
    if status := refused(form, lambda: drawing.settle(trial, form.value.data or "", by=the_viewer())):
        return page(TEMPLATE, block="draw", status=status, **_context(slug, valuing=form))
    return _done(slug, _("Drawn. It stands on the proof page; messages go out when you tell the result."))


@bp.post("/<slug>/choose")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def choose(slug: str) -> Response:
    """Tell the result: seats are offered, the worker tells everybody else that it went to others."""
    trial = trial_with_draw(slug)[0]
    with transaction():
        seats = choosing.publish(trial, by=the_viewer())
        tell_everybody.later()
    said = ngettext("Told: %(num)s seat is offered.", "Told: %(num)s seats are offered.", seats)
    return _done(slug, said)


# ------------------------------------------------------------------ inside


def _done(slug: str, said: str) -> Response:
    url = url_for(".draw", slug=slug)
    return done(url, said, fragment=lambda: page(TEMPLATE, block="draw", **_context(slug)))


def _context(slug: str, naming: SourceForm | None = None, valuing: ValueForm | None = None) -> dict[str, Any]:
    trial, found = trial_with_draw(slug)
    tally = tally_of(trial)
    deciding = trial.frozen_at is not None and trial.chosen_at is None and trial.cancelled_at is None
    return {
        "trial": trial,
        "here": "draw",
        "draw": found,
        "proof": proof_of(found) if found else None,
        "tally": tally,
        "deciding": deciding,
        "missing": choosing.what_is_missing(trial, tally) if deciding else "",
        "told_by": told_by(trial),
        "now": clock.now(),
        "naming": naming or SourceForm(formdata=None),
        "valuing": valuing or ValueForm(formdata=None),
    }
