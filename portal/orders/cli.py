"""Orders from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.db import transaction
from portal.orders import queries
from portal.orders.importing import MAPPINGS, steps
from portal.orders.importing.wrong import said
from portal.orders.jobs import run_import
from portal.orders.models import ImportState, OrderImport

orders = AppGroup("orders", help="What was bought.")

#: so many wrong rows are named one by one
MOST_NAMED = 1000
SOME_REFUSED, UNUSABLE = 1, 2


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--mapping", type=click.Choice(MAPPINGS), default=MAPPINGS[0], show_default=True)
@click.option("--dry-run", is_flag=True, help="Check everything and say what would happen; write no order.")
def import_file(file: Path, mapping: str, dry_run: bool) -> None:
    """Bring the orders of a CSV FILE in. The same file twice changes nothing.

    An order of which any row is wrong is left out whole; all others come in. Exit code 0: everything was right.
    1: some orders were left out, their rows are named. 2: the file as a whole cannot be used, nothing was written.
    """
    with transaction():
        held = steps.begin(file.name, mapping=mapping, byte_size=file.stat().st_size, by=None)
        import_id = held.id
    run_import(import_id, file)
    held = steps.get(import_id)
    if held.state is ImportState.FAILED:
        click.echo(f"{file}: {said(held.trouble or [])}", err=True)
        raise SystemExit(UNUSABLE)
    if not dry_run:
        with transaction():
            steps.confirm(steps.get(import_id), by=None)
        run_import(import_id)
        held = steps.get(import_id)
    _name_wrong_rows(held)
    _sum_up(held, dry_run)
    refused = held.refused or held.wrong_rows
    if dry_run:
        with transaction():
            steps.drop(steps.get(import_id), by=None)
    if refused:
        raise SystemExit(SOME_REFUSED)


def _name_wrong_rows(held: OrderImport) -> None:
    rows = queries.wrong_rows(held.id, limit=MOST_NAMED)
    for row in rows.items:
        order = f" (order {row.order_no})" if row.order_no else ""
        for trouble in row.errors:
            click.echo(f"line {row.line}{order}: {said(trouble)}", err=True)
    if rows.next_cursor:
        click.echo(f"… and more; {held.wrong_rows} rows are wrong altogether.", err=True)


def _sum_up(held: OrderImport, dry_run: bool) -> None:
    click.echo(
        f"{held.rows} rows, {held.orders} orders: {held.new} new, {held.changed} changed, "
        f"{held.unchanged} unchanged, {held.refused} left out."
    )
    if dry_run:
        click.echo("Nothing was written.")
    elif not held.new and not held.changed:
        click.echo("Nothing changed: everything in this file was here already.")
