"""What reports do when the worker is about to write down what became of a photo of theirs: its writer changes the report first."""

from __future__ import annotations

from portal.core.db import lock_row
from portal.core.media.signals import WorkBegun, work_begun
from portal.trials.models import Report
from portal.trials.rules.kinds import REPORT


@work_begun.connect
def hold_report(event: WorkBegun) -> None:
    if event.owner_kind == REPORT:
        lock_row(Report, event.owner_id)
