"""The result: staff confirm the first place, or the jury's choice among the first five. Then credit, badge and prize follow."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.catalog.models import CreditKind
from portal.catalog.services import credit, reword_credits
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.queries.results import candidates, entry_of, sharers_of
from portal.contests.rules.phases import Phase, phase_of
from portal.contests.services import telling
from portal.contests.services.making import KIND, hold
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.links import path_to
from portal.deliveries import services as deliveries
from portal.rewards import services as rewards

LONGEST_WORDS = 1000


def decide(contest: Contest, entry_id: str, words: str, *, by: Viewer) -> None:
    """The winner, for good; ``words`` are the jury's and everybody reads them.

    All who gave the name are credited on the product and get the badge, whoever gave it first gets the prize, and everybody who
    handed a name in is told. The same again changes nothing. Raises Conflict before the count or when another name won, Invalid
    for a name that cannot win or a jury without words. Audited.
    """
    contest, words = hold(contest, by), words.strip()
    phase = phase_of(contest, clock.now())
    if phase is Phase.DECIDED and contest.winner_id == entry_id:
        return
    if phase is not Phase.COUNTED:
        raise Conflict(_("It is decided once: after the count, and only once."))
    if entry_id not in {row.entry.id for row in candidates(contest)}:
        raise Invalid(_("Please choose one of the names that can win."), field="winner")
    if contest.jury and not words:
        raise Invalid(_("Please say why the jury chose this name. Everybody reads it."), field="words")
    if len(words) > LONGEST_WORDS:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_WORDS), field="words")
    contest.winner_id, contest.jury_words = entry_id, words if contest.jury else ""
    contest.decided_by, contest.decided_at = by.id, clock.now()
    contest.version += 1
    db.session.flush()
    audit.record("contest.decided", by=by, target_kind=KIND, target_id=contest.id, entry=entry_id)
    winner = db.session.get_one(Entry, entry_id)
    _give(contest, winner, sharers_of(winner), by)


def settle_credit(entry: Entry) -> None:
    """The credits of the name that won say it as long as it stands, and nothing once moderators took it down."""
    contest = db.session.get_one(Contest, entry.contest_id)
    winner = entry_of(contest)
    if winner is None or winner.key != entry.key:
        return
    same = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.key == entry.key)
    said = {
        one.member_id: one.words if one.state is EntryState.STANDING else ""
        for one in db.session.scalars(same)
    }
    reword_credits(KIND, contest.id, said)


def _give(contest: Contest, winner: Entry, shared: list[Entry], by: Viewer) -> None:
    """Credit and badge for all who share the name, the prize for the first of them who is still here."""
    here = _still_here([one.member_id for one in shared])
    for one in sorted(shared, key=lambda entry: entry.member_id):
        credit(
            contest.product_id,
            CreditKind.NAMED,
            member_id=one.member_id,
            words=one.words,
            source_kind=KIND,
            source_id=contest.id,
            path=path_to("contests.result", slug=contest.slug),
            color_id=contest.color_id,
        )
        if contest.badge_id and one.member_id in here:
            why = _("Named “%(name)s” (%(contest)s)", name=one.words, contest=contest.name)
            rewards.award_badge(contest.badge_id, one.member_id, why=why, by=by)
    first = next((one.member_id for one in shared if one.member_id in here), None)
    if first is not None and (contest.prize_zh or contest.prize_en):
        what = {"what_zh": contest.prize_zh, "what_en": contest.prize_en}
        deliveries.ask(KIND, contest.id, member_id=first, **what)
    telling.tell_decided(contest, winner, [one.member_id for one in shared])


def _still_here(member_ids: list[str]) -> set[str]:
    left = sa.select(Member.id).where(Member.id.in_(member_ids), Member.erased_at.is_(None))
    return set(db.session.scalars(left))
