"""Where a contest stands, from its times and what was done to it; and what may be done then."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from portal.contests.models import Contest, Entry, EntryState


class Phase(StrEnum):
    """In the order in which they come. ``SCREENING`` lies between submitting and voting and may be empty; ``CLOSED``: no more votes,
    not counted yet; ``COUNTED``: everybody knows the figures, not yet decided."""

    DRAFT = "draft"
    COMING = "coming"
    SUBMITTING = "submitting"
    SCREENING = "screening"
    VOTING = "voting"
    CLOSED = "closed"
    COUNTED = "counted"
    DECIDED = "decided"
    CANCELLED = "cancelled"


#: nothing more happens
OVER = frozenset((Phase.DECIDED, Phase.CANCELLED))
#: everybody reads the names, until then only who gave them and staff do: nobody can copy what they cannot read
NAMES_SHOWN = frozenset((Phase.VOTING, Phase.CLOSED, Phase.COUNTED, Phase.DECIDED))


def phase_of(contest: Contest, now: datetime) -> Phase:
    """Each begins with its moment and ends right before the next one's."""
    if contest.published_at is None:
        return Phase.DRAFT
    if contest.cancelled_at is not None:
        return Phase.CANCELLED
    if contest.decided_at is not None:
        return Phase.DECIDED
    if contest.counted_at is not None:
        return Phase.COUNTED
    begun = (
        (contest.vote_until, Phase.CLOSED),
        (contest.vote_from, Phase.VOTING),
        (contest.submit_until, Phase.SCREENING),
        (contest.opens_at, Phase.SUBMITTING),
    )
    return next((phase for moment, phase in begun if now >= moment), Phase.COMING)


def next_moment(contest: Contest, phase: Phase) -> datetime | None:
    """When the phase ends by itself, for the countdown."""
    return {
        Phase.COMING: contest.opens_at,
        Phase.SUBMITTING: contest.submit_until,
        Phase.SCREENING: contest.vote_from,
        Phase.VOTING: contest.vote_until,
    }.get(phase)


def may_withdraw(entry: Entry, phase: Phase) -> bool:
    """Until the names stand on the ballot."""
    gone = entry.state in (EntryState.REFUSED, EntryState.WITHDRAWN)
    return not gone and phase in (Phase.SUBMITTING, Phase.SCREENING)


def joined_in_time(contest: Contest, joined_at: datetime) -> bool:
    """Nobody joins to vote: only who was a member before the contest opened has votes."""
    return joined_at < contest.opens_at
