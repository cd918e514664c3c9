"""Photos of a report on their way in: each is kept and judged before the transaction begins, then attached in one short write."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from portal.core.access import Viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.media.models import Photo
from portal.core.media.services import stage_upload
from portal.trials.models import Report
from portal.trials.rules.reports import MOST_PHOTOS
from portal.trials.services import report_photos

FIELD = "photos"


def sent_files() -> list[FileStorage]:
    """The files of this request, up to one more than there is room for: that one is refused for all behind it."""
    return [file for file in request.files.getlist(FIELD) if file.filename][: MOST_PHOTOS + 1]


def take_in(report: Report, me: Viewer) -> list[Photo]:
    """Attach all files of this request. One that is refused does not stop the others.

    Raises Invalid with all sentences, each after the name of its file, when some were refused.
    """
    photos, refusals, files = [], [], sent_files()
    for file in files:
        try:
            staged = stage_upload(cast(BinaryIO, file.stream))
            with transaction():
                photos.append(report_photos.add_photo(report, staged, by=me))
        except DomainError as refusal:
            refusals.append(f"{file.filename}: {refusal.message}" if len(files) > 1 else refusal.message)
    if refusals:
        raise Invalid(" ".join(refusals), field=FIELD)
    return photos
