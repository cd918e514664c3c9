"""Built files: for ever under their hashed name, compressed for browsers that take it, nothing else reachable."""

from __future__ import annotations

import gzip

import pytest

from portal.core.assets import manifest
from tests.client import PortalClient

pytestmark = pytest.mark.one_database


def test_compressed_twin_says_the_same(client: PortalClient) -> None:
    address = f"/assets/{manifest()['app.css']}"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.mimetype == plain.mimetype == "text/css"
    assert "immutable" in packed.headers["Cache-Control"]
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))


@pytest.mark.parametrize("name", ["nothing.css", "../css/app.css", "..%2f..%2fconfig.py", "%2e%2e/js/app.js"])
def test_nothing_else_is_reachable(client: PortalClient, name: str) -> None:
    assert client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404
