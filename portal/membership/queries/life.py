"""A member's membership as staff read it in their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.membership.models import Happened, MembershipEvent, Plan, Tier
from portal.membership.queries.ladders import plan_name
from portal.membership.words import Names, happened


def _events(member_id: str) -> sa.Select[Any]:
    """With what the tier and the plan of a line are called."""
    planned, facts = sa.orm.aliased(Tier), MembershipEvent.facts
    told = moments(
        MembershipEvent.at,
        what=MembershipEvent.what,
        more=facts,
        tier_zh=Tier.name_zh,
        tier_en=Tier.name_en,
        plan_zh=planned.name_zh,
        plan_en=planned.name_en,
        months=Plan.months,
    )
    return (
        told.select_from(MembershipEvent)
        .outerjoin(Tier, Tier.id == facts["tier"].as_string())
        .outerjoin(Plan, Plan.id == facts["plan"].as_string())
        .outerjoin(planned, planned.id == Plan.tier_id)
        .where(MembershipEvent.member_id == member_id)
    )


def _event(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    more, tiers, plans = facts["more"], {}, {}
    if facts["tier_en"] is not None:
        tiers = {more["tier"]: spoken(facts["tier_zh"], facts["tier_en"])}
    if facts["months"] is not None:
        plans = {more["plan"]: plan_name(spoken(facts["plan_zh"], facts["plan_en"]), facts["months"])}
    return TimelineEntry(at, "spool", happened(Happened(facts["what"]), more, Names(tiers, plans)))


LIFE = (Teller(_events, _event),)
