"""The first owner comes from the command line."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.accounts import queries
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["staff", *arguments])
    return f"{result.exit_code} {result.output}"


def test_first_owner_chooses_a_password_by_link(app: Flask, client: PortalClient) -> None:
    said = run(app, "add", "Owner@Example.com", "--role", "owner", "--name", "方禾")
    assert said.startswith("0 方禾 <owner@example.com> is owner.")
    found = re.search(r"http://portal\.test(/confirm/[\w-]+)", said)
    assert found
    assert client.get(found.group(1)).status_code == 200
    assert client.post(found.group(1)).headers["Location"] == "/reset/password"
    assert client.post("/reset/password", data={"password": "battery staple"}).headers["Location"] == "/me"
    assert client.get("/console/staff").status_code == 200
    assert client.get(found.group(1)).status_code == 404
    owner = queries.find_member_by_email("owner@example.com")
    assert owner is not None
    assert owner.email_verified_at is not None


def test_member_with_password_needs_no_link(app: Flask, make: Make) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    assert "/confirm/" not in run(app, "add", "alice@example.com", "--role", "host")
    assert "was already host" in run(app, "add", "alice@example.com", "--role", "host")
    assert "alice@example.com>  host" in run(app, "list")


def test_rubbish_is_explained(app: Flask) -> None:
    assert "does not look like an email address" in run(app, "add", "rubbish")
    assert "Nobody yet" in run(app, "list")


def test_any_address_makes_a_name(app: Flask) -> None:
    said = run(app, "add", "anna.me@example.com")
    assert said.startswith("0 anna me <anna.me@example.com> is owner.")
    assert run(app, "add", "somebody-with-rather-a-long-name-of-hers@example.com").startswith(
        "0 somebody-with"
    )
