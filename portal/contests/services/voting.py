"""Voting in secret: a ballot says what was chosen and never by whom.

Nothing here is told to the audit trail, to logs, messages or a member's life: who voted for what is nowhere but on the ballot.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.contests.models import Ballot, Contest, Vote, new_ballot_id
from portal.contests.queries.names import names_on_ballot
from portal.contests.queries.voter import is_voter
from portal.contests.rules.ballots import new_receipt, voter_of
from portal.contests.rules.phases import Phase, phase_of
from portal.contests.services.holding import hold_votes
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, key_of
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _, ngettext


def cast(contest: Contest, entry_ids: Collection[str], *, by: Viewer) -> Ballot:
    """Vote for one to ``contest.votes`` names, one's own among them if one likes; until the close it may be changed.

    A member has one ballot: voting again changes its choices and leaves its receipt. Raises NotAllowed for who may not vote,
    Conflict when nobody may (any more), Invalid for too few, too many, or a name that is not on the ballot.
    """
    contest_id, chosen = key_of(contest), sorted(set(entry_ids))
    hold_votes(contest_id)
    contest = db.session.get_one(Contest, contest_id, populate_existing=True)
    _must_vote_now(contest)
    _must_be_voter(contest, by)
    _check(contest, chosen)
    ballot = _held(contest, by.id)
    kept = list(db.session.scalars(sa.select(Vote.entry_id).where(Vote.ballot_id == ballot.id)))
    if sorted(kept) != chosen:
        changed_rows(sa.delete(Vote).where(Vote.ballot_id == ballot.id))
        rows = [{"ballot_id": ballot.id, "slot": slot, "entry_id": one} for slot, one in enumerate(chosen, 1)]
        db.session.execute(sa.insert(Vote), rows)
    return ballot


# ------------------------------------------------------------------ inside


def _must_vote_now(contest: Contest) -> None:
    phase = phase_of(contest, clock.now())
    if phase is Phase.DRAFT:
        raise NotFound(_("There is no such contest."))
    if phase is Phase.CANCELLED:
        raise Conflict(_("This contest was called off."))
    if phase in (Phase.COMING, Phase.SUBMITTING, Phase.SCREENING):
        raise Conflict(_("Voting has not begun yet."))
    if phase is not Phase.VOTING:
        raise Conflict(_("Voting is over. Thank you for wanting to vote."))


def _must_be_voter(contest: Contest, by: Viewer) -> None:
    """Raises NotAllowed, with why: members with a confirmed contact who joined before the contest opened."""
    by.must_be_confirmed()
    if not is_voter(contest, by):
        raise NotAllowed(
            _(
                "Only people who were members before this contest opened can vote, so that nobody joins just to vote. You can vote"
                " in the next one."
            )
        )


def _check(contest: Contest, chosen: list[str]) -> None:
    if not chosen:
        raise Invalid(_("Please choose at least one name."), field="names")
    if len(chosen) > contest.votes:
        said = ngettext(
            "Please choose at most %(num)s name.", "Please choose at most %(num)s names.", contest.votes
        )
        raise Invalid(said, field="names")
    if not set(chosen) <= {name.id for name in names_on_ballot(contest.id)}:
        raise Invalid(
            _("A name that you chose is no longer on the ballot. Please look again."), field="names"
        )


def _held(contest: Contest, member_id: str) -> Ballot:
    """The one ballot of this voter, held; made now when there is none."""
    voter = voter_of(contest, member_id)
    today = clock.in_zone(clock.now(), brand.current().time_zone).date()
    row = {"contest_id": contest.id, "voter": voter, "receipt": new_receipt(), "cast_on": today}
    insert_once(Ballot, id=new_ballot_id(), **row)
    mine = sa.select(Ballot).where(Ballot.contest_id == contest.id, Ballot.voter == voter)
    return db.session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
