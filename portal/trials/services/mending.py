"""Staff mend slips of the pen in a report, with a note that everybody sees; never what somebody likes, dislikes or gives points.

What is allowed is measured by what its writer handed in, however often it was mended since. Comparing two texts takes a moment,
so it is done before the transaction begins::

    mended = compare(report, words, seen=…)
    with transaction():
        mend_form(report, mended, by=…)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _, ngettext
from portal.core.links import path_to
from portal.notifications import services as notifications
from portal.trials.models import Mending, Report, Trial
from portal.trials.queries.reports import handed_in
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.services.showing import index_report


@dataclass(frozen=True, slots=True)
class Mended:
    """Words by part that were found to be the old ones, mended, in version ``seen`` of the report."""

    words: Mapping[str, str]
    seen: int


def compare(report: Report, words: Mapping[str, str], *, seen: int) -> Mended:
    """What differs, once it is sure that only slips of the pen do. Writes nothing.

    Raises Invalid when it is another text, Conflict when somebody changed it after version ``seen``.
    """
    changed = {
        part: words[part].strip()
        for part in rules.MENDABLE
        if part in words and words[part].strip() != getattr(report, part)
    }
    if changed and report.version != seen:
        raise _not_now()
    before = handed_in(report)
    for part, after in changed.items():
        _must_be_form(before[part], after, part)
    return Mended(changed, seen)


def mend_form(report: Report, mended: Mended, *, by: Viewer) -> bool:
    """Put the mended words in; what stood there stays readable below the report. False when nothing differs.

    Its writer is told. Raises Conflict when somebody changed it meanwhile, NotFound when it cannot be mended. Audited, without
    the words: those go with their writer.
    """
    lock_row(Report, report.id)
    db.session.refresh(report)
    if not rules.may_mend(by, report):
        raise NotFound(_("This report is not here any more."))
    if all(getattr(report, part) == after for part, after in mended.words.items()):
        return False
    if report.version != mended.seen:
        raise _not_now()
    _write(report, mended.words, by)
    _tell(report)
    return True


def slips_left(report: Report) -> dict[str, int]:
    """How many characters of each part may still be mended."""
    return {part: _left(before, getattr(report, part)) for part, before in handed_in(report).items()}


# ------------------------------------------------------------------ inside


def _left(before: str, now: str) -> int:
    mended = rules.slips(before, now)
    return 0 if mended is None else rules.most_slips(before) - mended


def _not_now() -> Conflict:
    return Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))


def _must_be_form(before: str, after: str, part: str) -> None:
    if len(after) > rules.LONGEST_PART:
        raise Invalid(_("Please use at most %(most)s characters.", most=rules.LONGEST_PART), field=part)
    if not before.strip():
        raise Invalid(_("Nothing was written here, so there is nothing to mend."), field=part)
    if rules.slips(before, after) is None:
        said = ngettext(
            "This changes more than slips of the pen: at most %(num)s character of what was handed in may differ.",
            "This changes more than slips of the pen: at most %(num)s characters of what was handed in may differ.",
            rules.most_slips(before),
        )
        raise Invalid(said, field=part)
    if not rules.says_the_same(before, after):
        said = _("This adds, drops or changes a “no” or a number. What was meant stays with who wrote it.")
        raise Invalid(said, field=part)


def _write(report: Report, changed: Mapping[str, str], by: Viewer) -> None:
    now = clock.now()
    for part, after in changed.items():
        before = getattr(report, part)
        db.session.add(
            Mending(report_id=report.id, part=part, before=before, after=after, by_id=by.id, at=now)
        )
        setattr(report, part, after)
    report.form_mended_at = now
    report.version += 1
    db.session.flush()
    index_report(report)
    audit.record("report.mended", by=by, target_kind=REPORT, target_id=report.id, parts=sorted(changed))


def _tell(report: Report) -> None:
    trial = db.session.get_one(Trial, report.trial_id)
    notifications.notify(
        [report.member_id],
        "trials.mended",
        path=path_to("trials.report", report_id=report.id, _anchor="mended"),
        group=f"trial-report:{report.id}:mended",
        name_zh=trial.name_zh,
        name_en=trial.name_en,
        label_zh=report.label_zh,
        label_en=report.label_en,
    )
