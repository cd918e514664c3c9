"""Where answers lead, in both dresses."""

from __future__ import annotations

import pytest

from portal.core.web import LONGEST_PATH, safe_path
from tests.answers import BOTH, place
from tests.client import PortalClient

pytestmark = pytest.mark.one_database


@BOTH
def test_an_address_in_chinese_fits_into_a_header(client: PortalClient, htmx: bool) -> None:
    answer = client.post("/theme", data={"theme": "dark", "next": "/search?q=包 包"}, htmx=htmx)
    assert place(answer, htmx=htmx) == "/search?q=%E5%8C%85%20%E5%8C%85"


def test_a_path_that_fits_into_no_cookie_is_not_kept() -> None:
    assert safe_path("/" + "a" * (LONGEST_PATH - 1), "x") != "x"
    assert safe_path("/" + "a" * LONGEST_PATH, "x") == "x"
