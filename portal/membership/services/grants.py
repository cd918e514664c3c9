"""Membership given by the house: a row of its own, with a reason, that no form computes anew."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import Member
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.membership.models import Happened, Span, SpanKind, Tier, TierKind
from portal.membership.services import spans
from portal.membership.services.holding import hold
from portal.membership.services.places import arrange
from portal.membership.services.road import note
from portal.membership.services.telling import tell


def grant(
    member: Member,
    tier: Tier,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: Viewer,
    key: str | None = None,
) -> Span:
    """Give a paid tier for a time, free of charge. Raises Invalid beside ``tier``, ``ends_on`` or ``reason``.

    ``key`` is made with the form: sending it twice gives once.
    """
    if tier.kind is not TierKind.PAID:
        raise Invalid(_("An earned tier cannot be given: it is earned."), field="tier")
    if ends_at <= max(starts_at, clock.now()):
        raise Invalid(_("Please choose a day after today and after the beginning."), field="ends_on")
    if not reason.strip():
        raise Invalid(_("Please say why, for those who come after you."), field="reason")
    hold(member.id)
    done = db.session.get(Span, key) if key else None
    if done is not None:
        if (done.member_id, done.kind, done.by_id) != (member.id, SpanKind.COMPLIMENTARY, by.id):
            raise Conflict(_("This page is old. Please open it anew."))
        return done
    span = spans.give(
        member.id,
        tier.id,
        SpanKind.COMPLIMENTARY,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        by_id=by.id,
        key=key,
    )
    arrange(member.id)
    note(member.id, Happened.GRANTED, tier=tier.id, until=ends_at.isoformat())
    tell(member.id, "granted", group=f"grant:{span.id}", tier_zh=tier.name_zh, tier_en=tier.name_en)
    audit.record(
        "membership.grant", by=by, target_kind="member", target_id=member.id, tier=tier.slug, reason=reason
    )
    return span


def end_grant(span: Span, *, by: Viewer, reason: str) -> None:
    """What was given ends now. Raises Conflict for what was bought, or is over."""
    hold(span.member_id)
    span = db.session.get_one(Span, span.id)
    now = clock.now()
    if span.kind is SpanKind.PAID:
        raise Conflict(_("This was paid for. It ends by a refund."))
    if span.ends_at <= now:
        raise Conflict(_("It is over already."))
    spans.end(span, now)
    arrange(span.member_id)
    note(span.member_id, Happened.GRANT_ENDED, tier=span.tier_id)
    audit.record(
        "membership.end_grant",
        by=by,
        target_kind="member",
        target_id=span.member_id,
        span=span.id,
        reason=reason,
    )
