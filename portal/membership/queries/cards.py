"""All that is stitched on a member's card."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts import queries as accounts
from portal.accounts.rules import shown_number
from portal.brand import queries as brand
from portal.core import clock
from portal.core.i18n import _, ngettext
from portal.membership.models import Span, Tier
from portal.membership.queries.standings import Place, held_spans, place_of
from portal.rewards.queries import BadgeShown, badges_of


@dataclass(frozen=True, slots=True)
class CardFace:
    """What the card says. ``tier`` is the paid tier if there is one, else the earned one."""

    house: str
    title: str
    name: str
    number: str
    together: str
    tier: Tier
    paid: Tier | None
    place: Place
    badges: list[BadgeShown]
    held: list[tuple[Span, Tier]]

    @property
    def progress(self) -> str:
        """E.g. 7 of 10 stitches to Running stitch."""
        if self.place.following is None or self.place.goal is None:
            return _("All the way up: %(tier)s", tier=self.place.tier.name)
        return _(
            "%(have)s of %(goal)s stitches to %(tier)s",
            have=self.place.stitches,
            goal=self.place.goal,
            tier=self.place.following.name,
        )


def card_for(member_id: str) -> CardFace:
    """The card of one member. Five queries."""
    member, house = accounts.get_member(member_id), brand.current()
    place = place_of(member_id)
    held = held_spans(member_id)
    now = clock.now()
    running = [tier for span, tier in held if span.starts_at <= now]
    paid = max(running, key=lambda tier: tier.position, default=None)
    days = (brand.shop_day(clock.now()) - brand.shop_day(member.joined_at)).days + 1
    return CardFace(
        house=house.name,
        title=house.fan_title,
        name=member.display_name,
        number=shown_number(member.number),
        together=ngettext("Day %(num)s with us", "Day %(num)s with us", days),
        tier=paid or place.tier,
        paid=paid,
        place=place,
        badges=badges_of([member_id]).get(member_id, []),
        held=held,
    )
