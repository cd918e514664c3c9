"""What who handed a name in is told. Voters are told nothing: nobody knows who they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState
from portal.core.db import db
from portal.core.links import path_to
from portal.notifications.services import notify, retract


def tell_screened(contest: Contest, entries: Sequence[Entry]) -> None:
    """Each reads that their name stands on the ballot, or why it does not."""
    for one in sorted(entries, key=lambda entry: entry.member_id):
        stands = one.state is EntryState.STANDING
        notify(
            [one.member_id],
            "contests.approved" if stands else "contests.refused",
            path=path_to("contests.contest", slug=contest.slug),
            group=_screened(one),
            **_facts(contest),
            words=one.words,
            reason=one.reason,
        )


def retract_screened(entries: Sequence[Entry]) -> None:
    for one in entries:
        retract(_screened(one))


def tell_cancelled(contest: Contest) -> None:
    """To everybody who handed a name in."""
    path = path_to("contests.contest", slug=contest.slug)
    group = f"contest:{contest.id}:cancelled"
    notify(_who_took_part(contest), "contests.cancelled", path=path, group=group, **_facts(contest))


def tell_decided(contest: Contest, winner: Entry, winners: Sequence[str]) -> None:
    """Those whose name won read so, the others which name did."""
    path = path_to("contests.result", slug=contest.slug)
    facts = _facts(contest) | {"words": winner.words}
    group = f"contest:{contest.id}:decided"
    notify(sorted(set(winners)), "contests.won", path=path, group=f"{group}:won", **facts)
    others = sorted(_who_took_part(contest) - set(winners))
    notify(others, "contests.decided", path=path, group=group, **facts)


def _screened(entry: Entry) -> str:
    return f"contest-entry:{entry.id}"


def _facts(contest: Contest) -> dict[str, Any]:
    return {"name_zh": contest.name_zh, "name_en": contest.name_en}


def _who_took_part(contest: Contest) -> set[str]:
    theirs = sa.select(Entry.member_id).where(
        Entry.contest_id == contest.id, Entry.state != EntryState.WITHDRAWN
    )
    return set(db.session.scalars(theirs))
