"""Applying for a trial, mending what one wrote until the closing, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, hold_name, key_of
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _
from portal.trials.models import Application, Question, Trial
from portal.trials.queries.knowledge import known_for
from portal.trials.queries.trials import questions_of
from portal.trials.rules.eligibility import hindrances, may_come_from
from portal.trials.rules.making import LONGEST_REGION
from portal.trials.rules.phases import Phase, phase_of

LONGEST_ANSWER = 600


def hold_applications(trial_id: str, *, closing: bool = False) -> None:
    """Until the transaction ends: who applies together, the freezing alone. So an application is frozen or refused, never lost
    between both. Comes before anything is read for the decision."""
    hold_name(f"trial-applications:{trial_id}", shared=not closing)


def apply(
    trial: Trial, answers: Mapping[str, str], *, region: str, kin: bool = False, by: Viewer
) -> Application:
    """Apply, or mend what one wrote before the closing. Twice is once; what was taken back may come again.

    ``answers`` by the position of each question (``"1"``). Raises NotAllowed or Conflict with the first thing that stands between
    them, Conflict when it is not open, Invalid beside ``answer_1`` or ``region``.
    """
    trial_id = key_of(trial)
    hold_name(f"trial-applicant:{by.id}")
    hold_applications(trial_id)
    trial = db.session.get_one(Trial, trial_id, populate_existing=True)
    _must_be_open(trial)
    found = own_application(trial_id, by.id)
    if found is None or found.withdrawn_at is not None:
        _must_be_possible(trial, by)
    said = _checked(answers, questions_of(trial_id))
    place = _place(trial, region)
    if found is None:
        found = Application(trial_id=trial_id, member_id=by.id, applied_at=clock.now(), version=0)
        db.session.add(found)
    elif found.withdrawn_at is not None:
        found.applied_at, found.withdrawn_at = clock.now(), None
    if (found.answers, found.region, found.kin) != (said, place, kin):
        found.answers, found.region, found.kin = said, place, kin
        found.version += 1
    db.session.flush()
    return found


def withdraw(trial: Trial, *, by: Viewer) -> Application:
    """Take one's application back, until the closing. Twice is once. Raises NotFound without one, Conflict when it is late."""
    trial_id = key_of(trial)
    hold_name(f"trial-applicant:{by.id}")
    hold_applications(trial_id)
    trial = db.session.get_one(Trial, trial_id, populate_existing=True)
    found = own_application(trial_id, by.id)
    if found is None:
        raise NotFound(_("There is no application of yours here."))
    if found.withdrawn_at is not None:
        return found
    if phase_of(trial, clock.now()) is not Phase.OPEN:
        raise Conflict(_("Applications are closed. If you are chosen, you can still say no."))
    found.withdrawn_at = clock.now()
    found.version += 1
    db.session.flush()
    return found


def own_application(trial_id: str, member_id: str) -> Application | None:
    """What this member applied with, fresh, even if it was taken back. One query."""
    mine = sa.select(Application).where(Application.trial_id == trial_id, Application.member_id == member_id)
    return db.session.scalar(mine.execution_options(populate_existing=True))


# ------------------------------------------------------------------ inside


def _must_be_open(trial: Trial) -> None:
    phase = phase_of(trial, clock.now())
    if phase is Phase.DRAFT:
        raise NotFound(_("There is no such trial."))
    if phase is Phase.CANCELLED:
        raise Conflict(_("This trial does not take place (any more)."))
    if phase is Phase.COMING:
        raise Conflict(_("Applications are not open yet."))
    if phase is not Phase.OPEN:
        raise Conflict(_("Applications are closed."))


def _must_be_possible(trial: Trial, by: Viewer) -> None:
    between = hindrances(trial, known_for(by, trial).applicant, clock.now())
    if between:
        raise NotAllowed(between[0].words)


def _checked(answers: Mapping[str, str], questions: list[Question]) -> dict[str, str]:
    """An answer for each question, and nothing else."""
    said: dict[str, str] = {}
    for one in questions:
        key = str(one.position)
        words = answers.get(key, "").strip()
        if not words:
            raise Invalid(_("Please fill this in."), field=f"answer_{key}")
        if len(words) > LONGEST_ANSWER:
            refusal = _("Please use at most %(most)s characters.", most=LONGEST_ANSWER)
            raise Invalid(refusal, field=f"answer_{key}")
        said[key] = words
    return said


def _place(trial: Trial, region: str) -> str:
    place = " ".join(region.split())
    if not place:
        raise Invalid(_("Please fill this in."), field="region")
    if len(place) > LONGEST_REGION:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_REGION), field="region")
    if not may_come_from(trial, place):
        raise Invalid(_("Please choose one of the regions we can send to."), field="region")
    return place
