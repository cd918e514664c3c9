"""What a colleague has still to grade: answers alone, in an order of their own, so nobody is first for everybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.trials.models import Application, Grade, Trial
from portal.trials.queries.tally import could_be_chosen, waits_for_grades

#: ids tell when they were made and end in what chance added: from this character on, which leaves pieces long enough
_BY_CHANCE, _PIECES = 11, 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers without who gave them. ``own``: the points that this colleague gave already, as long as they can think again."""

    id: str
    answers: dict[str, str]
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """The sheet that is open, and how far the colleague is."""

    sheet: Sheet | None
    left: int
    #: graded by them, and by two of all
    mine: int
    finished: int


def desk(trial: Trial, staff_id: str, *, wanted: str | None = None) -> Desk:
    """The sheet ``wanted``, if they may grade it (again), else the next one in their order. At most five queries, of one sheet."""
    queue, sheet = _queue(trial, staff_id), None
    if wanted:
        sheet = _again(trial, staff_id, wanted) or _first(queue.where(Application.id == wanted))
    left = db.session.scalar(sa.select(sa.func.count()).select_from(queue.subquery())) or 0
    mine, finished = _done(trial, staff_id)
    return Desk(sheet or _first(queue.order_by(*_turn(trial, staff_id))), left, mine, finished)


# ------------------------------------------------------------------ inside


def _queue(trial: Trial, staff_id: str) -> sa.Select[*tuple[Any, ...]]:
    """Whoever waits for grades, but not themselves, nor whom they graded already."""
    graded = sa.exists().where(Grade.application_id == Application.id, Grade.staff_id == staff_id)
    return sa.select(Application.id, Application.answers).where(
        Application.trial_id == trial.id,
        Application.member_id != staff_id,
        could_be_chosen(),
        waits_for_grades(trial),
        ~graded,
    )


def _turn(trial: Trial, staff_id: str) -> tuple[Any, ...]:
    """The order of one colleague: by a piece of what chance made of the ids, from a point of their own on. It tells nothing of who
    applied when."""
    seed = hashlib.sha256(f"{staff_id}|{trial.id}".encode()).hexdigest()
    piece = sa.func.substr(Application.id, _BY_CHANCE + int(seed[0], 16) % _PIECES)
    return sa.case((piece < seed[1:5], 1), else_=0), piece, Application.id


def _first(sheets: sa.Select[*tuple[Any, ...]]) -> Sheet | None:
    row = db.session.execute(sheets.limit(1)).first()
    return Sheet(row.id, dict(row.answers)) if row else None


def _again(trial: Trial, staff_id: str, application_id: str) -> Sheet | None:
    """What they graded, as long as the colleague's grade is not there."""
    graded = (
        sa.select(Application.answers, Grade.points)
        .join(Grade, sa.and_(Grade.application_id == Application.id, Grade.staff_id == staff_id))
        .where(
            Application.id == application_id, Application.trial_id == trial.id, Application.grade.is_(None)
        )
    )
    row = db.session.execute(graded).first()
    return Sheet(application_id, dict(row.answers), row.points) if row else None


def _done(trial: Trial, staff_id: str) -> tuple[int, int]:
    """How many they graded, and how many two of all did. Two counts in one query."""
    its = Application.trial_id == trial.id
    mine = (
        sa.select(sa.func.count()).select_from(Grade).join(Application).where(its, Grade.staff_id == staff_id)
    )
    finished = sa.select(sa.func.count()).where(its, Application.grade.is_not(None))
    row = db.session.execute(sa.select(mine.scalar_subquery(), finished.scalar_subquery())).one()
    return int(row[0]), int(row[1])
