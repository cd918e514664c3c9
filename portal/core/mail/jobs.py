"""The worker's part of mail."""

from __future__ import annotations

from portal.core.jobs import periodic, task
from portal.core.mail import services


@task
def send_letter(letter_id: str) -> None:
    services.deliver(letter_id)


@periodic(minutes=1)
def send_due_letters() -> None:
    services.deliver_due()
