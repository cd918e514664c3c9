"""Where answers lead, in both dresses."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.forms import Form
from portal.core.web import LONGEST_PATH, refused, safe_path
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


@pytest.mark.parametrize(("refusal", "renewed"), [(Invalid("No."), 0), (Conflict("No."), 1)])
def test_a_refusal_is_said_on_the_form_and_only_a_conflict_lets_it_know_what_stands_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch, refusal: DomainError, renewed: int
) -> None:
    known = []

    def write() -> None:
        raise refusal

    with app.test_request_context(method="POST"):
        form = Form()
        monkeypatch.setattr(form, "validate_on_submit", lambda: True)
        assert refused(form, write, lambda: known.append("now")) == refusal.status
        assert form.form_errors == ["No."] and len(known) == renewed
        assert refused(form, lambda: None) == 0


def test_what_the_form_itself_refuses_is_not_written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    with app.test_request_context(method="POST"):
        form = Form()
        monkeypatch.setattr(form, "validate_on_submit", lambda: False)
        assert refused(form, lambda: written.append(1)) == 422
    assert written == []
