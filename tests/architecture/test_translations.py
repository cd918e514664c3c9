"""Every text speaks both languages."""

from tests import translations


def test_catalogue_is_complete() -> None:
    assert translations.problems() == []
