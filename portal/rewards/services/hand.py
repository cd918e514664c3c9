"""Points given or taken by a person, who says why."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.rewards import notices, rules
from portal.rewards.models import PointAct
from portal.rewards.services.points import earn_points, settle, spend_points

SOURCE = "hand"


def move_by_hand(
    member: Member, amount: int, *, reason: str, by: Viewer | None, key: str | None = None
) -> PointAct:
    """Give points (above zero) or take some (below), at most what is there. The member hears of it, with the reason.

    ``key`` is made with the form: sending it twice is one act. Raises Invalid. Audited.
    """
    if not amount or abs(amount) > rules.MOST_BY_HAND:
        raise Invalid(
            _("Please give a number from 1 to %(most)s, or below zero.", most=rules.MOST_BY_HAND),
            field="amount",
        )
    if not reason.strip():
        raise Invalid(_("Please say why: the member reads it."), field="reason")
    account = settle(member.id)
    done = db.session.get(PointAct, key) if key else None
    if done is not None:
        if done.member_id != member.id or done.amount != amount:
            raise Conflict(_("This was done already. Please open the page anew."))
        return done
    if account.balance + amount < 0:
        raise Invalid(_("They have %(points)s points.", points=account.balance), field="amount")
    act = PointAct(
        id=key or new_id(),
        member_id=member.id,
        amount=amount,
        reason=reason.strip()[:255],
        by_id=by.id if by else None,
        at=clock.now(),
    )
    db.session.add(act)
    db.session.flush()
    if amount > 0:
        earn_points(member.id, amount, source_kind=SOURCE, source_id=act.id)
    else:
        spend_points(member.id, -amount, source_kind=SOURCE, source_id=act.id)
    audit.record("points.by_hand", by=by, target_kind="member", target_id=member.id, points=amount)
    notices.tell_points(act)
    return act
