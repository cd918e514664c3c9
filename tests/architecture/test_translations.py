"""Every text speaks both languages."""

import pytest

from tests import translations
from tests.client import PortalClient


def test_catalogue_is_complete() -> None:
    assert translations.problems() == []


@pytest.mark.parametrize("wrong", ["试用官", "试用报告", "算在你头上"])
def test_one_thing_has_one_name(wrong: str) -> None:
    """A tester is 体验官, and what they write a 体验报告, wherever it stands."""
    assert [message.id for message in translations.kept() if wrong in str(message.string)] == []


@pytest.mark.one_database
def test_a_chinese_page_speaks_chinese(client: PortalClient) -> None:
    """The compiled catalogue is found under the name that Babel looks for."""
    assert "登录" in client.get("/sign-in", lang="zh").text
    assert "登录" not in client.get("/sign-in", lang="en").text
