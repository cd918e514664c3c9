"""The worker's part of text messages."""

from __future__ import annotations

from portal.core.jobs import periodic, task
from portal.core.sms import services


@task
def send_text(message_id: str) -> None:
    services.deliver(message_id)


@periodic(minutes=1)
def send_due_texts() -> None:
    services.deliver_due()
