"""When a campaign runs, and whether its words may still be changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.stories.campaign_models import Campaign

LONGEST_CAMPAIGN = timedelta(days=366)
LONGEST_TEXT = 2000
MOST_POINTS = 1000
#: a mark in the audit, and the kind of what points and coupons name as their source
KIND = "campaign"


class CampaignState(StrEnum):
    """Only staff see a draft; all others follow from the time."""

    DRAFT = "draft"
    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


def state_of(campaign: Campaign, now: datetime) -> CampaignState:
    if campaign.announced_at is None:
        return CampaignState.DRAFT
    if now >= campaign.over_at:
        return CampaignState.OVER
    return CampaignState.RUNNING if now >= campaign.starts_at else CampaignState.COMING


def may_change(campaign: Campaign, now: datetime) -> bool:
    """Until the first story can be handed in; afterwards what was promised holds."""
    return state_of(campaign, now) in (CampaignState.DRAFT, CampaignState.COMING)


def days_fit(starts_on: date, last_day: date) -> bool:
    """Whether the last day comes after the first one (or is the same), within a year."""
    return timedelta(0) <= last_day - starts_on < LONGEST_CAMPAIGN and last_day < date.max
