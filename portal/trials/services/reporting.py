"""From the tester's desk to the page that everybody reads.

::

    draft ──hand in──▶ shown | waiting (a person reads it first)        waiting ──approve──▶ shown
    shown, waiting ──hide──▶ hidden ──its writer hands it in again──▶ waiting

Words stand still once they are handed in; only what was hidden comes back to its writer's desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal.catalog.models import ProductVersion
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, insert_once, lock_row
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _, language
from portal.core.media.models import Photo
from portal.moderation import services as moderation
from portal.stories.queries import published_count
from portal.stories.rules import language_of
from portal.trials.models import Aspect, Rating, Report, ReportState, Suggestion, Tester, Trial
from portal.trials.queries.reports import body_of, suggested
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import Written
from portal.trials.rules.testing import may_report
from portal.trials.services import showing
from portal.trials.services.holding import hold_trial
from portal.trials.services.testing import report_handed_in


def begin(tester: Tester, *, by: Viewer) -> Report:
    """The report of this tester, made when missing; two browsers that ask at once get the same one.

    Raises NotFound for somebody else's, Conflict when there is nothing to report (any more).
    """
    if tester.member_id != by.id:
        raise NotFound(_("This is not here any more."))
    found = _report_of(tester)
    if found is not None:
        return found
    if not rules.may_begin(tester):
        raise Conflict(_("There is no report to write for this trial."))
    trial = db.session.get_one(Trial, tester.trial_id)
    version = db.session.get(ProductVersion, trial.version_id) if trial.version_id else None
    insert_once(
        Report,
        tester_id=tester.id,
        trial_id=trial.id,
        product_id=trial.product_id,
        member_id=by.id,
        tested=version.label if version else "",
        label_zh=trial.label_zh,
        label_en=trial.label_en,
        language=by.language or language(),
        state=ReportState.DRAFT,
        created_at=clock.now(),
    )
    made = _report_of(tester)
    assert made is not None
    return made


def save_draft(report: Report, written: Written, *, seen: int, by: Viewer) -> None:
    """Keep what was typed; the same again changes nothing. Works while it is on its writer's desk.

    Raises Conflict when another window changed it after version ``seen``, or it was handed in; Invalid when something is too
    long.
    """
    hold_report(report, by)
    _must_be_on_desk(report)
    _write_down(report, written, seen=seen)


def hand_in(report: Report, written: Written, *, seen: int, by: Viewer) -> Report:
    """Hand it in; ``report.state`` says what became of it: shown, or waiting. Twice is once. The first time ends the clock.

    Raises Invalid when something is missing, Conflict when it is too early, too late, or another window changed it, NotAllowed
    before a contact is proven.
    """
    by.must_be_confirmed()
    hold_trial(report.trial_id)
    hold_report(report, by)
    if report.state not in rules.ON_THE_DESK:
        return report
    first = report.state is ReportState.DRAFT
    tester = db.session.get_one(Tester, report.tester_id, populate_existing=True)
    if first and not may_report(tester):
        raise Conflict(_too_early(tester))
    _write_down(report, written, seen=seen)
    rules.must_be_whole(written, aspect_ids(report.trial_id), photos_now(report.id))
    now = clock.now()
    if first:
        report_handed_in(tester, now)
    _to_readers(report, by, now, again=not first)
    return report


def missing(report: Report, written: Written) -> list[Invalid]:
    """All that it still needs before it can be handed in, each beside its field."""
    return list(rules.what_is_missing(written, aspect_ids(report.trial_id), photos_now(report.id)))


# ------------------------------------------------------------------ for the other verbs


def hold_report(report: Report, by: Viewer) -> None:
    """Lock it, read it anew, and make sure it is theirs. Raises NotFound."""
    lock_row(Report, report.id)
    db.session.refresh(report)
    if report.member_id != by.id:
        raise NotFound(_("This is not here any more."))


def aspect_ids(trial_id: str) -> list[str]:
    rated = sa.select(Aspect.id).where(Aspect.trial_id == trial_id)
    return list(db.session.scalars(rated.order_by(Aspect.position)))


def photos_now(report_id: str) -> list[Photo]:
    """As the database has them now, in their order."""
    theirs = sa.select(Photo).where(Photo.owner_kind == REPORT, Photo.owner_id == report_id)
    fresh = theirs.order_by(Photo.position, Photo.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


# ------------------------------------------------------------------ inside


def _report_of(tester: Tester) -> Report | None:
    return db.session.scalar(sa.select(Report).where(Report.tester_id == tester.id))


def _too_early(tester: Tester) -> str:
    if rules.may_begin(tester):
        return _("Please say first that the product arrived; what you wrote is kept.")
    return _("This trial is over for you; what you wrote is kept.")


def _must_be_on_desk(report: Report) -> None:
    if report.state not in rules.ON_THE_DESK:
        raise Conflict(_("This report was already handed in. Reload the page to see it."))


def _write_down(report: Report, written: Written, *, seen: int) -> None:
    """Words, points and suggestions as they are now; the version grows when anything differs."""
    _must_fit(written)
    if _as_kept(report) == _as_typed(written, report):
        return
    if report.version != seen:
        raise Conflict(
            _("You changed this report in another window. What you typed here is still on this page.")
        )
    for part in rules.PARTS:
        setattr(report, part, written.words.get(part, "").strip())
    report.tested = written.tested.strip()
    report.language = language_of(" ".join(written.words.values()), report.language)
    report.version += 1
    _replace_points(report, written)
    _replace_suggestions(report.id, _filled(written.suggestions))
    db.session.flush()


def _must_fit(written: Written) -> None:
    for part in rules.PARTS:
        _must_be_short(written.words.get(part, ""), rules.LONGEST_PART, part)
    _must_be_short(written.tested, 64, "tested")
    if len(_filled(written.suggestions)) > rules.MOST_SUGGESTIONS:
        raise Invalid(_("Please keep to your most important suggestions."), field="suggestions")
    for words in written.suggestions:
        _must_be_short(words, rules.LONGEST_SUGGESTION, "suggestions")


def _must_be_short(text: str, most: int, field: str) -> None:
    if len(text.strip()) > most:
        raise Invalid(_("Please use at most %(most)s characters.", most=most), field=field)


def _filled(suggestions: Sequence[str]) -> list[str]:
    return [words.strip() for words in suggestions if words.strip()]


def _as_typed(written: Written, report: Report) -> tuple[object, ...]:
    points = {one: written.points[one] for one in aspect_ids(report.trial_id) if one in written.points}
    words = tuple(written.words.get(part, "").strip() for part in rules.PARTS)
    return words, written.tested.strip(), points, _filled(written.suggestions)


def _as_kept(report: Report) -> tuple[object, ...]:
    points = sa.select(Rating.aspect_id, Rating.points).where(Rating.report_id == report.id)
    kept = {row.aspect_id: row.points for row in db.session.execute(points)}
    return tuple(getattr(report, part) for part in rules.PARTS), report.tested, kept, suggested(report)


def _replace_points(report: Report, written: Written) -> None:
    db.session.execute(sa.delete(Rating).where(Rating.report_id == report.id))
    for aspect_id in aspect_ids(report.trial_id):
        if aspect_id in written.points:
            db.session.add(Rating(report_id=report.id, aspect_id=aspect_id, points=written.points[aspect_id]))


def _replace_suggestions(report_id: str, wanted: Sequence[str]) -> None:
    """Those that stand answered stay as they are: a report that comes back to its desk keeps its answers."""
    mine = sa.select(Suggestion).where(Suggestion.report_id == report_id)
    stands = {one.position: one for one in db.session.scalars(mine)}
    for position, one in stands.items():
        if position > len(wanted) or one.words != wanted[position - 1]:
            if one.answered_at is not None:
                raise Conflict(_("This suggestion has been answered: please leave it as it is."))
            db.session.delete(one)
    db.session.flush()
    for position, words in enumerate(wanted, start=1):
        kept = stands.get(position)
        if kept is None or kept.words != words:
            db.session.add(Suggestion(report_id=report_id, position=position, words=words))


def _to_readers(report: Report, by: Viewer, now: datetime, *, again: bool) -> None:
    """Show it or let a person read it first, as moderation says; what was taken down is always read again."""
    earlier = 0 if again else published_count(by.id) + showing.shown_count(by.id)
    body = body_of(report, suggested(report))
    verdict = moderation.screen(REPORT, report.id, author=by, body=body, earlier=earlier, again=again)
    handed_in = {"handed_in_at": report.handed_in_at or now}
    if verdict.publish:
        showing.put_up(report, rules.ON_THE_DESK, **handed_in)
    else:
        showing.move(report, rules.ON_THE_DESK, ReportState.WAITING, hidden_because="", **handed_in)
