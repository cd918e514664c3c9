"""A backup that is put back brings erased people back; the list beside the database lets them go again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import jobs, queries
from portal.accounts.models import Member, MemberState
from portal.accounts.services import gone
from portal.core import clock
from portal.core.db import db, transaction
from portal.stories.models import Story, StoryState
from tests.make import Make


@pytest.fixture
def folder(app: Flask) -> Path:
    """The data folder, with an empty list."""
    found: Path = app.config["PORTAL"].data_dir
    (found / gone.FILE).unlink(missing_ok=True)
    return found


def erase_again(app: Flask) -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", "erase-again"])
    db.session.expire_all()
    return result.exit_code, result.output


def leave(member: Member) -> None:
    with transaction():
        member.erase_after = clock.now()
    jobs.erase_member(member.id)


def restore(member: Member, email: str) -> None:
    """As the row was in the backup."""
    with transaction():
        db.session.execute(
            sa.update(Member)
            .where(Member.id == member.id)
            .values(state=MemberState.ACTIVE, email=email, display_name="Alice", erased_at=None)
        )


def test_who_comes_back_with_a_backup_is_erased_again(app: Flask, make: Make, folder: Path) -> None:
    alice, bob = make.member(email="alice@example.com"), make.member(email="bob@example.com")
    leave(alice)
    assert (folder / gone.FILE).read_text() == f"{alice.id}\n"
    assert erase_again(app) == (0, "0 accounts erased again.\n")
    restore(alice, "alice@example.com")
    story = make.story(author=alice)
    assert erase_again(app) == (0, "1 accounts erased again.\n")
    assert queries.find_member_by_email("alice@example.com") is None
    assert db.session.get_one(Story, story.id).state is StoryState.DELETED
    assert queries.get_member(bob.id).email == "bob@example.com"
    assert (folder / gone.FILE).read_text() == f"{alice.id}\n"


def test_whoever_is_missing_on_the_list_is_added(app: Flask, make: Make, folder: Path) -> None:
    alice = make.member()
    leave(alice)
    (folder / gone.FILE).write_text("01cut\n\xff\n", encoding="latin-1")
    assert gone.note(folder) == 1
    assert gone.note(folder) == 0
    assert gone.came_back(folder) == []


def test_the_only_owner_stays(app: Flask, make: Make, folder: Path) -> None:
    owner = make.staff("owner")
    (folder / gone.FILE).write_text(f"{owner.id}\n")
    code, said = erase_again(app)
    assert (code, "1 not" in said) == (1, True)
    assert queries.get_member(owner.id).state is MemberState.ACTIVE
