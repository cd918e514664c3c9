"""Staff make a trial: a draft, the moment everybody sees it, and calling it off. What is published holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal.catalog.models import Category, Product, ProductVersion
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, hold_name, key_of, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.slugs import free_slug, slug_from
from portal.membership.models import Tier
from portal.trials.models import Application, Aspect, Question, Trial
from portal.trials.queries.trials import aspects_of, questions_of
from portal.trials.rules import making as rules
from portal.trials.rules.kinds import TRIAL
from portal.trials.rules.making import Pair, TrialWords
from portal.trials.rules.phases import CANCELLABLE, Phase, may_change_rules, phase_of
from portal.trials.services import spreading
from portal.trials.services.applying import hold_applications
from portal.trials.services.holding import hold_trial


def create_trial(words: TrialWords, *, by: Viewer, key: str | None = None) -> Trial:
    """A draft. ``key`` is made with the form: sent twice it is one trial. Raises Invalid beside the field. Audited."""
    by.must(Permission.MANAGE_TRIALS)
    hold_name("trial slugs")
    known = db.session.get(Trial, key) if key else None
    if known is not None:
        return known
    _check(words)
    now = clock.now()
    stem = slug_from(words.name_en) or f"trial-{now:%Y-%m-%d}"
    trial = Trial(
        id=key or new_id(),
        slug=free_slug(stem, Trial, reserved=rules.TAKEN_SLUGS),
        created_at=now,
        **words.columns(),
    )
    db.session.add(trial)
    db.session.flush()
    _note("created", trial, by, slug=trial.slug)
    return trial


def change_trial(trial: Trial, words: TrialWords, *, version: int, by: Viewer) -> None:
    """Change what a draft says. Raises Conflict for an old page or a published trial, Invalid beside the field. Audited."""
    trial = _hold_draft(trial, version, by)
    _check(words)
    changed = sorted(name for name, value in words.columns().items() if getattr(trial, name) != value)
    for name in changed:
        setattr(trial, name, words.columns()[name])
    if changed:
        _note("changed", trial, by, fields=changed)


def write_questions(trial: Trial, asked: Sequence[Pair], *, version: int, by: Viewer) -> None:
    """What is asked of who applies, in this order; empty ones are left out. Raises Conflict, Invalid. Audited."""
    trial = _hold_draft(trial, version, by)
    kept = [one for one in asked if one]
    if len(kept) > rules.MOST_QUESTIONS:
        raise Invalid(_("Ask at most %(most)s things.", most=rules.MOST_QUESTIONS))
    changed_rows(sa.delete(Question).where(Question.trial_id == trial.id))
    for position, one in enumerate(kept, 1):
        db.session.add(Question(trial_id=trial.id, position=position, text_zh=one.zh, text_en=one.en))
    _note("changed", trial, by, fields=["questions"])


def write_aspects(trial: Trial, rated: Sequence[Pair], *, version: int, by: Viewer) -> None:
    """What reports rate, in this order; empty ones are left out. Raises Conflict, Invalid. Audited."""
    trial = _hold_draft(trial, version, by)
    kept = [one for one in rated if one]
    if len(kept) > rules.MOST_ASPECTS:
        raise Invalid(_("Name at most %(most)s aspects.", most=rules.MOST_ASPECTS))
    changed_rows(sa.delete(Aspect).where(Aspect.trial_id == trial.id))
    for position, one in enumerate(kept, 1):
        db.session.add(Aspect(trial_id=trial.id, position=position, name_zh=one.zh, name_en=one.en))
    _note("changed", trial, by, fields=["aspects"])


def publish(trial: Trial, *, by: Viewer) -> None:
    """Everybody sees it from now on, and its rules hold. Twice is once. Raises Conflict with what is missing. Audited."""
    trial = _hold(trial, by)
    if trial.published_at is not None:
        return
    now = clock.now()
    missing = rules.missing(trial, questions_of(trial.id), aspects_of(trial.id), now)
    if missing:
        raise Conflict(" ".join(words for _page, words in missing))
    trial.published_at = now
    _note("published", trial, by)


def close_later(trial: Trial, closes_at: datetime, *, by: Viewer) -> None:
    """More time to apply: the one thing that may change once it is published. Twice is once.

    Raises Conflict when applications are closed already or were never open, Invalid for an earlier moment. Audited.
    """
    trial = _hold(trial, by)
    if phase_of(trial, clock.now()) not in (Phase.COMING, Phase.OPEN):
        raise Conflict(_("Applications are closed. What was decided stays."))
    if closes_at == trial.closes_at:
        return
    if closes_at < trial.closes_at:
        raise Invalid(
            _("It can only close later: somebody relies on the time that was told."), field="closes_at"
        )
    before, trial.closes_at = trial.closes_at, closes_at
    _note("prolonged", trial, by, before=before.isoformat(), after=closes_at.isoformat())


def cancel(trial: Trial, *, by: Viewer) -> None:
    """It does not take place (any more). Twice is once. From then on nobody applies, and the worker tells whoever did.

    Raises Conflict for a draft (delete it), and once people were chosen: they were promised something. Audited.
    """
    by.must(Permission.MANAGE_TRIALS)
    hold_applications(key_of(trial), closing=True)
    trial = _hold(trial, by)
    phase = phase_of(trial, clock.now())
    if phase is Phase.CANCELLED:
        return
    if phase not in CANCELLABLE:
        raise Conflict(_("A draft is deleted; and once people were chosen, what was promised stays."))
    trial.cancelled_at = clock.now()
    _note("cancelled", trial, by)
    applied = sa.select(sa.func.count()).where(
        Application.trial_id == trial.id, Application.withdrawn_at.is_(None)
    )
    spreading.begin(trial, db.session.scalar(applied) or 0)


def delete_draft(trial: Trial, *, by: Viewer) -> None:
    """A draft is gone for good. Raises Conflict for what everybody could see already. Audited."""
    trial = _hold(trial, by)
    if trial.published_at is not None:
        raise Conflict(_("Everybody can see it. It can be called off instead."))
    audit.record("trial.deleted", by=by, target_kind=TRIAL, target_id=trial.id, slug=trial.slug)
    for part in (Question, Aspect):
        changed_rows(sa.delete(part).where(part.trial_id == trial.id))
    db.session.delete(trial)
    db.session.flush()


# ------------------------------------------------------------------ inside


def _hold(trial: Trial, by: Viewer) -> Trial:
    by.must(Permission.MANAGE_TRIALS)
    return hold_trial(key_of(trial))


def _hold_draft(trial: Trial, version: int, by: Viewer) -> Trial:
    held = _hold(trial, by)
    if not may_change_rules(phase_of(held, clock.now())):
        raise Conflict(
            _("Everybody can see it, and relies on what it says. Only its closing can move, to later.")
        )
    if held.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    return held


def _note(action: str, trial: Trial, by: Viewer, **facts: object) -> None:
    trial.version += 1
    db.session.flush()
    audit.record(f"trial.{action}", by=by, target_kind=TRIAL, target_id=trial.id, **facts)


def _check(words: TrialWords) -> None:
    rules.check(words)
    if db.session.get(Product, words.product_id) is None:
        raise Invalid(_("Please choose what is tried."), field="product")
    version = db.session.get(ProductVersion, words.version_id) if words.version_id else None
    if words.version_id and (version is None or version.product_id != words.product_id):
        raise Invalid(_("This version belongs to another product."), field="product")
    if words.tier_id and db.session.get(Tier, words.tier_id) is None:
        raise Invalid(_("There is no such tier."), field="tier")
    if words.category_id and db.session.get(Category, words.category_id) is None:
        raise Invalid(_("We do not have this shelf (any more)."), field="category")
