"""Photos of a report, each verb while it is on its writer's desk, and under its lock: limits and order stay true."""

from __future__ import annotations

from portal.core.access import Viewer
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.core.media.services import Staged
from portal.trials.models import Report
from portal.trials.rules import reports as rules
from portal.trials.rules.kinds import REPORT
from portal.trials.services.reporting import hold_report


def add_photo(report: Report, staged: Staged, *, by: Viewer, alt: str = "") -> Photo:
    """Attach a staged upload behind the others. Raises Conflict at the thirteenth, or when it was handed in."""
    _hold(report, by)
    return media.attach(
        staged, owner_kind=REPORT, owner_id=report.id, by=by, limit=rules.MOST_PHOTOS, alt=alt
    )


def remove_photo(report: Report, photo: Photo, *, by: Viewer) -> None:
    """Delete it; its address answers 404 from the commit on."""
    _hold(report, by)
    media.remove_photo(photo)


def move_photo_by(report: Report, photo: Photo, *, by: Viewer, steps: int) -> None:
    """Some places forward (-1) or back (1)."""
    _hold(report, by)
    media.move_photo_by(photo, steps=steps)


def describe_photo(report: Report, photo: Photo, *, by: Viewer, alt: str) -> None:
    """Say what it shows."""
    _hold(report, by)
    media.describe_photo(photo, alt=alt)


def retry_photo(report: Report, photo: Photo, *, by: Viewer) -> None:
    """Let the house try once more to prepare it."""
    _hold(report, by)
    media.retry_photo(photo)


def _hold(report: Report, by: Viewer) -> None:
    hold_report(report, by)
    if report.state not in rules.ON_THE_DESK:
        raise Conflict(_("This report was already handed in. Reload the page to see it."))
