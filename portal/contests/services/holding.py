"""Who waits for whom: voters for nobody but the count, the count for all voters."""

from __future__ import annotations

from portal.core.db import hold_name


def hold_votes(contest_id: str, *, counting: bool = False) -> None:
    """Until the transaction ends: voters together, the count alone. So a vote is counted or refused, never lost between both.

    Comes before any row of the contest is read for the decision.
    """
    hold_name(f"contest-votes:{contest_id}", shared=not counting)


def hold_own(contest_id: str, member_id: str) -> None:
    """One after the other: what a member does with their names in a contest."""
    hold_name(f"contest-entries:{contest_id}:{member_id}")
