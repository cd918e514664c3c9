"""Verbs of telling: messages that people cause, touches that the brand wants, letters, and what members choose."""

from portal.notifications.services.bounces import note_bounce
from portal.notifications.services.choices import choose, choose_rhythm
from portal.notifications.services.digest import due_digests, gather, try_digest_later
from portal.notifications.services.letters import may_go
from portal.notifications.services.messages import mark_all_read, mark_read, notify, part, retract
from portal.notifications.services.stopping import read_stop_token, start_mail, stop_mail, stop_path
from portal.notifications.services.touches import (
    due_touches,
    release,
    take_touches_back,
    touch,
    try_touch_later,
)

__all__ = [
    "choose",
    "choose_rhythm",
    "due_digests",
    "due_touches",
    "gather",
    "mark_all_read",
    "mark_read",
    "may_go",
    "note_bounce",
    "notify",
    "part",
    "read_stop_token",
    "release",
    "retract",
    "start_mail",
    "stop_mail",
    "stop_path",
    "take_touches_back",
    "touch",
    "try_digest_later",
    "try_touch_later",
]
