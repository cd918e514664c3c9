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
KEPT: dict[str, Any] = {"connections": CONNECTIONS, "seconds": SECONDS}
BOOKING = [load.post("/bare/booking", "", cookie="")]
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
        smallest = servers.printed_by("bench.least", folder)
        with (
            servers.running("bench.bare:app", folder) as (bare_port, bare),
            servers.running("bench.least:app", folder) as (least_port, _),
        ):
            figures: dict[str, object] = {
                name: _compare(port, bare_port, requests) for name, requests in pages.items()
            }
            figures["signup"] = _signups(port, bare_port, signup.ways(types, cookies, csrf))
            figures["least_signup"] = _least_signups(least_port, bare_port, smallest)
            figures["memory_of_bare_server_mb"] = {"after_load": servers.memory(bare)}
        memory["after_load"] = servers.memory(process)  # alone again: shared libraries count as its own
    return figures | {"memory_of_server_mb": memory}


def _compare(port: int, bare_port: int, requests: list[bytes]) -> dict[str, object]:
    load.measure(port, requests, connections=CONNECTIONS, seconds=1.0)

    def turn() -> tuple[load.Figures, load.Figures]:
        ours = load.measure(port, requests, **KEPT)
        size = max(1, ours.bytes_each - 200)
        return ours, load.measure(bare_port, [load.get(f"/bare/{size}")], **KEPT)

    return _middle(turn)


def _signups(port: int, bare_port: int, ways: Iterator[bytes]) -> dict[str, object]:
    """Whole sign-ups (two forms, each stored safely) in turn with bare durable bookings."""
    load.measure_ways(port, ways, signup.on_to_details, **KEPT | {"seconds": 1.0})
    return _middle(
        lambda: (
            load.measure_ways(port, ways, signup.on_to_details, **KEPT),
            load.measure(bare_port, BOOKING, **KEPT),
        )
    )


def _least_signups(port: int, bare_port: int, request: bytes) -> dict[str, object]:
    """What the packages alone leave of a bare booking: no sign-up of this house can have a better ratio."""
    return _middle(lambda: (load.measure(port, [request], **KEPT), load.measure(bare_port, BOOKING, **KEPT)))


def _middle(turn: Callable[[], tuple[load.Figures, load.Figures]]) -> dict[str, object]:
    """Several turns of ours and the bare one; of their ratios the one in the middle counts."""
    rounds = [turn() for _ in range(ROUNDS)]
    ours, bare = sorted(rounds, key=lambda one: one[0].per_second / one[1].per_second)[ROUNDS // 2]
    ratio = round(ours.per_second / bare.per_second, 3)
    return {"ratio": ratio, "ours": ours.as_json(), "bare": bare.as_json()}


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
