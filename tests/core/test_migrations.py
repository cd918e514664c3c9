"""Migrating is for the command line: its library stays out of the processes that answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from portal.core.migrations import newest_revision
from tests.browser.portal import environment_of

pytestmark = pytest.mark.one_database

UNUSED = ("alembic", "mako", "pygments", "portal.demo")


def run(folder: Path, *words: str) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=ROOT, env=environment_of(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_application_reads_nothing_that_only_the_command_line_needs(tmp_path: Path) -> None:
    look = f"import sys, wsgi; print([name for name in {UNUSED} if name in sys.modules])"
    assert run(tmp_path, "-c", look).strip() == "[]"


def test_the_commands_of_the_library_are_there(tmp_path: Path) -> None:
    flask = ("-m", "flask", "--app", "wsgi", "db")
    assert "upgrade" in run(tmp_path, *flask, "--help")
    assert run(tmp_path, *flask, "heads").split() == [newest_revision(), "(head)"]
    run(tmp_path, *flask, "upgrade")
    assert newest_revision() in run(tmp_path, *flask, "current")


def test_the_newest_revision_is_told_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    for name in ("0002_second.py", "0010_tenth.py", "0009_ninth.py", "__init__.py"):
        (tmp_path / "versions" / name).touch()
    assert newest_revision(tmp_path) == "0010"
