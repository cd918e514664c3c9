"""Staff look at names before they stand on the ballot. The same name of several members is decided for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import staff_who_can
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.queries.studio import find_card, stamp_of
from portal.contests.rules.making import SCREENED
from portal.contests.rules.phases import phase_of
from portal.contests.services import telling
from portal.contests.services.deciding import settle_credit
from portal.contests.services.making import hold
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, key_of, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _
from portal.moderation.rules import may_decide

KIND = "entry"
LONGEST_REASON, LONGEST_NOTE = 255, 1000


def approve(contest: Contest, entry_id: str, *, seen: str, by: Viewer, anyway: bool = False) -> int:
    """The name will stand on the ballot, for everybody who gave it and waits; returns how many did. They are told.

    ``seen`` is what the card showed (``Card.seen``), ``anyway`` that it sounds like others and stands all the same. Raises
    Conflict when a colleague was faster, somebody changed or added something since, or the ballot stands already; Invalid
    beside ``anyway`` when it sounds like others; NotFound for a name of another contest. Audited.
    """
    contest = _held(contest, by)
    rows = _as_seen(contest, entry_id, seen, by)
    if not anyway:
        _must_sound_alone(contest, entry_id)
    return _decide(contest, entry_id, rows, EntryState.STANDING, by=by)


def refuse(contest: Contest, entry_id: str, reason: str, *, seen: str, by: Viewer) -> int:
    """The name will not stand on the ballot; everybody who gave it reads ``reason``. Raises as above, and Invalid without one."""
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(_("Please say why, in a sentence: who gave the name reads it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(_("Please make the reason a little shorter."), field="reason")
    contest = _held(contest, by)
    rows = _as_seen(contest, entry_id, seen, by)
    return _decide(contest, entry_id, rows, EntryState.REFUSED, by=by, reason=reason)


def undo(contest: Contest, entry_id: str, *, by: Viewer) -> int:
    """What was decided about this name waits again, and unread messages about it are gone. Twice is once. Audited.

    Raises Conflict for what was taken back or once the ballot stands, NotAllowed for one's own while there is a colleague.
    """
    contest = _held(contest, by)
    entry = _entry(contest, entry_id)
    if entry.state is EntryState.WAITING:
        return 0
    if entry.state is EntryState.WITHDRAWN:
        raise Conflict(_("Who gave this name took it back."))
    together = sa.select(Entry).where(
        Entry.contest_id == contest.id,
        Entry.key == entry.key,
        Entry.state == entry.state,
        Entry.screened_at == entry.screened_at,
    )
    rows = _locked(together)
    _nobody_judges_their_own(rows, by)
    for one in rows:
        one.state, one.reason = EntryState.WAITING, ""
        one.screened_by, one.screened_at = None, None
        one.version += 1
    db.session.flush()
    audit.record("entry.undone", by=by, target_kind=KIND, target_id=entry.id, entries=len(rows))
    telling.retract_screened(rows)
    return len(rows)


def write_note(contest: Contest, entry_id: str, note: str, *, version: int, by: Viewer) -> None:
    """What staff found about trademarks and the like; only they read it. Whoever is about to decide sees it first: the name is
    another version then.

    Raises Conflict when somebody changed the name or its note meanwhile, Invalid, NotFound. Audited.
    """
    by.must(Permission.MANAGE_CONTESTS)
    if len(note) > LONGEST_NOTE:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_NOTE), field="note")
    entry = _entry(contest, entry_id)
    if entry.note == note:
        return
    if entry.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    entry.note = note
    entry.version += 1
    db.session.flush()
    audit.record("entry.noted", by=by, target_kind=KIND, target_id=entry.id)


# ------------------------------------------------------------------ what moderators decide about a name that stands


def keep(entry_id: str) -> None:
    """Moderators leave a reported name as it is: nothing changes."""


def take_down(entry_id: str, reason: str) -> None:
    """The name goes off the ballot, or off the result, whoever gave it: else the next one's would stand in its place. Its words
    go from the product's credits, too. Moderation tells who gave this one why, the others read it beside their name."""
    entry = db.session.get(Entry, entry_id, populate_existing=True)
    if entry is not None:
        standing = (Entry.contest_id == entry.contest_id, Entry.key == entry.key)
        to = {"state": EntryState.REFUSED, "reason": reason, "taken_with": entry_id}
        _move(entry, (*standing, Entry.state == EntryState.STANDING), to)


def put_back(entry_id: str, state: str) -> None:
    """Exactly what went with this entry comes back; what stood before as something else stays that."""
    entry = db.session.get(Entry, entry_id, populate_existing=True)
    if entry is not None and state == EntryState.STANDING:
        to = {"state": EntryState.STANDING, "reason": "", "taken_with": None}
        _move(entry, (Entry.taken_with == entry_id,), to)


def hold_entry(entry_id: str) -> None:
    """Its contest, as everything does that changes what stands on the ballot; then itself."""
    contest_id = db.session.scalar(sa.select(Entry.contest_id).where(Entry.id == entry_id))
    if contest_id is not None:
        lock_row(Contest, contest_id, whole=False)
        lock_row(Entry, entry_id, whole=False)


def _move(entry: Entry, which: Iterable[sa.ColumnElement[bool]], to: dict[str, Any]) -> None:
    changed_rows(sa.update(Entry).where(*which).values(**to, version=Entry.version + 1))
    db.session.expire_all()
    settle_credit(entry)


# ------------------------------------------------------------------ inside


def _as_seen(contest: Contest, entry_id: str, seen: str, by: Viewer) -> list[Entry]:
    """All that is decided with this entry, held; raises Conflict unless it is what the card showed."""
    entry = _entry(contest, entry_id)
    same = sa.select(Entry).where(
        Entry.contest_id == contest.id, Entry.key == entry.key, Entry.state == EntryState.WAITING
    )
    rows = _locked(same) if entry.state is EntryState.WAITING else []
    if not rows or stamp_of(rows) != seen:
        raise Conflict(
            _("A colleague was faster, or somebody gave the name or changed it meanwhile. Please look again.")
        )
    _nobody_judges_their_own(rows, by)
    return rows


def _must_sound_alone(contest: Contest, entry_id: str) -> None:
    card = find_card(contest, entry_id)
    if card is not None and card.sounds_like:
        names = " · ".join(card.sounds_like)
        raise Invalid(
            _("It sounds like %(names)s. Shall it stand all the same?", names=names), field="anyway"
        )


def _decide(
    contest: Contest, entry_id: str, rows: list[Entry], state: EntryState, *, by: Viewer, reason: str = ""
) -> int:
    now = clock.now()
    for one in rows:
        one.state, one.reason = state, reason
        one.screened_by, one.screened_at = by.id, now
        one.version += 1
    db.session.flush()
    action = "entry.approved" if state is EntryState.STANDING else "entry.refused"
    audit.record(action, by=by, target_kind=KIND, target_id=entry_id, entries=len(rows))
    telling.tell_screened(contest, rows)
    return len(rows)


def _held(contest: Contest, by: Viewer) -> Contest:
    contest = hold(contest, by)
    if phase_of(contest, clock.now()) not in SCREENED:
        raise Conflict(
            _("The names stand on the ballot now. A name that breaks the rules can still be reported.")
        )
    return contest


def _entry(contest: Contest, entry_id: str) -> Entry:
    one = sa.select(Entry).where(Entry.id == entry_id, Entry.contest_id == key_of(contest))
    entry = db.session.scalar(one.with_for_update().execution_options(populate_existing=True))
    if entry is None:
        raise NotFound(_("This is not here any more."))
    return entry


def _locked(entries: sa.Select[Entry]) -> list[Entry]:
    """In one order, and as they are now."""
    held = entries.order_by(Entry.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(held))


def _nobody_judges_their_own(rows: list[Entry], by: Viewer) -> None:
    colleagues = staff_who_can(Permission.MANAGE_CONTESTS)
    if not all(may_decide(one.member_id, by, colleagues=colleagues) for one in rows):
        raise NotAllowed(_("You gave this name yourself: a colleague decides about it."))
