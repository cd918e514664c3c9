"""Jobs are hints: after the commit, never after a rollback, and a broken queue breaks nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core import jobs
from portal.core.db import after_commit, db, transaction

pytestmark = pytest.mark.one_database


def test_after_commit_runs_once_and_only_after(app: Flask) -> None:
    ran: list[str] = []
    with transaction():
        after_commit(lambda: ran.append("done"))
        assert ran == []
    assert ran == ["done"]


def test_rollback_drops_what_waited(app: Flask) -> None:
    ran: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: ran.append("never"))
        _ = 1 // 0
    assert ran == []
    with pytest.raises(RuntimeError, match="outside transaction"):
        after_commit(lambda: None)


def test_a_job_of_a_rolled_back_write_is_not_enqueued(app: Flask) -> None:
    from portal.core.mail.jobs import send_letter

    with pytest.raises(ZeroDivisionError), transaction():
        send_letter.later("01arz3ndektsv4rrffq69g5fav")
        _ = 1 // 0
    assert jobs.run_waiting(app) == 0


def test_a_broken_queue_is_forgiven(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.core.mail.jobs import send_letter

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setitem(app.extensions["jobs"], send_letter.name, broken)
    with transaction():
        send_letter.later("01arz3ndektsv4rrffq69g5fav")


def test_transactions_do_not_nest(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="inside transaction"), transaction():
        pass


def test_changes_outside_a_transaction_are_found(app: Flask) -> None:
    from portal.core.audit import AuditEntry

    entry = AuditEntry(action="x", target_kind="y", target_id="z", facts={})
    db.session.add(entry)
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    db.session.expunge(entry)
