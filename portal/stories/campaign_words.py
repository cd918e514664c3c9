"""What members hear of campaigns: their story took part, and what it brought."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.core.words import spoken
from portal.notifications import services as notifications
from portal.stories.campaign_models import Campaign, CampaignWeek


def _took_part(facts: dict[str, Any], count: int) -> str:
    name = spoken(facts["name_zh"], facts["name_en"])
    if facts["points"]:
        return ngettext(
            "Your story took part in “%(name)s”: %(num)s point is yours.",
            "Your story took part in “%(name)s”: %(num)s points are yours.",
            facts["points"],
            name=name,
        )
    if facts["owed"]:
        return _(
            "Your story took part in “%(name)s”. There is no coupon left just now: yours comes as soon as there is.",
            name=name,
        )
    return _("Your story took part in “%(name)s”: a coupon is yours.", name=name)


TOOK_PART = NotificationKind(
    "stories.campaign",
    "flag",
    _took_part,
    _l("because your story took part in a campaign"),
    label=_l("What a campaign brings you"),
    mail=True,
    initiative=Initiative.TRANSACTIONAL,
)


def tell_took_part(week: CampaignWeek, campaign: Campaign) -> None:
    """What is theirs now, or that it is owed. What was said before for the same week goes."""
    retract_took_part(week.id)
    path = path_to("stories.campaign", slug=campaign.slug)
    if week.coupon_id:
        path = path_to("rewards.coupon", coupon_id=week.coupon_id)
    notifications.notify(
        [week.member_id],
        TOOK_PART.name,
        path=path,
        group=_group(week.id),
        name_zh=campaign.name_zh,
        name_en=campaign.name_en,
        points=campaign.points if week.lot_source else 0,
        owed=week.given_at is None,
    )


def retract_took_part(week_id: str) -> None:
    notifications.retract(_group(week_id))


def _group(week_id: str) -> str:
    return f"campaign:{week_id}"
