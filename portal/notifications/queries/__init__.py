"""Reading the inbox, and how members may be reached."""

from portal.notifications.queries.choices import (
    Choices,
    choices_of,
    hours_of,
    rhythm_of,
)
from portal.notifications.queries.inbox import (
    MOST_COUNTED,
    count_unread,
    get_notification,
    inbox,
    unread_count,
)
from portal.notifications.queries.reach import reach_of
from portal.notifications.queries.touches import (
    last_touched,
    made_this_week,
    newest_touches,
    who_asked_for,
)

__all__ = [
    "MOST_COUNTED",
    "Choices",
    "choices_of",
    "count_unread",
    "get_notification",
    "hours_of",
    "inbox",
    "last_touched",
    "made_this_week",
    "newest_touches",
    "reach_of",
    "rhythm_of",
    "unread_count",
    "who_asked_for",
]
