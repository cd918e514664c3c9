"""What accounts tell of a member's life with the house, for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.consent_words import how_of, what_of
from portal.accounts.models import Consent, Member, Role
from portal.accounts.roles import ROLE_LABELS
from portal.core.audit import AuditEntry
from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.timeline import moments

#: acts of staff that belong into a member's life; notes have a place of their own
_ACTS = ("staff.granted", "staff.revoked", "member.looked_after")


def _own(moment: Any, icon: str, said: Any) -> Teller:
    """A day that stands in the member's own row."""
    rows: Callable[[str], sa.Select[Any]] = lambda member_id: moments(moment).where(Member.id == member_id)  # noqa: E731
    return Teller(rows, lambda at, _facts: TimelineEntry(at, icon, str(said)))


def _consents(member_id: str) -> sa.Select[Any]:
    told = moments(
        Consent.at, what=Consent.what, version=Consent.version, given=Consent.given, how=Consent.how
    )
    return told.where(Consent.member_id == member_id)


def _consent(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    line = Consent(**facts)
    if line.given:
        said = _("Agreed: %(what)s (%(how)s)", what=what_of(line), how=how_of(line))
    else:
        said = _("No longer agrees: %(what)s (%(how)s)", what=what_of(line), how=how_of(line))
    return TimelineEntry(at, "circle-check" if line.given else "circle-x", said)


def _acts(member_id: str) -> sa.Select[Any]:
    return moments(AuditEntry.at, action=AuditEntry.action, more=AuditEntry.facts).where(
        AuditEntry.target_kind == "member", AuditEntry.target_id == member_id, AuditEntry.action.in_(_ACTS)
    )


def _act(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    action, more = facts["action"], facts["more"]
    if action == "member.looked_after":
        chosen = bool(more.get("staff"))
        said = (
            _("Somebody looks after them now") if chosen else _("Nobody in particular looks after them now")
        )
        return TimelineEntry(at, "heart-handshake", said)
    named = more.get("role", "")
    role = str(ROLE_LABELS[Role(named)]) if named in list(Role) else named
    given = action == "staff.granted"
    said = _("Became %(role)s", role=role) if given else _("Is no longer %(role)s", role=role)
    return TimelineEntry(at, "users", said)


#: joining, proofs, consents, roles and who looks after them
LIFE = (
    _own(Member.joined_at, "user-plus", _l("Joined")),
    _own(Member.email_verified_at, "mail-check", _l("Proved the mail address")),
    _own(Member.phone_verified_at, "smartphone", _l("Proved the phone number")),
    _own(Member.mail_stopped_at, "mail-x", _l("Mail came back, so it stopped")),
    _own(Member.erased_at, "user-x", _l("Left; everything about them is gone")),
    Teller(_consents, _consent),
    Teller(_acts, _act),
)
