"""The blueprint of the studio's pages of the story wall."""

from flask import Blueprint

from portal.core.media.uploads import may_carry_photos
from portal.stories.rules import MOST_PHOTOS

bp = Blueprint("stories_console", __name__)
may_carry_photos(bp, publish_news=MOST_PHOTOS, set_campaign_picture=1)
