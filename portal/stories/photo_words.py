"""What is said about the rights to photos: to authors, in plain words, and when staff ask for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from portal.brand import queries as brand
from portal.core import clock
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, locale
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.core.media.models import PhotoUse
from portal.notifications import services as notifications
from portal.stories.models import Story

#: a wish that found no room in the weekly budget for so long is dropped
ASKING_HOLDS = timedelta(days=14)

USES: dict[PhotoUse, Any] = {
    PhotoUse.REPOST: _l("Show it elsewhere"),
    PhotoUse.SHOP: _l("On shop pages"),
    PhotoUse.PRINT: _l("In print"),
    PhotoUse.ADS: _l("In adverts"),
}
MEANINGS: dict[PhotoUse, Any] = {
    PhotoUse.REPOST: _l("On the brand’s own pages elsewhere, such as Xiaohongshu, WeChat or Instagram."),
    PhotoUse.SHOP: _l("Beside the product in the brand’s shops, so that others see it in real life."),
    PhotoUse.PRINT: _l("On cards, posters and in booklets."),
    PhotoUse.ADS: _l("In adverts that the brand pays for."),
}


def _asked(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(brand)s likes your photos and asks whether it may use them elsewhere. It is yours to decide; saying no is fine.",
        brand=brand.current().name,
    )


ASKED = NotificationKind(
    "stories.photos_asked",
    "image",
    _asked,
    _l("because they are your photos"),
    label=_l("The house asks for photos of yours"),
    mail=True,
    initiative=Initiative.BRAND,
)


def day_of(day: date) -> str:
    """The last day of a right as people write it: Mar 6, 2027."""
    return format_date(day, "medium", locale=locale())


def tell_photos_asked(story: Story) -> None:
    """The house would like to use the photos: the way to the page where their author decides, when there is room."""
    notifications.touch(
        [story.author_id],
        ASKED.name,
        path=path_to("stories.photo_rights", story_id=story.id),
        group=f"photos_asked:{story.id}:{clock.now():%Y%m%d}",
        expires_in=ASKING_HOLDS,
    )
