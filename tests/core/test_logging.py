"""The log of requests: one line for each, and nothing in it that lets its reader in."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa

from portal.core.db import db
from tests.client import PortalClient

pytestmark = pytest.mark.one_database


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "portal.request"]


def test_nobody_writes_lines_of_their_own(client: PortalClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="portal.request"):
        client.post("/nope%0a2026-01-01 ERROR portal [x] forged")
    (line,) = lines(caplog)
    assert line.startswith("POST /nope%0A2026-01-01%20ERROR")
    assert line.isprintable()


def test_links_of_letters_are_not_logged(client: PortalClient, caplog: pytest.LogCaptureFixture) -> None:
    """A link that lets choose a password works until the password is chosen."""
    with caplog.at_level(logging.INFO, logger="portal.request"):
        client.post("/confirm/the-secret-of-a-letter")
    (line,) = lines(caplog)
    assert line.startswith("POST /confirm/... 404")


@pytest.mark.usefixtures("app")
def test_a_refusal_of_the_database_does_not_tell_what_was_to_be_stored() -> None:
    with pytest.raises(sa.exc.SQLAlchemyError) as fault:
        db.session.execute(sa.text("SELECT :letter FROM nowhere"), {"letter": "123456 is your code"})
    db.session.rollback()
    assert "123456" not in str(fault.value)
