"""Gifts: one member pays, whoever holds the link claims it once, a refund ends what it gave."""

from __future__ import annotations

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.crypto import keyed_digest
from portal.core.db import changed_rows, db, new_id
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _
from portal.membership.models import Gift, GiftState, Happened, Plan, Span, SpanKind
from portal.membership.queries.plans import get_plan
from portal.membership.rules import terms
from portal.membership.services import spans
from portal.membership.services.holding import hold, is_gone
from portal.membership.services.places import arrange, first_free_moment
from portal.membership.services.road import note


def begin_gift(plan: Plan, *, recipient_name: str, message: str, by: Viewer) -> Gift:
    """A gift that is to be paid for. Raises Conflict when the plan is not sold."""
    if not plan.shown:
        raise Conflict(_("This membership is not offered any more."))
    gift = Gift(
        id=new_id(),
        buyer_id=by.id,
        plan_id=plan.id,
        months=plan.months,
        amount=plan.price,
        currency=plan.currency,
        recipient_name=recipient_name,
        message=message,
        state=GiftState.PENDING,
        created_at=clock.now(),
    )
    db.session.add(gift)
    db.session.flush()
    return gift


def ready(gift: Gift) -> bool:
    """It is paid: its link works for 365 days. Paid twice, or after it was dropped, is still one gift.

    False when its buyer has left for good meanwhile: nobody could pass it on, so the money has to go back.
    """
    hold(gift.buyer_id)
    now = clock.now()
    if gift.state in (GiftState.PENDING, GiftState.DROPPED) and is_gone(gift.buyer_id):
        drop(gift)
        return False
    waiting = sa.update(Gift).where(
        Gift.id == gift.id, Gift.state.in_((GiftState.PENDING, GiftState.DROPPED))
    )
    link_hash = keyed_digest(f"gift:{link_secret(gift)}")
    if not changed_rows(
        waiting.values(state=GiftState.READY, claim_until=now + terms.CLAIM_WINDOW, link_hash=link_hash)
    ):
        return True
    db.session.expire_all()
    note(gift.buyer_id, Happened.GIFT_GIVEN, plan=gift.plan_id)
    return True


def link_secret(gift: Gift) -> str:
    """What stands in the link of a gift: the buyer can see it again, nobody can guess it."""
    return f"{gift.id}{keyed_digest(f'gift link:{gift.id}')[:16]}"


def find_gift(secret: str) -> Gift:
    """The gift behind a link, whatever became of it; or NotFound."""
    gift = db.session.scalar(sa.select(Gift).where(Gift.link_hash == keyed_digest(f"gift:{secret}")))
    if gift is None:
        raise NotFound(_("There is no such gift."))
    return gift


def claim(gift: Gift, *, by: Viewer) -> Span:
    """It becomes the claimer's, exactly once. Raises Conflict with what became of it.

    Who has the same tier or a higher one already gets it joined on: nothing of it is lost.
    """
    hold(by.id)
    now = clock.now()
    free = sa.update(Gift).where(Gift.id == gift.id, Gift.state == GiftState.READY, Gift.claim_until > now)
    if not changed_rows(free.values(state=GiftState.CLAIMED, redeemer_id=by.id, claimed_at=now)):
        db.session.expire_all()
        raise Conflict(what_became(gift))
    db.session.expire_all()
    plan = get_plan(gift.plan_id)
    start = first_free_moment(by.id, plan.tier_id, now)
    end = terms.months_later(start, gift.months, brand.current().time_zone)
    span = spans.give(by.id, plan.tier_id, SpanKind.GIFT, starts_at=start, ends_at=end, source_id=gift.id)
    arrange(by.id)
    note(by.id, Happened.GIFT_CLAIMED, tier=plan.tier_id, until=end.isoformat())
    return span


def take_back(gift: Gift) -> None:
    """Its money went back: the link is dead, and what it gave ends now."""
    if gift.redeemer_id is not None:
        hold(gift.redeemer_id)
    gift = db.session.get_one(Gift, gift.id, populate_existing=True, with_for_update=True)
    if gift.state is GiftState.REFUNDED:
        return
    was, gift.state = gift.state, GiftState.REFUNDED
    db.session.flush()
    if was is GiftState.CLAIMED and gift.redeemer_id is not None:
        for span in spans.of_sources([gift.id]):
            spans.end(span, clock.now())
        arrange(gift.redeemer_id)
        note(gift.redeemer_id, Happened.GIFT_TAKEN_BACK, plan=gift.plan_id)


def drop(gift: Gift) -> None:
    """Nobody paid it."""
    waiting = sa.update(Gift).where(Gift.id == gift.id, Gift.state == GiftState.PENDING)
    changed_rows(waiting.values(state=GiftState.DROPPED))


def expire_gifts() -> int:
    """Those that nobody claimed in time. Returns how many."""
    over = sa.update(Gift).where(Gift.state == GiftState.READY, Gift.claim_until <= clock.now())
    return changed_rows(over.values(state=GiftState.EXPIRED))


def is_ready(gift: Gift) -> bool:
    """Whether it can be claimed now."""
    return gift.state is GiftState.READY and gift.claim_until is not None and gift.claim_until > clock.now()


def what_became(gift: Gift) -> str:
    """Why a gift cannot be claimed, in a sentence."""
    return {
        GiftState.CLAIMED: _("This gift has been unwrapped already."),
        GiftState.REFUNDED: _("This gift was paid back, so it cannot be used any more."),
        GiftState.EXPIRED: _("This gift waited for a year. Its time is over."),
        GiftState.READY: _("This gift waited for a year. Its time is over."),
    }.get(gift.state, _("This gift is not paid yet."))
