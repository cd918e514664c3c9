"""The member pages of the story wall."""

from __future__ import annotations

from flask import Blueprint

from portal.core.media.uploads import may_carry_photos
from portal.stories.rules import MOST_PHOTOS

bp = Blueprint("stories", __name__)
may_carry_photos(
    bp, **dict.fromkeys(("add_photos", "save_draft", "submit", "save_edit", "change_photo"), MOST_PHOTOS)
)
