"""The page of a trial, and applying for it: what is asked, and beside it what the house knows already."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.core.words import told
from portal.trials.forms.members import ApplyForm, apply_form
from portal.trials.models import Application
from portal.trials.queries.knowledge import known_for
from portal.trials.queries.listing import Listed, get_listed
from portal.trials.queries.trials import questions_of
from portal.trials.rules.eligibility import Hindrance, Reason, hindrances, sentence
from portal.trials.rules.phases import TOLD, Phase
from portal.trials.rules.scores import WEIGHTS
from portal.trials.services import applying
from portal.trials.services.applying import LONGEST_ANSWER, own_application
from portal.trials.views.blueprint import bp

TRIAL, APPLY = "trials/trial.html", "trials/apply.html"


@bp.get("/trials/<slug>")
@public
def trial(slug: str) -> Response:
    return page(TRIAL, **_context(get_listed(slug)))


@bp.get("/trials/<slug>/apply")
@members
def apply(slug: str) -> Response:
    return page(APPLY, **_applying(get_listed(slug)))


@bp.post("/trials/<slug>/apply")
@members
@WRITING
def send_application(slug: str) -> Response:
    """Apply, or mend what one wrote."""
    one = get_listed(slug)
    form = apply_form(one.trial, questions_of(one.trial.id))
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                applying.apply(
                    one.trial,
                    form.answers,
                    region=form["region"].data or "",
                    kin=bool(form.kin.data),
                    by=the_viewer(),
                )
        except DomainError as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            said = _("Your application is here. Until applications close you can change it.")
            return done(url_for(".trial", slug=slug, _anchor="mine"), said)
    return page(APPLY, block="answers", status=status, **_applying(get_listed(slug), form))


@bp.post("/trials/<slug>/withdraw")
@members
@WRITING
def withdraw(slug: str) -> Response:
    """Take one's application back."""
    one = get_listed(slug)
    with transaction():
        applying.withdraw(one.trial, by=the_viewer())
    return done(
        url_for(".trial", slug=slug, _anchor="mine"),
        _("Your application is taken back. You can apply again until they close."),
        fragment=lambda: page(TRIAL, block="mine", **_context(get_listed(slug))),
    )


# ------------------------------------------------------------------ inside


def _context(one: Listed) -> dict[str, Any]:
    """With five more queries at most, for a member while applications are open."""
    me, found = viewer(), one.trial
    own = own_application(found.id, me.id) if me else None
    between: list[Hindrance] = []
    if me and one.phase is Phase.OPEN and not _is_there(own):
        between = hindrances(found, known_for(me, found).applicant, clock.now())
    return {
        "one": one,
        "trial": found,
        "phase": one.phase.value,
        "told": one.phase in TOLD,
        "now": clock.now(),
        "brief": told(found.brief_zh, found.brief_en),
        "questions": questions_of(found.id),
        "own": own if _is_there(own) else None,
        "hindrances": between,
        "barred": sentence(Reason(own.barred)) if own and own.barred else "",
        "weights": WEIGHTS,
    }


def _applying(one: Listed, form: ApplyForm | None = None) -> dict[str, Any]:
    me, questions = the_viewer(), questions_of(one.trial.id)
    own = own_application(one.trial.id, me.id)
    known = known_for(me, one.trial)
    if form is None:
        form = apply_form(one.trial, questions, own, region=known.region)
    return {
        "one": one,
        "trial": one.trial,
        "phase": one.phase.value,
        "form": form,
        "own": own if _is_there(own) else None,
        "hindrances": [] if _is_there(own) else hindrances(one.trial, known.applicant, clock.now()),
        "parts": known.parts,
        "weights": WEIGHTS,
        "longest": LONGEST_ANSWER,
    }


def _is_there(own: Application | None) -> bool:
    return own is not None and own.withdrawn_at is None
