"""Staff leave the last seats to chance, and tell the result: freeze the list, type the public value, offer the seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.draw.forms import ValueForm
from portal.core.draw.queries import proof_of
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _, ngettext
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.trials.console.blueprint import bp
from portal.trials.forms.picking import SourceForm
from portal.trials.models import Trial
from portal.trials.queries.picking import trial_with_draw
from portal.trials.queries.tally import tally_of
from portal.trials.services import choosing, drawing
from portal.trials.showing import told_by

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
    if not form.validate_on_submit():
        return page(TEMPLATE, block="draw", status=422, **_context(slug, naming=form))
    named: dict[str, Any] = {
        "source_zh": form.source_zh.data or "",
        "source_en": form.source_en.data or "",
        "known_at": form.known_at.moment,
    }
    return _try(
        trial,
        lambda: drawing.freeze_list(trial, **named, by=the_viewer()),
        _("The list is frozen, and its hash is published."),
        naming=form,
    )


@bp.post("/<slug>/draw/settle")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def settle(slug: str) -> Response:
    """Type the value, and everybody on the list has a seat or a place among the substitutes."""
    trial, form = trial_with_draw(slug)[0], ValueForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="draw", status=422, **_context(slug, valuing=form))
    return _try(
        trial,
        lambda: drawing.settle(trial, form.value.data or "", by=the_viewer()),
        _("Drawn. It stands on the proof page; messages go out when you tell the result."),
        valuing=form,
    )


@bp.post("/<slug>/choose")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def choose(slug: str) -> Response:
    """Tell the result: seats are offered, everybody else hears that it went to others."""
    trial = trial_with_draw(slug)[0]
    with transaction():
        seats = choosing.publish(trial, by=the_viewer())
    said = ngettext("Told: %(num)s seat is offered.", "Told: %(num)s seats are offered.", seats)
    return _done(slug, said)


# ------------------------------------------------------------------ inside


def _try(trial: Trial, deed: Callable[[], Any], said: str, **forms: Any) -> Response:
    slug = trial.slug
    try:
        with transaction():
            deed()
    except (Invalid, Conflict) as refusal:
        for form in forms.values():
            form.say(refusal)
        return page(TEMPLATE, block="draw", status=refusal.status, **_context(slug, **forms))
    return _done(slug, said)


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
