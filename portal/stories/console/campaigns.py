"""Campaigns: staff make them, announce them, read their figures, and end them early."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page
from portal.rewards import queries as rewards
from portal.stories import campaign_rules as rules
from portal.stories.campaign_forms import CampaignForm, CampaignPictureForm, NewCampaignForm
from portal.stories.campaign_models import Campaign
from portal.stories.console.blueprint import bp
from portal.stories.console.weeks import days_of
from portal.stories.queries import campaigns, popular_tags
from portal.stories.queries.campaigns import CampaignRow
from portal.stories.services import campaigns as services

NEW, CAMPAIGN = "stories/console/campaign_new.html", "stories/console/campaign.html"


@bp.get("/console/campaigns")
@staff(Permission.MANAGE_TAGS)
def campaign_list() -> Response:
    """Every campaign, drafts too, the last to begin first."""
    cursor = request.args.get("after")
    found = campaigns.all_campaigns(cursor)
    return page("stories/console/campaigns.html", block="campaign_page" if cursor else None, found=found)


@bp.get("/console/campaigns/new")
@staff(Permission.MANAGE_TAGS)
def new_campaign() -> Response:
    form = NewCampaignForm(formdata=None).offer(rewards.pools_for_choice())
    return page(NEW, form=form, suggestions=popular_tags())


@bp.post("/console/campaigns/new")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def create_campaign() -> Response:
    form, status = NewCampaignForm().offer(rewards.pools_for_choice()), 422
    if form.validate_on_submit():
        try:
            with transaction():
                made = services.create_campaign(form.slug.data or "", by=the_viewer(), **form.words())
                campaign_id = made.id
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".campaign", campaign_id=campaign_id), _("Saved. Members do not see it yet."))
    return page(NEW, block="campaign_form", status=status, form=form, suggestions=popular_tags())


@bp.get("/console/campaigns/<campaign_id>")
@staff(Permission.MANAGE_TAGS)
def campaign(campaign_id: str) -> Response:
    return page(CAMPAIGN, **_context(campaigns.get_campaign_by_id(campaign_id)))


@bp.post("/console/campaigns/<campaign_id>")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def change_campaign(campaign_id: str) -> Response:
    row = campaigns.get_campaign_by_id(campaign_id)
    form, status = CampaignForm().offer(rewards.pools_for_choice(row.campaign.pool_id or "")), 422
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_campaign(
                    row.campaign, by=the_viewer(), version=form.version.data or 0, **form.words()
                )
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            form.renew_version(row.campaign.version)
            status = refusal.status
        else:
            return _answer(row.campaign, _("Saved."), "campaign_form")
    return page(CAMPAIGN, block="campaign_form", status=status, **_context(row, form=form))


@bp.post("/console/campaigns/<campaign_id>/<any(announce, withdraw, close):deed>")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def move_campaign(campaign_id: str, deed: str) -> Response:
    """Announce it, take it back before it begins, or end it now."""
    found, me = campaigns.get_campaign_by_id(campaign_id).campaign, the_viewer()
    verbs = {
        "announce": (services.announce_campaign, _("Announced: members find it now.")),
        "withdraw": (services.withdraw_campaign, _("It is a draft again.")),
        "close": (services.close_campaign, _("Ended. What was handed in still counts.")),
    }
    verb, said = verbs[deed]
    with transaction():
        verb(found, by=me)
    return _answer(found, said, "campaign_desk")


@bp.get("/console/campaigns/<campaign_id>/picture")
@staff(Permission.MANAGE_TAGS)
def campaign_picture(campaign_id: str) -> Response:
    """How far the picture is: the page asks again while one is being prepared."""
    row = campaigns.get_campaign_by_id(campaign_id)
    return page(CAMPAIGN, block="campaign_picture", **_context(row))


@bp.post("/console/campaigns/<campaign_id>/picture")
@staff(Permission.MANAGE_TAGS)
@UPLOADING
def set_campaign_picture(campaign_id: str) -> Response:
    row, form = campaigns.get_campaign_by_id(campaign_id), CampaignPictureForm()
    try:
        if not form.validate_on_submit() or not form.picture.data:
            raise Invalid(_("Please choose a picture first."))
        staged = stage_upload(form.picture.data.stream)
        with transaction():
            services.set_campaign_picture(row.campaign, staged, by=the_viewer())
    except DomainError as refusal:
        form.say(refusal, beside="picture")
        context = _context(row, picture_form=form)
        return page(CAMPAIGN, block="campaign_picture", status=refusal.status, **context)
    return _answer(row.campaign, _("The picture arrived and is being prepared."), "campaign_picture")


# ------------------------------------------------------------------ inside


def _answer(found: Campaign, said: str, block: str) -> Response:
    campaign_id = found.id
    return done(
        url_for(".campaign", campaign_id=campaign_id),
        said,
        fragment=lambda: page(CAMPAIGN, block=block, **_context(campaigns.get_campaign_by_id(campaign_id))),
    )


def _context(
    row: CampaignRow,
    *,
    form: CampaignForm | None = None,
    picture_form: CampaignPictureForm | None = None,
) -> dict[str, Any]:
    """Everything the page of one campaign shows. Six queries."""
    pools = rewards.pools_for_choice(row.campaign.pool_id or "")
    total, weeks = campaigns.figures(row.campaign.id)
    photos = photos_of(rules.KIND, row.campaign.id)
    return {
        "row": row,
        "may_change": rules.may_change(row.campaign, clock.now()),
        "form": form or CampaignForm.of(row, brand.current().time_zone).offer(pools),
        "total": total,
        "weeks": weeks,
        "days_of": days_of,
        "picture_form": picture_form or CampaignPictureForm(formdata=None),
        "picture": next((photo for photo in photos if photo.id == row.campaign.picture), None),
        "coming": next((photo for photo in photos if photo.is_waiting), None),
        "refused": next((photo for photo in photos if photo.problem), None),
        "suggestions": [],
    }
