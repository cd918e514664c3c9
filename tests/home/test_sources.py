"""The studio's page of where members come from: who sees it, what it counts, each write plain and with htmx."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image

from portal.accounts.models import SourceKind
from portal.accounts.queries.sources import find_source, get_source
from portal.core import clock
from portal.core.db import db
from portal.home.sources import Brought, brought_by
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
HOME = "/console/sources"
TYPED = {"name": "Card in the parcel", "kind": "pack", "code": "parcel"}


def test_what_each_brought(app: Flask, make: Make, queries: Any) -> None:
    for code in ("parcel", "shop", "quiet"):
        make.source(code)
    people = [make.member(join_source=code) for code in ("parcel", "parcel", "parcel", "shop", "")]
    for member in people[:2]:
        make.session_token(member)
    with clock.travel(clock.now() - timedelta(days=31)):
        make.session_token(people[3])
    for author, state in (
        (0, "published"),
        (0, "published"),
        (1, "held"),
        (3, "published"),
        (4, "published"),
    ):
        make.story(author=people[author], state=state)
    db.session.commit()
    with queries() as log:
        found = brought_by(["", "parcel", "shop", "quiet"])
    assert found == {
        "": Brought(1, 0, 1),
        "parcel": Brought(3, 2, 1),
        "shop": Brought(1, 0, 1),
        "quiet": Brought(0, 0, 0),
    }
    assert len(log) == 3


@pytest.mark.one_database
def test_who_sees_and_who_changes(
    client: PortalClient, as_member: SignIn, as_staff: SignIn, make: Make
) -> None:
    make.source("parcel")
    reads = (HOME, f"{HOME}/parcel", f"{HOME}/parcel/qr.svg", f"{HOME}/parcel/qr.png")
    writes = (HOME, f"{HOME}/parcel", f"{HOME}/parcel/close")
    analyst, owner = as_staff("analyst"), as_staff("owner")
    for path in reads:
        assert client.get(path).location.startswith("/sign-in")
        assert as_member().get(path).status_code == 404
        assert as_staff("moderator").get(path).status_code == 403
        assert analyst.get(path).status_code == owner.get(path).status_code == 200
    for path in writes:
        assert client.post(path).status_code == as_member().post(path).status_code == 404
        assert analyst.post(path, data=TYPED).status_code == 403
    assert "<form" not in analyst.get(HOME).text.split("<main")[1].split("</main>")[0]
    assert get_source("parcel").closed_at is None


@pytest.mark.one_database
@BOTH
def test_a_code_is_made(as_staff: SignIn, htmx: bool) -> None:
    owner = as_staff("owner")
    assert "No code yet" in owner.get(HOME).text
    answer = owner.post(HOME, data=TYPED, htmx=htmx)
    place = answer.headers["HX-Redirect"] if htmx else answer.location
    assert place == f"{HOME}/parcel"
    assert get_source("parcel").kind is SourceKind.PACK
    shown = owner.get(place).text
    assert "http://portal.test/from/parcel" in shown


@pytest.mark.one_database
@BOTH
@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", " "), ("name", "x" * 121), ("kind", "sky"), ("code", "no way"), ("code", "taken")],
)
def test_what_cannot_be(as_staff: SignIn, make: Make, field: str, typed: str, htmx: bool) -> None:
    make.source("taken")
    answer = as_staff("owner").post(HOME, data=TYPED | {field: typed}, htmx=htmx)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert (field == "name") or 'value="Card in the parcel"' in answer.text
    assert find_source("parcel") is None


@pytest.mark.one_database
@BOTH
def test_a_code_is_renamed_closed_and_opened(as_staff: SignIn, make: Make, htmx: bool) -> None:
    make.source("parcel")
    owner, here = as_staff("owner"), f"{HOME}/parcel"
    for path, data, sign in (
        (here, {"name": "Der Zettel", "kind": "event"}, "Der Zettel"),
        (f"{here}/close", {}, "counts nobody any more"),
        (f"{here}/close", {}, "It was so already"),
        (f"{here}/open", {}, "It counts again"),
    ):
        answer = owner.post(path, data=data, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
        assert sign in (answer.text if htmx else owner.get(here).text)
    refused = owner.post(here, data={"name": "", "kind": "event"}, htmx=htmx)
    assert refused.status_code == 422
    assert get_source("parcel").name == "Der Zettel"
    for path in (f"{HOME}/nothing", f"{HOME}/nothing/close"):
        assert owner.post(path, data=TYPED).status_code == 404
    assert owner.get(f"{HOME}/nothing").status_code == 404


@pytest.mark.one_database
def test_the_qr_is_black_on_white_and_reads_as_the_address(as_staff: SignIn, make: Make) -> None:
    make.source("parcel")
    owner = as_staff("owner")
    drawing = owner.get(f"{HOME}/parcel/qr.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert "<svg" in drawing.text and "script" not in drawing.text
    assert "Content-Disposition" not in drawing.headers
    saved = owner.get(f"{HOME}/parcel/qr.png?download=1")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="parcel.png"'
    picture = Image.open(io.BytesIO(saved.data)).convert("L")
    assert picture.width == picture.height >= 600
    assert set(picture.tobytes()) == {0, 255}
    assert picture.getpixel((0, 0)) == 255
    assert owner.get(f"{HOME}/parcel/qr.gif").status_code == 404


@pytest.mark.one_database
def test_many_codes_cost_what_few_cost(as_staff: SignIn, make: Make, queries: Any) -> None:
    owner, costs = as_staff("owner"), []
    for many in (1, 30):
        for number in range(many):
            make.source(f"code-{many}-{number}")
        owner.get(HOME)
        with queries() as log:
            text = owner.get(HOME).text
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10
    more = BeautifulSoup(text, "html.parser").select_one("a.more")
    assert more is not None
    rest = owner.get(str(more["href"])).text
    assert "Came without a code" not in rest
    assert len(BeautifulSoup(rest, "html.parser").select("tbody tr")) == 7
