"""What a mail provider posts to us: is it really theirs, and what does it report? No web framework, no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.core.crypto import same, seal
from portal.notifications.models import BounceKind

#: an old signature is a repeated one
TOLERANCE = timedelta(minutes=5)
MOST_BYTES = 256 * 1024
MOST_EVENTS = 1000
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Report:
    """One report: about an address, about a letter of ours, or both. ``event_id`` is the provider's own."""

    kind: BounceKind
    event_id: str
    recipient: str | None
    letter_id: str | None


def is_signed(header: str, body: bytes, *, key: str, now: datetime) -> bool:
    """Whether ``t=<seconds>,v1=<hex>`` holds the HMAC-SHA256 of "<seconds>.<body>" under our key, made just now."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    stamp, signature = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    fresh = abs(now - datetime.fromtimestamp(int(stamp), UTC)) <= TOLERANCE
    return same(seal(key, stamp.encode() + b"." + body), signature) and fresh


def reports_in(body: bytes) -> list[Report] | None:
    """The reports of a body; what is no report of trouble is left out. None when the body is no list of events."""
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        return None
    return list(_reports(events))


def _reports(events: list[Any]) -> Iterator[Report]:
    for event in events:
        if not isinstance(event, dict):
            continue
        event_id, recipient = _text(event.get("id")), _text(event.get("recipient")).lower()
        kind = "complaint" if event.get("event") == "complaint" else _text(event.get("type"))
        letter_id = _text(event.get("message_id")).strip("<>").partition("@")[0]
        if kind in list(BounceKind) and 0 < len(event_id) <= LONGEST_ID and (recipient or letter_id):
            yield Report(BounceKind(kind), event_id, recipient or None, letter_id or None)


def _text(value: Any) -> str:
    """The text of a field; empty for everything that is none, or that no database takes."""
    return value.strip() if isinstance(value, str) and "\x00" not in value and value.isprintable() else ""
