"""The card, and the way to everything that is one's own."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.views.blueprint import bp
from portal.core.access import members, the_viewer
from portal.core.links import find_path
from portal.core.web import page


@bp.get("/me")
@members
def me() -> Response:
    """The card, and the way to everything that is mine."""
    member = queries.get_member(the_viewer().id)
    return page(
        "accounts/me.html",
        member=member,
        card=queries.card_of(member),
        stories_url=find_path("stories.by_member", member_id=member.id),
        photos_url=find_path("stories.photos_allowed"),
        made_url=find_path("catalog.made_by", member_id=member.id),
        card_url=find_path("membership.card"),
        tickets_url=find_path("events.tickets"),
        membership_url=find_path("membership.mine"),
        orders_url=find_path("orders.mine"),
        payments_url=find_path("payments.own"),
        badges_url=find_path("rewards.my_badges"),
        points_url=find_path("rewards.points"),
        coupons_url=find_path("rewards.coupons"),
        inbox_url=find_path("notifications.inbox"),
        notifications_url=find_path("notifications.choices"),
        console_url=find_path("home.console"),
    )
