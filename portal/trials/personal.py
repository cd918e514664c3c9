"""What trials keep about a member: shown to them on request, with the label on every report; erased, only facts about nobody stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l
from portal.core.media.images import WIDTHS
from portal.core.media.queries import photos_of
from portal.core.media.storage import picture_key, storage
from portal.core.personal import BATCH, rows_of
from portal.trials.models import (
    Application,
    Grade,
    Mark,
    Mending,
    Question,
    Report,
    Standing,
    Suggestion,
    Tester,
    Trial,
)
from portal.trials.queries.reports import points_of
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import PARTS
from portal.trials.services import leaving

Row = dict[str, Any]


def export(member_id: str) -> Iterator[Part]:
    """Applications with what they scored, places, how trials ended, reports with their photos, grades given as staff."""
    grades = sa.select(Grade).where(Grade.staff_id == member_id).order_by(Grade.graded_at)
    yield Part("trial_applications.json", rows=_applications(member_id))
    yield Part("trial_places.json", rows=_places(member_id))
    yield Part("trial_reports.json", rows=_reports(member_id))
    yield Part("trial_grades_given.json", rows=rows_of(grades, _grade))
    yield from _pictures(member_id)


def erase_some(member_id: str) -> bool:
    """One trial that they are in, or one report. False: nothing is left."""
    return leaving.leave_one_trial(member_id) or leaving.forget_one_report(member_id)


def erase(member_id: str) -> None:
    """What was said goes; that somebody had a place, and how it ended, stays a number."""
    while erase_some(member_id):
        pass
    leaving.forget_applications(member_id)


def counts(member_id: str) -> list[tuple[Any, Any]]:
    def number(model: Any) -> Any:
        return sa.select(sa.func.count()).select_from(model).where(model.member_id == member_id)

    return [(_l("Applications for trials"), number(Application)), (_l("Trial reports"), number(Report))]


PERSONAL = PersonalData(
    tables=frozenset(
        model.__tablename__
        for model in (Application, Grade, Mark, Mending, Report, Standing, Suggestion, Tester)
    ),
    export=export,
    erase=erase,
    erase_some=erase_some,
    counts=counts,
)


# ------------------------------------------------------------------ what the package says


def _applications(member_id: str) -> Iterator[Row]:
    statement = (
        sa.select(Application, Trial)
        .join(Trial, Trial.id == Application.trial_id)
        .where(Application.member_id == member_id)
        .order_by(Application.applied_at, Application.id)
    )
    for one, trial in db.session.execute(statement.execution_options(yield_per=BATCH)):
        told = trial.chosen_at is not None
        asked = sa.select(Question).where(Question.trial_id == trial.id).order_by(Question.position)
        yield {
            "trial": trial.name,
            "answers": {
                q.text: one.answers.get(str(q.position), "") for q in db.session.scalars(asked).all()
            },
            "region": one.region,
            "knows_somebody_here": one.kin,
            "applied_at": one.applied_at,
            "taken_back_at": one.withdrawn_at,
            "out_because": one.barred,
            "never_tested_before": one.newcomer if trial.frozen_at is not None else None,
            "parts": {name: getattr(one, name) for name in ("category", "leadership", "reliability")},
            "grade": one.grade if told else None,
            "score": one.score if told else None,
            "decision": one.decision.value if told else None,
            "way": one.way.value if told and one.way is not None else None,
            "place_in_line": one.place if told else None,
            "reason": one.reason if told else "",
        }


def _places(member_id: str) -> Iterator[Row]:
    statement = (
        sa.select(Tester, Trial, Mark)
        .join(Trial, Trial.id == Tester.trial_id)
        .outerjoin(Mark, Mark.tester_id == Tester.id)
        .where(Tester.member_id == member_id)
        .order_by(Tester.offered_at, Tester.id)
    )
    standing = db.session.get(Standing, member_id)
    if standing is not None and standing.paused_until is not None:
        yield {"trials_rest_until": standing.paused_until}
    for one, trial, mark in db.session.execute(statement.execution_options(yield_per=BATCH)):
        yield {
            "trial": trial.name,
            "state": one.state.value,
            "offered_at": one.offered_at,
            "accepted_at": one.accepted_at,
            "report_due_at": one.due_at,
            "more_time_at": one.extended_at,
            "ended_at": one.ended_at,
            "excuse": one.excuse,
            "counts_as": mark.kind.value if mark else None,
        }


def _reports(member_id: str) -> Iterator[Row]:
    statement = (
        sa.select(Report, Trial)
        .join(Trial, Trial.id == Report.trial_id)
        .where(Report.member_id == member_id)
        .order_by(Report.created_at, Report.id)
    )
    for one, trial in db.session.execute(statement.execution_options(yield_per=BATCH)):
        mended = sa.select(Mending).where(Mending.report_id == one.id).order_by(Mending.at, Mending.id)
        yield {
            "label_zh": one.label_zh,
            "label_en": one.label_en,
            "trial": trial.name,
            "version": one.tested,
            "state": one.state.value,
            "reason": one.hidden_because,
            "handed_in_at": one.handed_in_at,
            **{part: getattr(one, part) for part in PARTS},
            "ratings": {points.name: points.points for points in points_of([one.id])[one.id]},
            "suggestions": [_suggestion(row) for row in _suggestions(one.id)],
            "mended_by_us": [
                {"part": row.part, "before": row.before, "after": row.after}
                for row in db.session.scalars(mended).all()
            ],
        }


def _suggestions(report_id: str) -> list[Suggestion]:
    statement = sa.select(Suggestion).where(Suggestion.report_id == report_id)
    return list(db.session.scalars(statement.order_by(Suggestion.position)))


def _suggestion(row: Suggestion) -> Row:
    return {"words": row.words, "answer": row.answer.value, "reply": row.reply, "at": row.answered_at}


def _grade(row: Grade) -> Row:
    return {"application": row.application_id, "points": row.points, "at": row.graded_at}


def _pictures(member_id: str) -> Iterator[Part]:
    """File by file; a member has a handful of reports."""
    mine = sa.select(Report.id).where(Report.member_id == member_id).order_by(Report.id)
    for report_id in list(db.session.scalars(mine)):
        for photo in photos_of(REPORT, report_id):
            if photo.is_ready:
                with storage().as_path(picture_key(photo.id, max(WIDTHS))) as path:
                    yield Part(f"photos/report-{report_id}-{photo.position + 1}.webp", file=path)
