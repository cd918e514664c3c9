"""Text messages for whoever runs the portal."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from portal.core import clock
from portal.core.sms import available, queries, shown_only


@click.command("texts")
@with_appcontext
def texts() -> None:
    """How text messages fared in the last day: waiting, sent, failed, and the latest reasons. No numbers, no codes."""
    if not available():
        click.echo("Text messages are not set up (PORTAL_SMS_URL).")
        return
    if shown_only():
        click.echo("This is a demo without a provider: messages are shown at /demo/mail.")
    since = clock.now() - timedelta(days=1)
    counted = queries.states_since(since)
    click.echo(", ".join(f"{count} {state}" for state, count in counted.items()))
    for moment, tries, why in queries.troubles_since(since):
        click.echo(f"{moment:%Y-%m-%d %H:%M} UTC  {tries} tries  {why}")
