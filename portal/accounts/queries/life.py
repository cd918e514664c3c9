"""What accounts tell of a member's life with the house, for staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.consent_words import how_of, what_of
from portal.accounts.models import Consent, Member, MemberState, Role
from portal.accounts.roles import ROLE_LABELS
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.i18n import _

#: acts of staff that belong into a member's life; notes have a place of their own
_ACTS = ("staff.granted", "staff.revoked", "member.looked_after")


def account_timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """Joining, proofs, consents, roles and who looks after them; the newest first. Three queries at most."""
    member = db.session.get(Member, member_id)
    if member is None:
        return []
    entries = [entry for entry in _own(member) if before is None or entry.at < before]
    entries += [_consent(line) for line in _lines(member_id, before, limit)]
    entries += [_act(entry) for entry in _acts(member_id, before, limit)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _own(member: Member) -> Iterator[TimelineEntry]:
    yield TimelineEntry(member.joined_at, "user-plus", _("Joined"))
    if member.email_verified_at:
        yield TimelineEntry(member.email_verified_at, "mail-check", _("Proved the mail address"))
    if member.phone_verified_at:
        yield TimelineEntry(member.phone_verified_at, "smartphone", _("Proved the phone number"))
    if member.mail_stopped_at:
        yield TimelineEntry(member.mail_stopped_at, "mail-x", _("Mail came back, so it stopped"))
    if member.state is MemberState.ERASED and member.erased_at:
        yield TimelineEntry(member.erased_at, "user-x", _("Left; everything about them is gone"))


def _consent(line: Consent) -> TimelineEntry:
    sentence = (
        _("Agreed: %(what)s (%(how)s)", what=what_of(line), how=how_of(line))
        if line.given
        else _("No longer agrees: %(what)s (%(how)s)", what=what_of(line), how=how_of(line))
    )
    return TimelineEntry(line.at, "circle-check" if line.given else "circle-x", sentence)


def _act(entry: AuditEntry) -> TimelineEntry:
    if entry.action == "member.looked_after":
        chosen = bool(entry.facts.get("staff"))
        said = (
            _("Somebody looks after them now") if chosen else _("Nobody in particular looks after them now")
        )
        return TimelineEntry(entry.at, "heart-handshake", said)
    named = entry.facts.get("role", "")
    role = str(ROLE_LABELS[Role(named)]) if named in list(Role) else named
    given = entry.action == "staff.granted"
    return TimelineEntry(
        entry.at,
        "users",
        _("Became %(role)s", role=role) if given else _("Is no longer %(role)s", role=role),
    )


def _lines(member_id: str, before: datetime | None, limit: int) -> Iterator[Consent]:
    statement = sa.select(Consent).where(Consent.member_id == member_id)
    if before is not None:
        statement = statement.where(Consent.at < before)
    yield from db.session.scalars(statement.order_by(Consent.at.desc()).limit(limit))


def _acts(member_id: str, before: datetime | None, limit: int) -> Iterator[AuditEntry]:
    statement = sa.select(AuditEntry).where(
        AuditEntry.target_kind == "member", AuditEntry.target_id == member_id, AuditEntry.action.in_(_ACTS)
    )
    if before is not None:
        statement = statement.where(AuditEntry.at < before)
    yield from db.session.scalars(statement.order_by(AuditEntry.at.desc()).limit(limit))
