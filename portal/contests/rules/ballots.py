"""What keeps the vote secret and fair: whose ballot it is, the order of names on it, and its receipt."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from portal.contests.models import Contest
from portal.core.crypto import seal


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Name = TypeVar("Name", bound=_Named)
#: without letters and digits that people take for one another
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _LETTERS_IN_ONE = 3, 4


def voter_of(contest: Contest, member_id: str) -> str:
    """What stands on a ballot instead of the member. Once the secret is gone nobody can compute it again."""
    if not contest.secret:
        raise ValueError("a contest without its secret has no voters any more")
    return seal(contest.secret, member_id.encode())


def shuffled(
    names: Iterable[Name], contest: Contest, member_id: str | None, *, today: date | None = None
) -> list[Name]:
    """The names in an order of this reader's own, the same each time: no name gains from standing first.

    Visitors have one order a day (``today``), as has everybody once the secret is gone.
    """
    if member_id is not None and contest.secret:
        return sorted(names, key=lambda one: seal(contest.secret, f"{member_id}|{one.id}".encode()))
    return sorted(names, key=lambda one: _digest(f"{contest.id}|{today}|{one.id}"))


def new_receipt() -> str:
    """Told to the voter alone, as they write it down: ``K7Q2-9XMP-4DTA``."""
    letters = "".join(secrets.choice(_LETTERS) for _place in range(_GROUPS * _LETTERS_IN_ONE))
    return "-".join(letters[at : at + _LETTERS_IN_ONE] for at in range(0, len(letters), _LETTERS_IN_ONE))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
