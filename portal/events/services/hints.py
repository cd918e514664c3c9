"""Word to the worker that something is owed. Rows say what; without the word a sweep finds it a minute later."""

from __future__ import annotations

from portal.core.jobs import task


def tickets_owed() -> None:
    send_tickets.later()


def changes_owed() -> None:
    tell_changes.later()


@task
def send_tickets() -> None:
    """Send every ticket that was confirmed and not sent."""
    from portal.events.jobs import holds  # jobs call services, this is the one word back

    holds.send_tickets()


@task
def tell_changes() -> None:
    """Tell who comes what changed."""
    from portal.events.jobs import changes  # jobs call services, this is the one word back

    changes.tell_changes()
