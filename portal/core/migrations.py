"""Migrations: Alembic through Flask-Migrate, read only by those who migrate. Processes that answer do without its 11 MB."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from config import ROOT
from portal.core.db import db

FOLDER = ROOT / "migrations"


@click.command("db", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def command(words: tuple[str, ...]) -> None:
    """Migrations; `db upgrade` after every update."""
    from flask_migrate.cli import db as commands  # here, see the first line of this file

    _introduce()
    commands.main(list(words), prog_name="flask db")


def upgrade(directory: str = str(FOLDER), revision: str = "head") -> None:
    """Bring the current application's database to a revision."""
    import flask_migrate  # here, see the first line of this file

    _introduce()
    flask_migrate.upgrade(directory=directory, revision=revision)


def newest_revision(folder: Path = FOLDER) -> str:
    """The newest revision that this code brings. Their files are called by it: ``0002_what_it_does.py``."""
    return max(path.name for path in folder.glob("versions/[0-9]*.py")).partition("_")[0]


def _introduce() -> None:
    """Flask-Migrate looks for what it needs among the application's extensions."""
    from flask_migrate import Migrate  # here, see the first line of this file

    Migrate().init_app(current_app, db, directory=str(FOLDER), render_as_batch=True)
