"""Staff make a campaign, announce it, and may end it early. Once it runs, what was promised holds."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import db, insert_once, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import find_photo, photos_of
from portal.core.media.services import Staged, attach, remove_photo
from portal.core.slugs import is_slug
from portal.rewards.models import CouponPool
from portal.stories import campaign_rules as rules
from portal.stories.campaign_models import Campaign, Gives
from portal.stories.campaign_rules import KIND, CampaignState
from portal.stories.models import Hashtag
from portal.stories.services.tags import hashtag_named

#: the picture in sight, and the one that is being prepared to take its place
MOST_PICTURES = 2


class CampaignWords(TypedDict):
    """All that staff decide. ``hashtag`` as typed; the days are shop time, both included."""

    hashtag: str
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    starts_on: date
    last_day: date
    gives: Gives
    points: int
    pool_id: str | None


def create_campaign(slug: str, *, by: Viewer, **words: Unpack[CampaignWords]) -> Campaign:
    """A draft, seen by staff only. Audited. Raises NotAllowed, Invalid."""
    by.must(Permission.MANAGE_TAGS)
    if not is_slug(slug):
        raise Invalid(_("Please use small letters, digits and hyphens, like my-bag-and-me."), field="slug")
    values, campaign_id = _checked(words), new_id()
    if not insert_once(
        Campaign, id=campaign_id, slug=slug, created_at=clock.now(), picture=None, version=1, **values
    ):
        raise Invalid(_("This address is taken. Please choose another one."), field="slug")
    audit.record("campaign.created", by=by, target_kind=KIND, target_id=campaign_id, slug=slug)
    return db.session.get_one(Campaign, campaign_id)


def change_campaign(campaign: Campaign, *, by: Viewer, version: int, **words: Unpack[CampaignWords]) -> None:
    """Change it before it begins. Conflict once it runs, or when it changed since ``version``. Audited."""
    _hold(campaign, by)
    if campaign.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    if not rules.may_change(campaign, clock.now()):
        raise Conflict(_("It has begun: what members were told holds. You can end it early."))
    values = _checked(words)
    changed = {name: value for name, value in values.items() if getattr(campaign, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(campaign, name, value)
    _bump(campaign)
    if campaign.announced_at is not None:
        _check_announced(campaign)
    _note("campaign.changed", campaign, by, fields=sorted(changed))


def announce_campaign(campaign: Campaign, *, by: Viewer) -> None:
    """Members know of it from now on; if its first day was here already, it begins this moment. Twice is once.

    Raises Conflict when its days are over, or another campaign with the hashtag runs on one of them. Audited.
    """
    _hold(campaign, by)
    if campaign.announced_at is not None:
        return
    now = clock.now()
    if campaign.ends_at <= now:
        raise Conflict(_("Its last day is over. Please choose other days first."))
    campaign.announced_at, campaign.starts_at = now, max(campaign.starts_at, now)
    _bump(campaign)
    _check_announced(campaign)
    _note("campaign.announced", campaign, by)


def withdraw_campaign(campaign: Campaign, *, by: Viewer) -> None:
    """Back to a draft, as long as it has not begun. Twice is once. Conflict later. Audited."""
    _hold(campaign, by)
    if campaign.announced_at is None:
        return
    if not rules.may_change(campaign, clock.now()):
        raise Conflict(_("It has begun: what members were told holds. You can end it early."))
    campaign.announced_at = None
    _bump(campaign)
    _note("campaign.withdrawn", campaign, by)


def close_campaign(campaign: Campaign, *, by: Viewer) -> None:
    """End it now: what was handed in counts, also when it is approved later; nothing else does. Twice is once.

    Conflict when it does not run. Audited.
    """
    _hold(campaign, by)
    now = clock.now()
    if campaign.closed_at is not None:
        return
    if rules.state_of(campaign, now) is not CampaignState.RUNNING:
        raise Conflict(_("Only a campaign that runs can be ended."))
    campaign.closed_at = now
    _bump(campaign)
    _note("campaign.closed", campaign, by)


# ------------------------------------------------------------------ its picture


def set_campaign_picture(campaign: Campaign, staged: Staged, *, by: Viewer) -> Photo:
    """Give it a new picture, whenever. The old one stays in sight until the new one is prepared. Audited."""
    _hold(campaign, by)
    for photo in photos_of(KIND, campaign.id):
        if photo.id != campaign.picture:
            remove_photo(photo)
    photo = attach(staged, owner_kind=KIND, owner_id=campaign.id, by=by, limit=MOST_PICTURES, published=True)
    _note("campaign.picture_set", campaign, by)
    return photo


def settle_campaign_picture(campaign_id: str, photo_id: str) -> None:
    """A picture left the worker: when it is ready it takes its place and the old one goes. Repeatable."""
    campaign, photo = db.session.get(Campaign, campaign_id), find_photo(photo_id)
    if campaign is None or photo is None or photo.state is not PhotoState.READY:
        return
    if campaign.picture == photo.id:
        return
    campaign.picture = photo.id
    _bump(campaign)
    for other in photos_of(KIND, campaign.id):
        if other.id != photo.id:
            remove_photo(other)


# ------------------------------------------------------------------ inside


def _hold(campaign: Campaign, by: Viewer) -> None:
    by.must(Permission.MANAGE_TAGS)
    lock_row(Campaign, campaign.id, whole=False)
    db.session.refresh(campaign)


def _bump(campaign: Campaign) -> None:
    """What the wall keeps of campaigns is compared by their versions."""
    campaign.version += 1
    db.session.flush()


def _note(action: str, campaign: Campaign, by: Viewer, **facts: Any) -> None:
    audit.record(action, by=by, target_kind=KIND, target_id=campaign.id, **facts)


def _check_announced(campaign: Campaign) -> None:
    """One campaign at a time for a hashtag. The hashtag is held: two that are announced at once meet here."""
    lock_row(Hashtag, campaign.hashtag_id, whole=False)
    over_at = sa.func.coalesce(Campaign.closed_at, Campaign.ends_at)
    clash = sa.select(Campaign.id).where(
        Campaign.hashtag_id == campaign.hashtag_id,
        Campaign.id != campaign.id,
        Campaign.announced_at.is_not(None),
        Campaign.starts_at < campaign.ends_at,
        over_at > campaign.starts_at,
    )
    if db.session.scalar(clash.limit(1)) is not None:
        raise Conflict(_("Another campaign with this hashtag runs on one of these days."))


def _checked(words: CampaignWords) -> dict[str, Any]:
    """The columns. Raises Invalid beside the field that is wrong."""
    starts_on, last_day, gives = words["starts_on"], words["last_day"], words["gives"]
    if not rules.days_fit(starts_on, last_day):
        raise Invalid(_("The last day comes after the first one, within a year."), field="last_day")
    if not words["name_zh"].strip() and not words["name_en"].strip():
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")
    if gives is Gives.POINTS and not 0 < words["points"] <= rules.MOST_POINTS:
        raise Invalid(
            _("Please say how many points, at most %(most)s.", most=rules.MOST_POINTS), field="points"
        )
    if gives is Gives.COUPON and db.session.get(CouponPool, words["pool_id"] or "") is None:
        raise Invalid(_("Please choose which coupon."), field="pool_id")
    zone = brand.current().time_zone
    return {
        "hashtag_id": hashtag_named(words["hashtag"]).id,
        **{name: words[name].strip() for name in ("name_zh", "name_en", "text_zh", "text_en")},
        "starts_at": clock.day_start(starts_on, zone),
        "ends_at": clock.day_start(last_day + clock.days(1), zone),
        "gives": gives,
        "points": words["points"] if gives is Gives.POINTS else 0,
        "pool_id": words["pool_id"] if gives is Gives.COUPON else None,
    }
