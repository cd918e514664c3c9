"""Trials of staff: the list, a new one, its page with the road it goes, its words and times, its questions and aspects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.catalog.queries import products_with_versions, shelves_to_choose
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.web import done, page, refused
from portal.membership.queries.ladders import tiers_to_choose
from portal.trials.console.blueprint import bp
from portal.trials.forms.studio import (
    AspectsForm,
    LaterForm,
    QuestionsForm,
    TrialForm,
    aspect_pairs,
    question_pairs,
)
from portal.trials.jobs import tell_everybody
from portal.trials.models import LABEL_EN, LABEL_ZH, Trial
from portal.trials.queries import studio
from portal.trials.queries.trials import aspects_of, get_trial_for_staff, questions_of, told_by
from portal.trials.rules import making as rules
from portal.trials.rules.phases import CANCELLABLE, Phase, may_change_rules, phase_of
from portal.trials.services import making

LIST, NEW, OVERVIEW, EDIT, PAIRS = (
    f"trials/console/{name}.html" for name in ("trials", "new", "overview", "edit", "pairs")
)
#: what a new trial is offered: opens in so many days, and closes
STEPS = {"opens_at": 2, "closes_at": 9}


@bp.get("")
@staff(Permission.MANAGE_TRIALS, Permission.GRADE_TRIALS)
def trials() -> Response:
    """Who only grades sees where something is to be graded."""
    cursor = request.args.get("after")
    found, now = studio.all_trials(cursor=cursor), clock.now()
    phases = {one.id: phase_of(one, now) for one in found.items}
    late = {one.id for one in found.items if studio.is_late(one, now)}
    return page(LIST, block="trial_page" if cursor else None, found=found, phases=phases, late=late)


@bp.get("/new")
@staff(Permission.MANAGE_TRIALS)
def new_trial() -> Response:
    shown = {name: brand.morning_in(days) for name, days in STEPS.items()}
    form = TrialForm(formdata=None, key=new_id(), label_zh=LABEL_ZH, label_en=LABEL_EN, **shown)
    return page(NEW, block="trial_form", form=_offered(form))


@bp.post("/new")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def create_trial() -> Response:
    form = _offered(TrialForm())
    if form.validate_on_submit():
        try:
            with transaction():
                slug = making.create_trial(form.said(), by=the_viewer(), key=form.key.data or None).slug
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".questions", slug=slug), _("Saved as a draft. Nobody sees it yet."))
    return page(NEW, block="trial_form", status=422, form=form)


@bp.get("/<slug>")
@staff(Permission.MANAGE_TRIALS)
def trial(slug: str) -> Response:
    return page(OVERVIEW, block="desk", **_context(get_trial_for_staff(slug)))


@bp.get("/<slug>/edit")
@staff(Permission.MANAGE_TRIALS)
def edit(slug: str) -> Response:
    found = get_trial_for_staff(slug)
    return page(EDIT, block="trial_form", **_edited(found, _offered(TrialForm.of(found))))


@bp.post("/<slug>/edit")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def change(slug: str) -> Response:
    found, form = get_trial_for_staff(slug), _offered(TrialForm())

    def write() -> None:
        making.change_trial(found, form.said(), version=form.version.data or 0, by=the_viewer())

    if status := refused(form, write, lambda: form.renew_version(found.version)):
        return page(EDIT, block="trial_form", status=status, **_edited(found, form))
    return done(url_for(".trial", slug=slug), _("Saved."))


@bp.get("/<slug>/questions")
@staff(Permission.MANAGE_TRIALS)
def questions(slug: str) -> Response:
    found = get_trial_for_staff(slug)
    form = QuestionsForm.of(found.version, question_pairs(questions_of(found.id)))
    return page(PAIRS, block="pairs_form", **_paired(found, form, "questions"))


@bp.post("/<slug>/questions")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def write_questions(slug: str) -> Response:
    return _write(slug, QuestionsForm(), "questions", making.write_questions)


@bp.get("/<slug>/aspects")
@staff(Permission.MANAGE_TRIALS)
def aspects(slug: str) -> Response:
    found = get_trial_for_staff(slug)
    form = AspectsForm.of(found.version, aspect_pairs(aspects_of(found.id)))
    return page(PAIRS, block="pairs_form", **_paired(found, form, "aspects"))


@bp.post("/<slug>/aspects")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def write_aspects(slug: str) -> Response:
    return _write(slug, AspectsForm(), "aspects", making.write_aspects)


@bp.post("/<slug>/publish")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def publish(slug: str) -> Response:
    """What is missing is said in words; nothing changes then."""
    found = get_trial_for_staff(slug)
    with transaction():
        making.publish(found, by=the_viewer())
    return _desk(slug, _("Published: everybody can see it, and apply once it opens."))


@bp.post("/<slug>/later")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def close_later(slug: str) -> Response:
    """More time to apply."""
    found, form = get_trial_for_staff(slug), LaterForm()
    if status := refused(form, lambda: making.close_later(found, form.closes_at.moment, by=the_viewer())):
        return page(OVERVIEW, block="desk", status=status, **_context(get_trial_for_staff(slug), form))
    return _desk(slug, _("There is more time to apply."))


@bp.post("/<slug>/cancel")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def cancel(slug: str) -> Response:
    """For good; who applied is told."""
    found = get_trial_for_staff(slug)
    with transaction():
        making.cancel(found, by=the_viewer())
        tell_everybody.later()
    return _desk(slug, _("Called off. Whoever applied hears of it."))


@bp.post("/<slug>/delete")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def delete(slug: str) -> Response:
    """Only a draft."""
    found = get_trial_for_staff(slug)
    with transaction():
        making.delete_draft(found, by=the_viewer())
    return done(url_for(".trials"), _("The draft is deleted."))


# ------------------------------------------------------------------ inside


def _write(slug: str, form: Any, what: str, verb: Callable[..., None]) -> Response:
    """Questions and aspects: rows in both languages, written as a whole."""
    found = get_trial_for_staff(slug)

    def write() -> None:
        verb(found, form.pairs(), version=form.version.data or 0, by=the_viewer())

    if status := refused(form, write, lambda: form.renew_version(found.version)):
        return page(PAIRS, block="pairs_form", status=status, **_paired(found, form, what))
    return done(url_for(".trial", slug=slug), _("Saved."))


def _desk(slug: str, said: str) -> Response:
    return done(
        url_for(".trial", slug=slug),
        said,
        fragment=lambda: page(OVERVIEW, block="desk", **_context(get_trial_for_staff(slug))),
    )


def _context(found: Trial, later: LaterForm | None = None) -> dict[str, Any]:
    """With three queries."""
    now = clock.now()
    phase = phase_of(found, now)
    asked, rated = questions_of(found.id), aspects_of(found.id)
    return {
        "trial": found,
        "here": "trial",
        "phase": phase,
        "missing": rules.missing(found, asked, rated, now) if phase is Phase.DRAFT else [],
        "questions": asked,
        "aspects": rated,
        "progress": studio.progress_of(found.id),
        "told_by": told_by(found),
        "is_late": studio.is_late(found, now),
        "may_cancel": phase in CANCELLABLE,
        "may_prolong": phase in (Phase.COMING, Phase.OPEN),
        "later": later or LaterForm(formdata=None, closes_at=found.closes_at),
    }


def _edited(found: Trial, form: TrialForm) -> dict[str, Any]:
    return {**_head(found, "edit"), "form": form}


def _paired(found: Trial, form: Any, what: str) -> dict[str, Any]:
    return {**_head(found, what), "form": form, "url": url_for(f".write_{what}", slug=found.slug)}


def _head(found: Trial, here: str) -> dict[str, Any]:
    phase = phase_of(found, clock.now())
    return {"trial": found, "here": here, "phase": phase, "changeable": may_change_rules(phase)}


def _offered(form: TrialForm) -> TrialForm:
    return form.offer(products_with_versions(), tiers_to_choose(), shelves_to_choose())
