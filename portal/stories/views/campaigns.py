"""Campaigns as everybody sees them: those that run, come and are over, and one with its stories."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.i18n import _
from portal.core.web import page, wants_fragment
from portal.core.words import told
from portal.stories.campaign_rules import CampaignState
from portal.stories.queries import WallFilter, campaigns
from portal.stories.queries.campaigns import CampaignRow
from portal.stories.queries.stamps import wall_stamps
from portal.stories.views.around import Nothing
from portal.stories.views.blueprint import bp
from portal.stories.views.wall import _page_context


@bp.get("/campaigns")
@public
def campaign_list() -> Response:
    """What runs and comes, and page by page what is over."""
    me, cursor = viewer(), request.args.get("after")
    past = campaigns.past_campaigns(me, cursor)
    present = [] if cursor else campaigns.present_campaigns(me)
    return page("stories/campaigns.html", block="past" if cursor else None, present=present, past=past)


@bp.get("/campaigns/<slug>")
@public
def campaign(slug: str) -> Response:
    """One campaign: its period, what it gives, its rules, and the stories that take part."""
    me, cursor = viewer(), request.args.get("after")
    row = campaigns.get_campaign(slug, me)
    chosen = WallFilter("campaign", row.campaign.id)
    stamps = wall_stamps(chosen, me, cursor=cursor)
    context = _page_context(chosen, stamps, name=row.campaign.name, endpoint="stories.campaign", slug=slug)
    if context["empty"]:
        context["empty"] = _nothing_yet(row)
    if wants_fragment() and cursor:
        return page("stories/campaign.html", block="wall_page", **context)
    context |= {"row": row, "picture": campaigns.find_campaign_picture(row.campaign)}
    context["words"] = told(row.campaign.text_zh, row.campaign.text_en)
    return page("stories/campaign.html", **context)


def _nothing_yet(row: CampaignRow) -> Nothing:
    """An empty wall: before it begins, while it runs, and of one that nobody took part in."""
    texts = {
        CampaignState.COMING: _("It has not begun yet."),
        CampaignState.RUNNING: _("The first stitch is yours."),
    }
    if row.state is CampaignState.RUNNING:
        url, label = url_for("stories.new", tag=row.tag.name), _("Tell a story")
    else:
        url, label = url_for("stories.wall"), _("To the wall")
    return Nothing(_("No stories yet"), texts.get(row.state, _("Nobody took part.")), url, label, "scissors")
