"""Staff answer each suggestion for itself: taken up, or why not."""

from __future__ import annotations

from portal.accounts.queries import staff_who_can
from portal.catalog.models import ProductVersion
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.moderation.rules import may_decide
from portal.notifications import services as notifications
from portal.trials.models import Answer, Report, Suggestion, Trial
from portal.trials.rules.kinds import SUGGESTION
from portal.trials.services.crediting import credit_suggestion, path_of, short

LONGEST_REPLY = 1000


def adopt(suggestion: Suggestion, version: ProductVersion | None, *, reply: str = "", by: Viewer) -> None:
    """It is taken up, in this version of the product if that is known already; then the product credits the tester for good.

    The tester is told. The same answer twice is one. Raises Conflict when a colleague was faster, Invalid for a version of
    another product, NotAllowed for one's own suggestion. Audited.
    """
    report = _held(suggestion, by)
    reply = _checked(reply)
    if _stands(suggestion, Answer.ADOPTED, reply):
        return
    _answer(suggestion, Answer.ADOPTED, reply, by)
    if version is not None:
        _credit(suggestion, report, version)
    _tell(suggestion, report)


def name_version(suggestion: Suggestion, version: ProductVersion, *, by: Viewer) -> None:
    """What was taken up before is in this version now: the product credits the tester for good. Twice is once. Audited.

    Raises Conflict when it was not taken up, or another version is named; Invalid for a version of another product.
    """
    report = _held(suggestion, by)
    if suggestion.version_id == version.id:
        return
    if suggestion.answer is not Answer.ADOPTED or suggestion.version_id is not None:
        raise Conflict(_("A colleague was faster. Please look again."))
    _credit(suggestion, report, version)
    facts = {"version": version.label}
    audit.record("suggestion.version_named", by=by, target_kind=SUGGESTION, target_id=suggestion.id, **facts)


def decline(suggestion: Suggestion, *, reply: str, by: Viewer) -> None:
    """It is not taken up; the tester and everybody who reads the report learn why. Raises as above, Invalid without a reason."""
    report = _held(suggestion, by)
    reply = _checked(reply)
    if not reply:
        raise Invalid(_("Please say why not, in a sentence: the tester reads it."), field="reply")
    if _stands(suggestion, Answer.DECLINED, reply):
        return
    _answer(suggestion, Answer.DECLINED, reply, by)
    _tell(suggestion, report)


# ------------------------------------------------------------------ inside


def _held(suggestion: Suggestion, by: Viewer) -> Report:
    """Its report is held, both are read anew. Raises NotAllowed."""
    by.must(Permission.MANAGE_TRIALS)
    lock_row(Report, suggestion.report_id)
    report = db.session.get_one(Report, suggestion.report_id, populate_existing=True)
    db.session.refresh(suggestion)
    colleagues = staff_who_can(Permission.MANAGE_TRIALS)
    if not may_decide(report.member_id, by, colleagues=colleagues):
        raise NotAllowed(_("You suggested this yourself: a colleague answers it."))
    return report


def _checked(reply: str) -> str:
    reply = reply.strip()
    if len(reply) > LONGEST_REPLY:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_REPLY), field="reply")
    return reply


def _stands(suggestion: Suggestion, answer: Answer, reply: str) -> bool:
    """True when it is answered so already. Raises Conflict when it is answered otherwise, or not shown yet."""
    if suggestion.answer is answer and suggestion.reply == reply:
        return True
    if suggestion.answer is not Answer.OPEN or suggestion.due_at is None:
        raise Conflict(_("A colleague was faster. Please look again."))
    return False


def _answer(suggestion: Suggestion, answer: Answer, reply: str, by: Viewer) -> None:
    suggestion.answer, suggestion.reply = answer, reply
    suggestion.answered_by, suggestion.answered_at = by.id, clock.now()
    db.session.flush()
    audit.record(f"suggestion.{answer.value}", by=by, target_kind=SUGGESTION, target_id=suggestion.id)


def _credit(suggestion: Suggestion, report: Report, version: ProductVersion) -> None:
    if version.product_id != report.product_id:
        raise Invalid(_("This is a version of another product."), field="version")
    suggestion.version_id = version.id
    db.session.flush()
    credit_suggestion(suggestion, report, version)


def _tell(suggestion: Suggestion, report: Report) -> None:
    trial = db.session.get_one(Trial, report.trial_id)
    notifications.notify(
        [report.member_id],
        "trials.answered",
        path=path_of(suggestion, report),
        group=f"trial-suggestion:{suggestion.id}",
        name_zh=trial.name_zh,
        name_en=trial.name_en,
        label_zh=report.label_zh,
        label_en=report.label_en,
        adopted=suggestion.answer is Answer.ADOPTED,
        reply=short(suggestion.reply),
    )
