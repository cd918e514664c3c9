"""One address for prepared pictures; everything else answers 404."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient

from portal.core.db import db, transaction
from portal.core.media import photo_url, services
from portal.core.media.storage import picture_key, storage
from tests.core.media.conftest import ALBUM, ALICE, add_photo, work
from tests.core.media.pictures import as_bytes, gps_exif, quarters

pytestmark = pytest.mark.one_database


@pytest.fixture
def shown(house: Flask, jpeg: bytes) -> str:
    """A published photo."""
    photo_id = add_photo(jpeg, published=True)
    work(house)
    return photo_id


def hide(photo_id: str) -> None:
    with transaction():
        services.withdraw_photos(*ALBUM)


def get(client: FlaskClient, photo_id: str, who: str | None = None, width: int = 400, **headers: str):  # type: ignore[no-untyped-def]
    return client.get(
        f"/media/{photo_id}/{width}.webp", headers={**headers, **({"X-Test-Viewer": who} if who else {})}
    )


@pytest.mark.parametrize("width", [400, 800, 1600])
def test_everyone_sees_a_published_photo(client: FlaskClient, shown: str, width: int) -> None:
    answer = get(client, shown, width=width)
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert answer.data[8:12] == b"WEBP"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    assert answer.content_length == len(answer.data)


def test_an_unchanged_photo_is_not_sent_again(client: FlaskClient, shown: str) -> None:
    etag = get(client, shown).headers["ETag"]
    assert etag != get(client, shown, width=800).headers["ETag"]
    answer = get(client, shown, **{"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    hide(shown)
    assert get(client, shown, **{"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("width", [0, 1, 399, 1601, 99999])
def test_other_widths_do_not_exist(client: FlaskClient, shown: str, width: int) -> None:
    assert get(client, shown, width=width).status_code == 404


def test_a_withdrawn_photo_is_for_its_uploader_and_moderators(client: FlaskClient, shown: str) -> None:
    hide(shown)
    assert get(client, shown).status_code == 404
    assert get(client, shown, "somebody else").status_code == 404
    for who in (ALICE.id, "staff"):
        answer = get(client, shown, who)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_deleted_photo_is_gone_for_all(client: FlaskClient, shown: str) -> None:
    with transaction():
        services.discard_photos(*ALBUM)
    assert [get(client, shown, who).status_code for who in (None, ALICE.id, "staff")] == [404, 404, 404]


def test_nothing_is_served_before_it_is_prepared(client: FlaskClient, house: Flask) -> None:
    photo_id = add_photo(as_bytes(quarters((640, 480)), "JPEG", exif=gps_exif()), published=True)
    assert get(client, photo_id).status_code == 404
    assert get(client, photo_id, ALICE.id).status_code == 404
    work(house)
    assert get(client, photo_id).status_code == 200


def test_a_picture_that_is_missing_on_the_disk(client: FlaskClient, shown: str) -> None:
    storage().delete(picture_key(shown, 400))
    assert get(client, shown).status_code == 404


@pytest.mark.parametrize("path", ["{0}/original", "{0}/400.jpg", "quarantine/{0}", "../{0}", "{0}/-400.webp"])
def test_there_is_no_other_address(client: FlaskClient, shown: str, path: str) -> None:
    assert client.get("/media/" + path.format(shown)).status_code == 404


@pytest.mark.parametrize("name", ["x", "0" * 26, "%00", "..%2f..%2fetc", "照片", "a" * 400])
def test_strange_ids(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}/400.webp").status_code == 404


def test_one_query_for_one_picture(house: Flask, client: FlaskClient, shown: str) -> None:
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    get(client, shown)
    assert [statement.split()[0] for statement in statements] == ["BEGIN", "SELECT"]
    statements.clear()
    get(client, shown, width=500)
    assert statements == []


def test_the_address_of_a_picture(house: Flask) -> None:
    with house.test_request_context():
        assert (
            photo_url("abc", 800)
            == "/media/abc/800.webp"
            == url_for("media.photo", photo_id="abc", width=800)
        )
