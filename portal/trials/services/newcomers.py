"""The share of who never tested: nobody else takes what they could still have, and staff read what stands between."""

from __future__ import annotations

from portal.core.errors import Conflict
from portal.core.i18n import _, ngettext
from portal.trials.queries.tally import Tally


def must_leave_room(tally: Tally, region: str) -> None:
    """Somebody who tested before, from ``region``, is about to have a seat. Raises Conflict when newcomers could then not have their
    share any more, or less of it than now."""
    wanted = min(tally.newcomers_left, tally.newcomers_possible())
    if tally.newcomers_possible(after=region) >= wanted:
        return
    if tally.seats_left <= tally.newcomers_left:
        said = ngettext(
            "The last %(num)s seat is for somebody who never tested.",
            "The last %(num)s seats are for people who never tested.",
            tally.newcomers_left,
        )
    else:
        said = _(
            "What %(region)s has left is for people who never tested: without it they miss their share.",
            region=region,
        )
    raise Conflict(f"{said} {_grade_first(tally)}".rstrip())


def what_they_miss(tally: Tally, otherwise: str = "") -> str:
    """A sentence on the seats that newcomers still have to get, and what to do for it; empty when they have their share.

    ``otherwise`` is said when neither grades nor other people's seats stand between.
    """
    if not tally.newcomers_left:
        return ""
    said = ngettext(
        "%(num)s more seat is for somebody who never tested.",
        "%(num)s more seats are for people who never tested.",
        tally.newcomers_left,
    )
    if tally.newcomers_possible() < tally.newcomers_left:
        taken = _("Others have the seats that they could get: take one of those picks back.")
        return f"{said} {taken}"
    return f"{said} {_grade_first(tally) or otherwise}".rstrip()


def _grade_first(tally: Tally) -> str:
    """When only those who wait for their grades can fill the share; else empty."""
    waiting = sum(one.hopeful for one in tally.regions)
    if not waiting or tally.newcomers_possible(graded=True) >= tally.newcomers_left:
        return ""
    return ngettext(
        "%(num)s of them waits for two grades and can still reach the line: please grade first.",
        "%(num)s of them wait for two grades and can still reach the line: please grade first.",
        waiting,
    )
