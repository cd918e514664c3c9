"""The worker's part: what the brand wants to say, gathered mail, and forgetting what is old."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.notifications import services

log = logging.getLogger(__name__)


@periodic(minutes=1)
def release_touches() -> None:
    release_due()


@periodic(minutes=1)
def send_gathered_mail() -> None:
    send_digests()


def release_due(limit: int = 1000) -> int:
    """Ask about everything that the brand wants to say and whose moment has come. Returns how many it asked."""
    shares = services.due_touches(limit)
    for share in shares:
        _release(share)
    return sum(len(share) for share in shares)


def _release(touch_ids: Sequence[str]) -> None:
    """All in one transaction; when one of them fails, each in its own, and the broken one later."""
    try:
        with transaction():
            for touch_id in touch_ids:
                services.release(touch_id)
    except Exception:
        if len(touch_ids) > 1:
            for touch_id in touch_ids:
                _release([touch_id])
            return
        log.exception("touch %s could not be released", touch_ids[0])
        with transaction():
            services.try_touch_later(touch_ids[0])


def send_digests(limit: int = 200) -> int:
    """Write to everyone whose gathered mail is due. Returns how many it asked."""
    member_ids = services.due_digests(limit)
    for member_id in member_ids:
        try:
            with transaction():
                services.gather(member_id)
        except Exception:
            log.exception("the gathered mail of %s could not be written", member_id)
            with transaction():
                services.try_digest_later(member_id)
    return len(member_ids)
