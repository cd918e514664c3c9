"""Somebody leaves the house: what trials have of them goes; that a seat was taken and how it ended stay as facts about nobody."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, lock_row
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.moderation import services as moderation
from portal.trials.models import (
    Answer,
    Application,
    Mending,
    Rating,
    Report,
    ReportState,
    Standing,
    Suggestion,
    Tester,
    TesterState,
    Trial,
    Way,
)
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import PARTS
from portal.trials.rules.testing import gets_it
from portal.trials.services import offers, parcels, showing

_OPEN = (TesterState.OFFERED, TesterState.ACCEPTED)
#: what was typed into a report itself
_TYPED = ("tested", *PARTS)
#: what stands where a reason has to
_NO_WORDS = "–"


def leave_one_trial(member_id: str) -> bool:
    """Their place goes to who is next; what was sent already stays theirs, without a report. False when they test nothing."""
    mine = sa.select(Tester).where(Tester.member_id == member_id, Tester.state.in_(_OPEN))
    tester = db.session.scalar(mine.order_by(Tester.id).limit(1))
    if tester is None:
        return False
    parcel = parcels.hold_parcel(tester)
    trial, held = offers.hold(tester, substitutes=True)
    if held.state in _OPEN:
        offers.leave(trial, held, TesterState.EXCUSED if gets_it(held) else TesterState.DECLINED)
        parcels.stop_unsent(parcel, by=None)
    return True


def forget_one_report(member_id: str) -> bool:
    """A report of theirs leaves every place, with its photos and what products credit to it; that something was
    adopted stays a fact. False: none is left."""
    mine = sa.select(Report.id).where(Report.member_id == member_id, _holds_something())
    report_id = db.session.scalar(mine.order_by(Report.id).limit(1))
    if report_id is None:
        return False
    lock_row(Report, report_id)
    report = db.session.get_one(Report, report_id, populate_existing=True)
    showing.move(report, set(ReportState), ReportState.DRAFT, handed_in_at=None, hidden_because="")
    emptied = sa.update(Report).where(Report.id == report_id)
    changed_rows(emptied.values(version=Report.version + 1, **dict.fromkeys(_TYPED, "")))
    media.discard_photos(REPORT, report_id)
    for part in (Rating, Mending):
        changed_rows(sa.delete(part).where(part.report_id == report_id))
    suggested = Suggestion.report_id == report_id
    changed_rows(sa.delete(Suggestion).where(suggested, Suggestion.answer != Answer.ADOPTED))
    changed_rows(sa.update(Suggestion).where(suggested).values(words="", reply=""))
    moderation.withdraw(REPORT, report_id)
    db.session.expire_all()
    return True


def forget_applications(member_id: str) -> None:
    """Those on which nothing was decided are taken back; of all of them only numbers stay."""
    mine = sa.update(Application).where(Application.member_id == member_id)
    untold = sa.select(Trial.id).where(Trial.chosen_at.is_(None))
    changed_rows(
        mine.where(Application.withdrawn_at.is_(None), Application.trial_id.in_(untold)).values(
            withdrawn_at=clock.now(), version=Application.version + 1
        )
    )
    reason = sa.case((Application.way == Way.NOMINATED, _NO_WORDS), else_="")
    changed_rows(mine.values(answers={}, region="", kin=False, reason=reason))
    changed_rows(sa.update(Tester).where(Tester.member_id == member_id).values(excuse=""))
    changed_rows(sa.delete(Standing).where(Standing.member_id == member_id))
    db.session.expire_all()


# ------------------------------------------------------------------ inside


def _holds_something() -> sa.ColumnElement[bool]:
    """A report that was begun: words, points, suggestions or photos; what is left of one that was forgotten is nothing of these."""
    of_report = Suggestion.report_id == Report.id
    said = sa.or_(Suggestion.words != "", Suggestion.answer != Answer.ADOPTED)
    return sa.or_(
        Report.state != ReportState.DRAFT,
        *(getattr(Report, name) != "" for name in _TYPED),
        sa.exists().where(Rating.report_id == Report.id),
        sa.exists().where(of_report, said),
        sa.exists().where(Photo.owner_kind == REPORT, Photo.owner_id == Report.id),
    )
