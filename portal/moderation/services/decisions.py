"""Staff decide, and take it back within ten minutes."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.queries import members_named, staff_who_can
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import _
from portal.core.installation import registry
from portal.moderation import queries, rules, words
from portal.moderation.models import Case, CaseOrigin, CaseState, Report
from portal.moderation.rules import RejectReason
from portal.moderation.services.cases import group_of, tell_reporters
from portal.notifications.services import notify, retract

UNDO_FOR = timedelta(minutes=10)
LONGEST_REASON = 255


def approve(case_id: str, version: int, *, by: Viewer) -> Case:
    """Let it be seen (held), or leave it as it is (reported). Tells the author and the reporters.

    Conflict when a colleague was faster or the author changed it meanwhile.
    """
    case, target, view = _case_for_decision(case_id, by)
    _close(case, version, CaseState.APPROVED, by=by, view=view)
    case.state_before = target.state_of(case.target_id)
    if case.origin is CaseOrigin.HELD:
        target.approve(case.target_id)
        _tell_author(case, view, "moderation.approved")
    case.state_after = target.state_of(case.target_id)
    tell_reporters(case, "kept", but=by.id)
    _note(case, "moderation.approved", by)
    return case


def reject(
    case_id: str, version: int, reason: str, *, by: Viewer, because: RejectReason = RejectReason.OTHER
) -> Case:
    """Hide it, with a reason the author reads in plain words: the sentence of ``because``, then ``reason``.

    The author's mail waits until the decision can no longer be undone. Invalid without any reason.
    """
    case, target, view = _case_for_decision(case_id, by)
    author = members_named([case.author_id]).get(case.author_id)
    why = words.reason_for_author(because, reason, tongue=author.language if author else None)
    if not why:
        raise Invalid(_("Please tell the author why, in a sentence."), field="note")
    if len(why) > LONGEST_REASON:
        raise Invalid(_("Please make the reason a little shorter."), field="note")
    _close(case, version, CaseState.REJECTED, by=by, view=view, reason=why)
    case.state_before = target.state_of(case.target_id)
    target.hide(case.target_id, why)
    case.state_after = target.state_of(case.target_id)
    _tell_author(case, view, "moderation.rejected")
    tell_reporters(case, "taken_down", but=by.id)
    _note(case, "moderation.rejected", by, because=because.value)
    return case


def undo(case_id: str, *, by: Viewer) -> Case:
    """As if it had not been decided: the thing is as before, the case open, unread messages about it are gone.

    Conflict after ten minutes, or when the thing has changed since.
    """
    case = queries.get_case(case_id)
    _refuse_own(case, by)
    target = registry().targets[case.target_kind]
    target.hold(case.target_id)
    if target.state_of(case.target_id) != case.state_after:
        raise Conflict(_("It has changed since then, so this decision can no longer be undone."))
    _join_newer(case)
    before, after = case.state_before, case.state_after
    _reopen(case)
    if before != after:
        target.restore(case.target_id, before)
    retract(group_of(case))
    _note(case, "moderation.undone", by)
    return case


def _case_for_decision(case_id: str, by: Viewer) -> tuple[Case, ModerationTarget, TargetView]:
    case = queries.get_case(case_id)
    _refuse_own(case, by)
    target = registry().targets[case.target_kind]
    target.hold(case.target_id)
    view = target.describe([case.target_id]).get(case.target_id)
    if view is None:
        raise Conflict(_("Its author took it away. Nothing is left to decide."))
    return case, target, view


def _refuse_own(case: Case, by: Viewer) -> None:
    if case.author_id != by.id:
        return
    if not rules.may_decide(case.author_id, by, colleagues=staff_who_can(Permission.MODERATE)):
        raise NotAllowed(_("You wrote this yourself: a colleague decides about it."))


def _close(
    case: Case, version: int, state: CaseState, *, by: Viewer, view: TargetView, reason: str = ""
) -> None:
    """The one UPDATE that only one of two colleagues wins."""
    now = clock.now()
    won = changed_rows(
        sa.update(Case)
        .where(Case.id == case.id, Case.state == CaseState.OPEN, Case.version == version)
        .values(
            state=state,
            version=Case.version + 1,
            decided_at=now,
            decided_by=by.id,
            reason=reason,
            digest=rules.digest_of(view),
            undo_until=now + UNDO_FOR,
        )
    )
    db.session.refresh(case)
    if not won:
        raise Conflict(_lost_sentence(case))


def _lost_sentence(case: Case) -> str:
    """Why the decision came too late."""
    if case.state is CaseState.OPEN:
        return _("The text changed while you were reading. Please look once more.")
    winner = members_named([case.decided_by]).get(case.decided_by) if case.decided_by else None
    if winner is None:
        return _("A colleague was faster: this one is already decided.")
    if case.state is CaseState.APPROVED:
        return _("A colleague was faster: %(name)s approved it.", name=winner.display_name)
    return _("A colleague was faster: %(name)s rejected it.", name=winner.display_name)


def _reopen(case: Case) -> None:
    as_before = {
        "state": CaseState.OPEN,
        "version": Case.version + 1,
        "decided_at": None,
        "decided_by": None,
        "reason": "",
        "digest": "",
        "state_before": "",
        "state_after": "",
        "undo_until": None,
    }
    undoable = sa.and_(Case.id == case.id, Case.version == case.version, Case.undo_until > clock.now())
    try:
        reopened = changed_rows(sa.update(Case).where(undoable).values(as_before))
    except IntegrityError as problem:  # reported again in this very moment
        raise Conflict(_("Somebody reported it again just now. Please try once more.")) from problem
    if not reopened:
        raise Conflict(_("The ten minutes are over, or a colleague undid it already."))
    db.session.refresh(case)


def _join_newer(case: Case) -> None:
    """Reports that came after the decision opened a case of their own: they move over, so that one stays open."""
    newer = queries.open_case_of(case.target_kind, case.target_id)
    if newer is None:
        return
    already = sa.select(Report.reporter_id).where(Report.case_id == case.id)
    newcomers = sa.and_(Report.case_id == newer.id, Report.reporter_id.not_in(already))
    moved = changed_rows(sa.update(Report).where(newcomers).values(case_id=case.id))
    changed_rows(sa.delete(Report).where(Report.case_id == newer.id))
    db.session.delete(newer)
    changed_rows(sa.update(Case).where(Case.id == case.id).values(report_count=Case.report_count + moved))
    db.session.flush()


def _tell_author(case: Case, view: TargetView, kind: str) -> None:
    notify(
        [case.author_id],
        kind,
        path=view.url,
        group=group_of(case),
        mail_after=case.undo_until,
        target=case.target_kind,
        origin=case.origin.value,
        reason=case.reason,
    )


def _note(case: Case, action: str, by: Viewer, **facts: str) -> None:
    db.session.flush()
    audit.record(action, by=by, target_kind=case.target_kind, target_id=case.target_id, case=case.id, **facts)
