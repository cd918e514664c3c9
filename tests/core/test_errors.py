"""Every refusal carries a sentence and its status."""

from __future__ import annotations

import pytest

from portal.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DomainError("No."), 400),
        (NotAllowed("No."), 403),
        (NotFound("No."), 404),
        (Conflict("No."), 409),
        (Invalid("No."), 422),
        (TooMany("No.", retry_after=9), 429),
    ],
)
def test_status_and_sentence(error: DomainError, status: int) -> None:
    assert isinstance(error, DomainError)
    assert (error.status, error.message, str(error)) == (status, "No.", "No.")


def test_invalid_names_its_field() -> None:
    assert Invalid("Too long.", field="body").field == "body"
    assert Invalid("Too long.").field is None


def test_too_many_says_when() -> None:
    assert TooMany("Slowly.", retry_after=30).retry_after == 30
