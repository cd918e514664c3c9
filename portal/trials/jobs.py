"""The worker's part in trials: applications stand still, offers lapse, reports are due, and in the end it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from portal.core.db import transaction
from portal.core.jobs import periodic, task
from portal.trials.services import freezing, spreading, testing

log = logging.getLogger(__name__)

AT_ONCE = 500
#: members told in one transaction
TOLD = 100


@periodic(minutes=1)
def freeze_applications() -> None:
    """Where they closed."""
    _each(freezing.due(AT_ONCE), freezing.freeze, "freezing")


@periodic(minutes=1)
def look_at_testers() -> None:
    """Each in a transaction of its own: one that fails stands in nobody's way."""
    _each(testing.due_testers(AT_ONCE), testing.look, "looking at tester")


@periodic(minutes=1)
def end_trials() -> None:
    _each(testing.due_to_end(), testing.end, "ending")


@task
def tell_everybody() -> None:
    """Some members in each transaction: a killed worker goes on where it stopped."""
    for trial_id in spreading.due():
        try:
            found = 1
            while found:
                with transaction():
                    found = spreading.tell_some(trial_id, TOLD)
        except Exception:
            log.exception("trials: telling who applied for %s failed", trial_id)


@periodic(minutes=1)
def find_untold() -> None:
    """What a lost hint has left."""
    tell_everybody()


def _each(ids: Sequence[str], do: Callable[[str], object], what: str) -> None:
    for one in ids:
        try:
            with transaction():
                do(one)
        except Exception:
            log.exception("trials: %s %s failed", what, one)
