"""The first who reads an open contest finds its rules frozen, even when the worker sleeps."""

from __future__ import annotations

from portal.contests.models import Contest
from portal.contests.services import freezing
from portal.core.db import transaction


def opened(contest: Contest) -> bool:
    """Freeze the rules if that is due; True when this call did. At most one query, and a write once in the life of a contest."""
    if not freezing.is_due(contest):
        return False
    with transaction():
        freezing.freeze(contest)
    return True
