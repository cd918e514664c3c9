"""Both ladders side by side, for everybody."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.accounts.queries import get_profile
from portal.core import clock
from portal.core.access import public, viewer
from portal.core.web import page, wants_fragment
from portal.membership.models import TierKind
from portal.membership.queries.access import tiers_of
from portal.membership.queries.ladders import ladders
from portal.membership.queries.standings import held_spans, place_of
from portal.membership.queries.subscriptions import live_subscription
from portal.membership.views.blueprint import bp
from portal.membership.words import worth_words
from portal.rewards.queries import all_worth


@bp.get("/membership")
@public
def ladders_page() -> Response:
    """What is earned, what can be bought, what each gives; and where one stands oneself."""
    me, both, now = viewer(), ladders(), clock.now()
    return page(
        "membership/ladders.html",
        earned=both[TierKind.EARNED],
        paid=both[TierKind.PAID],
        place=place_of(me.id) if me else None,
        held={tier.id for span, tier in held_spans(me.id) if span.starts_at <= now} if me else set(),
        worth=worth_words(all_worth()),
        running=live_subscription(me.id) if me else None,
    )


@bp.get("/members/<member_id>/membership")
@public
def tiers_of_member(member_id: str) -> Response:
    """What stands beside another member's name: a piece of their page, or a page of its own."""
    member = get_profile(viewer(), member_id)
    tiers = tiers_of([member.id]).get(member.id, [])
    return page(
        "membership/tiers_of.html", block="held", member=member, tiers=tiers, whole=not wants_fragment()
    )
