"""Reading cases: single ones and their targets (``cases``), the staff queue (``queue``)."""

from portal.moderation.queries.cases import (
    OwnReport,
    case_of,
    find_own_report,
    find_target,
    get_case,
    get_public_target,
    open_case_of,
    still_stands,
)
from portal.moderation.queries.queue import (
    CaseView,
    Decision,
    QueueFilter,
    Tally,
    counts,
    decided,
    open_count,
    queue,
    view_of,
)

__all__ = [
    "CaseView",
    "Decision",
    "OwnReport",
    "QueueFilter",
    "Tally",
    "case_of",
    "counts",
    "decided",
    "find_own_report",
    "find_target",
    "get_case",
    "get_public_target",
    "open_case_of",
    "open_count",
    "queue",
    "still_stands",
    "view_of",
]
