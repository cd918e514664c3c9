"""``make bench``: one run, one JSON object. Absolute figures drift with the machine; the ratios are what counts."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench import festival, load, seed, servers, signup
from config import ROOT
from portal import create_app
from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.core.db import db, transaction
from portal.core.migrations import upgrade

CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 3
MEMBERS = 400
SECRET = "0123456789abcdef0123456789abcdef01234567"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        root = Path(name)
        small, large = root / "small", root / "large"
        tokens = {folder: _prepare(folder, stories) for folder, stories in ((small, 1_000), (large, 100_000))}
        result = {
            "connections": CONNECTIONS,
            "seconds": SECONDS,
            "rounds": ROUNDS,
            "against_bare": _against_bare(small, tokens[small]),
            "many_stories": _many_stories(small, large),
        }
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _prepare(folder: Path, stories: int) -> list[str]:
    """A migrated, filled database; returns the cookies of signed-in members (many: likes are limited for each)."""
    folder.mkdir()
    app = create_app(servers.settings(folder))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
    seed.fill(app, stories)
    festival.fill(app)
    signup.fill(app)
    with app.app_context():
        members = list(db.session.scalars(sa.select(Member.id).limit(MEMBERS)))
        with transaction():
            for one in members:  # who has texts to accept gets a wall of their own
                consents.accept_texts(one, brand.legal_versions(), how="bench")
            tokens = [accounts.open_session(one, address="127.0.0.1", device="bench") for one in members]
        db.engine.dispose()
    return [_cookie(app, token) for token in tokens]


def _cookie(app: Flask, token: str) -> str:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["csrf_token"] = SECRET
    cookie = client.get_cookie("portal")
    assert cookie is not None
    return f"portal={cookie.value}"


def _against_bare(folder: Path, cookies: list[str]) -> dict[str, object]:
    """Each page in turn with a bare route of as many bytes, several rounds; the median ratio counts."""
    types = signup.type_ids(create_app(servers.settings(folder)))
    with servers.running("wsgi:app", folder) as (port, process):
        memory = {"at_start": servers.memory(process)}
        story_id, csrf = _story_and_token(port, cookies[0])
        pages: dict[str, list[bytes]] = {
            "wall_anonymous": [load.get("/stories")],
            "wall_signed_in": [load.get("/stories", cookie=cookie) for cookie in cookies],
            "story": [load.get(f"/stories/{story_id}")],
            "event_anonymous": [load.get(f"/events/{festival.SLUG}")],
            "event_signed_in": [load.get(f"/events/{festival.SLUG}", cookie=cookie) for cookie in cookies],
            "like": [
                load.post(f"/stories/{story_id}/reaction", f"on={on}&csrf_token={csrf}", cookie=cookie)
                for on in (1, 0)
                for cookie in cookies
            ],
        }
        with servers.running("bench.bare:app", folder) as (bare_port, bare):
            figures: dict[str, object] = {
                name: _compare(port, bare_port, requests) for name, requests in pages.items()
            }
            figures["signup"] = _signups(port, bare_port, signup.ways(types, cookies, csrf))
            figures["memory_of_bare_server_mb"] = {"after_load": servers.memory(bare)}
        memory["after_load"] = servers.memory(process)  # alone again: shared libraries count as its own
    return figures | {"memory_of_server_mb": memory}


def _compare(port: int, bare_port: int, requests: list[bytes]) -> dict[str, object]:
    load.measure(port, requests, connections=CONNECTIONS, seconds=1.0)
    rounds = []
    for _ in range(ROUNDS):
        ours = load.measure(port, requests, connections=CONNECTIONS, seconds=SECONDS)
        size = max(1, ours.bytes_each - 200)
        bare = load.measure(bare_port, [load.get(f"/bare/{size}")], connections=CONNECTIONS, seconds=SECONDS)
        rounds.append((ours.per_second / bare.per_second, ours, bare))
    ratio, ours, bare = sorted(rounds, key=lambda entry: entry[0])[len(rounds) // 2]
    return {"ratio": round(ratio, 3), "ours": ours.as_json(), "bare": bare.as_json()}


def _signups(port: int, bare_port: int, ways: Iterator[bytes]) -> dict[str, object]:
    """Whole sign-ups (two forms, each stored safely) in turn with bare durable bookings; the median ratio counts."""
    kept: dict[str, Any] = {"connections": CONNECTIONS, "seconds": SECONDS}
    load.measure_ways(port, ways, signup.on_to_details, **kept | {"seconds": 1.0})
    rounds = []
    for _ in range(ROUNDS):
        ours = load.measure_ways(port, ways, signup.on_to_details, **kept)
        bare = load.measure(bare_port, [load.post("/bare/booking", "", cookie="")], **kept)
        rounds.append((ours.per_second / bare.per_second, ours, bare))
    ratio, ours, bare = sorted(rounds, key=lambda entry: entry[0])[len(rounds) // 2]
    return {"ratio": round(ratio, 3), "ours": ours.as_json(), "bare": bare.as_json()}


def _story_and_token(port: int, cookie: str) -> tuple[str, str]:
    """A story's id, and a CSRF token of the secret that all sessions of this run share."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/stories", headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as response:
        text = response.read().decode()
    token = re.search(r'name="csrf-token" content="([^"]+)"', text)
    story = re.search(r'href="/stories/([0-9a-z]{26})"', text)
    assert token, "the wall shows no token"
    assert story, "the wall shows no story"
    return story[1], token[1]


def _many_stories(small: Path, large: Path) -> dict[str, object]:
    """p50 of the wall with 100,000 stories against 1,000, caches off, in turns."""
    ask: Callable[[int], float] = lambda port: load.measure(  # noqa: E731
        port, [load.get("/stories")], connections=1, seconds=SECONDS
    ).percentile(0.5)
    with (
        servers.running("wsgi:app", small, CARD_CACHE="0") as (small_port, _),
        servers.running("wsgi:app", large, CARD_CACHE="0") as (large_port, _),
    ):
        ask(small_port), ask(large_port)
        pairs = sorted((ask(large_port) / ask(small_port)) for _ in range(ROUNDS))
        ratio = pairs[len(pairs) // 2]
        return {
            "ratio_p50": round(ratio, 3),
            "p50_ms_1000": round(ask(small_port), 2),
            "p50_ms_100000": round(ask(large_port), 2),
        }


if __name__ == "__main__":
    main()
