"""Required fields want something that can be seen."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.forms import Form, line, paragraphs, seen_version

pytestmark = pytest.mark.one_database


class Words(Form):
    title = line("Title", most=10)
    body = paragraphs("Body", most=100)
    note = line("Note", most=10, required=False)


@pytest.mark.parametrize("typed", ["", "   ", "\t\n", "\u3000", "\u200b", "\u200b \u2060", "\u2800"])
def test_what_cannot_be_seen_is_nothing(app: Flask, typed: str) -> None:
    with app.test_request_context(method="POST", data={"title": typed, "body": typed, "note": typed}):
        form = Words(meta={"csrf": False})
        assert not form.validate()
        assert form.errors == {"title": ["Please fill this in."], "body": ["Please fill this in."]}


@pytest.mark.parametrize("typed", ["a", "？", "……", " 好 ", "🌙", "0"])
def test_anything_that_can_be_seen_is_something(app: Flask, typed: str) -> None:
    with app.test_request_context(method="POST", data={"title": typed, "body": typed}):
        assert Words(meta={"csrf": False}).validate()


def test_the_version_that_a_page_showed() -> None:
    assert [seen_version(given) for given in ("7", "0", "999999999")] == [7, 0, 999_999_999]
    assert [seen_version(given) for given in (None, "", "-1", "٣", "1e3", "9" * 10)] == [0] * 6
