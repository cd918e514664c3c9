"""Commands over all features: fill a demo, prove the numbers that are kept."""

from __future__ import annotations

import time

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal.accounts.models import Member
from portal.core import jobs
from portal.core.db import db, transaction
from portal.core.feature import Feature
from portal.core.installation import registry


@click.group("demo")
def demo() -> None:
    """The demo brand."""


@demo.command("load")
@click.option(
    "--if-empty", is_flag=True, help="Say nothing against data that is there already; just leave it alone."
)
@with_appcontext
def load(if_empty: bool) -> None:
    """Fill an empty portal with the demo brand: people, products, stories and drawn pictures."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.config["PORTAL"].demo:
        raise click.ClickException(
            "The demo is only loaded with PORTAL_DEMO=1: it makes accounts with a known password."
        )
    if _has_members():
        if if_empty:
            return
        raise click.ClickException("There are members already. The demo is only loaded into an empty portal.")
    started = time.monotonic()
    for feature in registry().features:
        if feature.load_demo is not None:
            _load(app, feature)
    click.echo(f"The demo is ready ({time.monotonic() - started:.0f} s).")


@click.command("prove")
@with_appcontext
def prove() -> None:
    """Recompute every number that is kept beside its rows and say what differs. Exit code 1 when anything does."""
    different = 0
    for feature in registry().features:
        for proof in feature.proofs:
            rows = list(proof.differences())
            click.echo(f"{feature.name}: {proof.name}: {f'{len(rows)} differ' if rows else 'right'}")
            for what, kept, true in rows:
                click.echo(f"  {what}: kept {kept}, true {true}")
            different += len(rows)
    if different:
        raise SystemExit(1)


def _load(app: Flask, feature: Feature) -> None:
    """One feature in one transaction; then what it left to the worker, so that the next one finds pictures ready."""
    assert feature.load_demo is not None
    started = time.monotonic()
    click.echo(f"{feature.name} …", nl=False)
    try:
        with transaction():
            feature.load_demo()
        worked = jobs.run_waiting(app)
    except BaseException:
        click.echo(" failed. What was loaded before it stays; empty the data folder before the next try.")
        raise
    click.echo(f" done ({worked} jobs, {time.monotonic() - started:.0f} s)")


def _has_members() -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Member.id.is_not(None)))))
