"""The worker's part in trials: applications stand still, offers lapse, reports are due, and in the end it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.trials.services import clock, freezing

log = logging.getLogger(__name__)

AT_ONCE = 500


@periodic(minutes=1)
def freeze_applications() -> None:
    """Where they closed."""
    _each(freezing.due(AT_ONCE), freezing.freeze, "freezing")


@periodic(minutes=1)
def look_at_testers() -> None:
    """Each in a transaction of its own: one that fails stands in nobody's way."""
    _each(clock.due_testers(AT_ONCE), clock.look, "looking at tester")


@periodic(minutes=1)
def end_trials() -> None:
    _each(clock.due_to_end(), clock.end, "ending")


def _each(ids: Sequence[str], do: Callable[[str], object], what: str) -> None:
    for one in ids:
        try:
            with transaction():
                do(one)
        except Exception:
            log.exception("trials: %s %s failed", what, one)
