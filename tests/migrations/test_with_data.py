"""Migrations run with data in the tables: a rebuilt parent keeps its children, triggers come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import ROOT
from portal.contests.services import freezing
from portal.core import audit
from portal.core.db import db, transaction
from portal.core.migrations import newest_revision, upgrade
from tests import databases
from tests.make import Make

NEXT = '''
"""a later revision, as somebody will write one: it rebuilds some tables"""
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("member", recreate="{recreate}") as batch:
        batch.add_column(sa.Column("nickname", sa.String(20), nullable=False, server_default=""))
    for table in ("audit_entry", "contest_rules", "contest"):
        with op.batch_alter_table(table, recreate="{recreate}") as batch:
            batch.add_column(sa.Column("remark", sa.String(20), nullable=False, server_default=""))
'''


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_later_revision_keeps_children_and_triggers(kind: str, tmp_path: Path) -> None:
    with databases.migrated_app(kind, tmp_path) as app, app.app_context():
        make = Make(app)
        member = make.member()
        make.session_token(member)
        with transaction():
            audit.record("test", by=None, target_kind="member", target_id=member.id)
            freezing.freeze(make.contest("voting", badge_id=None))
        sessions = _count("account_session")
        assert sessions == 1
        db.session.remove()

        upgrade(directory=str(_with_later_revision(tmp_path, kind)))

        assert (_count("member"), _count("account_session"), _count("audit_entry")) == (1, sessions, 1)
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
            db.session.execute(sa.text("DELETE FROM audit_entry"))
        with pytest.raises(sa.exc.DBAPIError, match="frozen"), transaction():
            db.session.execute(sa.text("UPDATE contest SET votes = 9"))
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.text("UPDATE member SET number = -1"))
        db.session.remove()


def test_all_revisions_form_one_line() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(ROOT / "migrations"))
    assert script.get_heads() == [newest_revision()]
    assert len(script.get_bases()) == 1


def _with_later_revision(tmp_path: Path, kind: str) -> Path:
    from alembic.script import ScriptDirectory

    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    head = ScriptDirectory(str(folder)).get_current_head()
    recreate = "always" if kind == "sqlite" else "auto"
    (folder / "versions" / "later.py").write_text(NEXT.format(head=head, recreate=recreate), encoding="utf-8")
    return folder


def _count(table: str) -> int:
    return int(db.session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())
