"""The member pages of the story wall."""

from __future__ import annotations

from flask import Blueprint, request

from portal.core.media.inspection import MAX_BYTES
from portal.stories.rules import MOST_PHOTOS

bp = Blueprint("stories", __name__)

#: nine photos of 20 MB with the text around them
MOST_UPLOAD = MOST_PHOTOS * MAX_BYTES + 1024 * 1024

#: routes whose form may carry photos; everywhere else the house's small limit holds
WITH_PHOTOS = {
    f"stories.{name}" for name in ("add_photos", "save_draft", "submit", "save_edit", "change_photo")
}


@bp.url_value_preprocessor
def allow_photos(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Raise the limit before anything (the token check, for one) reads the form."""
    if endpoint in WITH_PHOTOS:
        request.max_content_length = MOST_UPLOAD
