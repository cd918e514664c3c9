"""A door takes pictures and queues from phones: nothing in them is a fault, and nothing in them is believed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import segno
from PIL import Image

from portal.core import clock
from portal.core.db import db, new_id
from portal.events.models import Event, Scan, ScanResult
from tests.client import PortalClient
from tests.core.media.pictures import as_bytes, lying_heic, many_scans, png_bomb, zip_file
from tests.make import Make

#: what the code in a picture says instead of an address of ours
STRANGE = (
    "https://evil.example/t/8K3M27QX.zzzzzzzz",
    "javascript:alert(1)",
    "a\0b\x1b[2J",
    "\u202eXQ72M3K8",
    "👩🏽\u200d🚀" * 40,
    "../../console/staff",
    "x" * 1000,
    "' OR 1=1 --",
)


@pytest.fixture
def festival(make: Make) -> Iterator[Event]:
    made = make.event()
    with clock.travel(made.starts_at + timedelta(hours=1)):
        yield made


@pytest.fixture
def host(as_staff: Callable[[str], PortalClient]) -> PortalClient:
    return as_staff("host")


def sent(content: bytes, name: str = "code.png") -> dict[str, Any]:
    return {"picture": (io.BytesIO(content), name), "nonce": new_id()}


def test_a_strange_code_in_a_picture_is_no_ticket(festival: Event, host: PortalClient) -> None:
    """It is kept as far as people can read it, and is no address that anybody is led to."""
    there = f"/console/events/{festival.slug}/door"
    for text in STRANGE:
        picture = io.BytesIO()
        segno.make_qr(text).save(picture, kind="png", scale=4)
        said = host.post(there, data=sent(picture.getvalue()), htmx=True)
        assert said.status_code == 200, text
        assert 'href="javascript:' not in said.get_data(as_text=True)
    assert {one.result for one in db.session.query(Scan)} == {ScanResult.UNKNOWN}
    assert not any("\0" in one.code or "\u202e" in one.code for one in db.session.query(Scan))
    assert host.get(f"{there}/scans").status_code == 200


@pytest.mark.one_database
def test_pictures_that_are_none_and_pictures_that_are_too_much(festival: Event, host: PortalClient) -> None:
    there = f"/console/events/{festival.slug}/door"
    plain = Image.new("RGB", (900, 600), "#aabbcc")
    wrong = (
        b"",
        b"<svg onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        zip_file(),
        png_bomb(30_000, 30_000),
        png_bomb(8_000, 7_000),
        png_bomb(1, 65_000),
        png_bomb(8_192, 6_144),  # fifty million pixels are looked at, and hold no code
        many_scans(500),
        lying_heic(),
        as_bytes(plain, "JPEG")[:400],
        as_bytes(plain, "PNG"),
    )
    for number, content in enumerate(wrong):
        said = host.post(there, data=sent(content, "../../x.png"), htmx=bool(number % 2))
        assert said.status_code == 422, number
    assert db.session.query(Scan).count() == 0


def test_queues_that_no_door_would_send(festival: Event, host: PortalClient) -> None:
    """Deep, huge, half a character, another clock: refused with a sentence, or kept as what it is; never a fault."""
    there = f"/console/events/{festival.slug}/door/queue"
    good = {
        "code": "8K3M27QX",
        "door": "B",
        "at": clock.now().isoformat(),
        "result": "admitted",
        "people": 1,
    }
    odd: list[dict[str, Any]] = [
        {"code": "a\0b", "door": "\0"},
        {"code": "\ud800", "door": "\udfff\u202e"},
        {"code": "👩🏽\u200d🚀" * 90, "door": "门" * 40},
        {"at": "0001-01-01T00:00:00+23:59"},
        {"at": "9999-12-31T23:59:59-23:59"},
        {"people": 2**70},
        {"people": 1e400},
        {"nonce": "\0" * 12},
        {"nonce": "编号编号编号编号"},
        {"nonce": "-" * 64},
        {"result": "ADMITTED"},
        {"session": "01arz3ndektsv4rrffq69g5fav", "anyway": [1], "undone": "yes"},
        {"session": "\0" * 26},
        {"extra": {"deep": [[[[]]]]}},
    ]
    for facts in odd:
        said = host.post(there, json={"scans": [good | {"nonce": new_id()} | facts]})
        assert said.status_code in (200, 422), facts
    deep = b'{"scans":' + b"[" * 60_000 + b"]" * 60_000 + b"}"
    for body in (
        deep,
        b'{"scans":[{"people":' + b"9" * 9_000 + b"}]}",
        b'{"scans":NaN}',
        b"\xff\xfe\0",
        b'"\\ud800"',
    ):
        assert host.post(there, data=body, content_type="application/json").status_code in (413, 422)
    assert host.get(f"/console/events/{festival.slug}/door/scans").status_code == 200
    assert host.get(f"/console/events/{festival.slug}/door/conflicts").status_code == 200
