"""Refusals with a sentence for people. Raising one rolls the transaction back; one handler answers all of them."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the product said no. ``message`` is already translated and fit to be shown.

    ``field`` names the form field that it belongs to, if any.
    """

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


class NotAllowed(DomainError):
    status = 403


class NotFound(DomainError):
    status = 404


class Conflict(DomainError):
    """Somebody else was faster, or the thing is no longer in the state the visitor saw."""

    status = 409


class Invalid(DomainError):
    """The input cannot be accepted."""

    status = 422


class TooMany(DomainError):
    """Too often. ``retry_after`` is in seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(TooMany):
    """Too many others at this moment: nothing was changed, and the same again will do."""

    status = 503
