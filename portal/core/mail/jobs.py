"""The worker's part of mail."""

from __future__ import annotations

from flask import current_app

from portal.core import clock
from portal.core.db import transaction
from portal.core.jobs import periodic, task
from portal.core.mail import services


@task
def send_letter(letter_id: str) -> None:
    services.deliver(letter_id)


@periodic(minutes=1)
def send_due_letters() -> None:
    services.deliver_due()


@periodic(minutes=60)
def discard_old_letters() -> None:
    """Letters hold names, words and spent codes: they go a month after they left. The demo's outbox is its mailbox."""
    if current_app.config["PORTAL"].demo:
        return
    with transaction():
        services.discard_old(clock.now() - services.KEPT_FOR)
