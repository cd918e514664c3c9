"""The logo takes the place of the word mark once it is prepared, on every page and in every letter."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, render_template
from PIL import Image

from portal.accounts.queries import viewer_of
from portal.brand import queries, services
from portal.brand.services.logo import OWNER_ID, OWNER_KIND
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
URL = "/console/settings/logo"


def drawing(width: int = 600, height: int = 200, mode: str = "RGB") -> io.BytesIO:
    file = io.BytesIO()
    Image.new(mode, (width, height), (120, 20, 40, 90)[: len(mode)]).save(file, "PNG")
    file.seek(0)
    return file


def send(make: Make, width: int = 600) -> str:
    staged = stage_upload(drawing(width))
    with transaction():
        return services.receive_logo(staged, by=viewer_of(make.staff("owner").id)).id


def test_it_stands_once_it_is_prepared(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    photo_id = send(make)
    assert queries.current().logo is None
    run_jobs()
    logo = queries.current().logo
    assert logo is not None
    assert (logo.id, logo.width, logo.height) == (photo_id, 600, 200)
    assert [entry.action for entry in entries_of("brand", "1")] == ["brand.changed", "brand.logo_sent"]
    assert entries_of("brand", "1")[0].facts == {"changed": {"logo": [None, photo_id]}}


def test_the_next_one_takes_its_place(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    first = send(make)
    run_jobs()
    send(make, 300)
    second = send(make, 400)
    assert queries.stored()["logo"] == first
    run_jobs()
    assert queries.stored()["logo"] == second
    assert {photo.id for photo in photos_of(OWNER_KIND, OWNER_ID)} == {first, second}


def test_an_old_one_keeps_its_address_for_a_moment(
    app: Flask, make: Make, run_jobs: Callable[[], None]
) -> None:
    """Another process may show it some seconds longer; nobody sees a broken picture."""
    first = send(make)
    run_jobs()
    second = send(make)
    run_jobs()
    assert {photo.id for photo in photos_of(OWNER_KIND, OWNER_ID)} == {first, second}
    with clock.travel(clock.now() + timedelta(minutes=2)):
        run_jobs()
    assert [photo.id for photo in photos_of(OWNER_KIND, OWNER_ID)] == [second]
    assert queries.stored()["logo"] == second


def test_it_can_be_taken_away_also_on_its_way(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    owner = viewer_of(make.staff("owner").id)
    shown = send(make)
    run_jobs()
    send(make)
    with transaction():
        assert services.remove_logo(by=owner)
    run_jobs()
    assert queries.current().logo is None
    assert [photo.id for photo in photos_of(OWNER_KIND, OWNER_ID)] == [shown]
    with transaction():
        assert not services.remove_logo(by=owner)
        services.use_logo("0" * 26)
    with clock.travel(clock.now() + timedelta(minutes=2)):
        run_jobs()
    assert photos_of(OWNER_KIND, OWNER_ID) == []


@pytest.mark.one_database
@BOTH
def test_the_owner_sends_and_removes_it(
    app: Flask, client: PortalClient, as_staff: SignIn, run_jobs: Callable[[], None], htmx: bool
) -> None:
    owner = as_staff("owner")
    assert 'class="brand-name"' in client.get("/products").text
    sent = owner.post(URL, data={"photo": (drawing(mode="RGBA"), "logo.png")}, htmx=htmx)
    assert sent.status_code == (200 if htmx else 303)
    assert "being prepared" in owner.get(URL, htmx=True).text
    run_jobs()
    queries.forget()
    for text in (client.get("/products").text, client.get("/sign-in").text, owner.get("/console").text):
        top = text[text.index('class="logo"') : text.index("</header>")]
        assert 'class="logo-img"' in top and 'alt="Our house"' in top and "brand-name" not in top
    with app.test_request_context():
        letter = render_template(
            "_layout/mail.html",
            subject="x",
            preheader="x",
            paragraphs=[],
            items=[],
            code="",
            action=None,
            reason="",
            stop_url="",
            choose_url="",
        )
    assert 'src="http://portal.test/media/' in letter and 'alt="Our house"' in letter
    removed = owner.post(f"{URL}/remove", htmx=htmx)
    assert removed.status_code == (200 if htmx else 303)
    assert 'class="brand-name"' in client.get("/products").text


@pytest.mark.one_database
@BOTH
@pytest.mark.parametrize("content", [None, b"", b"not a picture", b"<svg onload='x'></svg>"])
def test_what_is_no_picture(as_staff: SignIn, content: bytes | None, htmx: bool) -> None:
    data = {} if content is None else {"photo": (io.BytesIO(content), "logo.svg" if content else "")}
    answer = as_staff("owner").post(URL, data=data, htmx=htmx)
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text


@pytest.mark.one_database
def test_only_the_owner(client: PortalClient, as_member: SignIn, as_staff: SignIn) -> None:
    for path in (URL, f"{URL}/remove"):
        assert as_member().post(path).status_code == 404
        assert as_staff("manager").post(path).status_code == 403
        assert client.post(path).status_code == 404


@pytest.mark.one_database
def test_an_owner_hears_that_a_white_logo_vanishes(
    app: Flask, as_staff: SignIn, make: Make, run_jobs: Callable[[], None]
) -> None:
    owner = as_staff("owner")
    send(make)
    run_jobs()
    assert "almost white" not in owner.get("/console/settings").get_data(as_text=True)
    file = io.BytesIO()
    white = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    white.paste((255, 255, 255, 255), (100, 50, 500, 150))
    white.save(file, "PNG")
    file.seek(0)
    staged = stage_upload(file)
    with transaction():
        services.receive_logo(staged, by=viewer_of(make.staff("owner").id))
    run_jobs()
    assert "almost white" in owner.get("/console/settings").get_data(as_text=True)
