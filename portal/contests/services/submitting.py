"""Handing names in, and taking them back."""

from __future__ import annotations

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState
from portal.contests.rules.names import clean, same_key, sound_of
from portal.contests.rules.phases import Phase, may_withdraw, phase_of
from portal.contests.services.holding import hold_own
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, key_of
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _, ngettext
from portal.moderation import services as moderation

KIND = "entry"
LONGEST_WHY = 300
#: what counts towards how many names a member may hand in
ALIVE = (EntryState.WAITING, EntryState.STANDING)


def submit(contest: Contest, words: str, why: str, *, by: Viewer) -> Entry:
    """Hand in a name; staff look at it before anybody else reads it. The same name once more is the same entry, and with other
    words a new version of it, as long as it waits.

    What was taken back may come again, at the end of the line. Raises NotAllowed without a confirmed contact, Conflict when
    nothing is taken (any more), the name was refused, or stands with other words; Invalid for the name itself, its words, or
    one too many.
    """
    by.must_be_confirmed()
    contest_id = key_of(contest)
    hold_own(contest_id, by.id)
    contest = db.session.get_one(Contest, contest_id, populate_existing=True)
    _must_be_open(contest)
    name = clean(words, shortest=contest.shortest, longest=contest.longest)
    if len(why) > LONGEST_WHY:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_WHY), field="why")
    key = same_key(name)
    found = _own(contest_id, by.id, key)
    if found is not None and found.state in ALIVE:
        return _reworded(found, name, why)
    if found is not None and found.state is EntryState.REFUSED:
        raise Conflict(_("We have already read this name: %(reason)s", reason=found.reason))
    _must_have_room(contest, by.id)
    found = found or Entry(contest_id=contest_id, member_id=by.id, key=key, sound=sound_of(name))
    found.words, found.why, found.state = name, why, EntryState.WAITING
    found.submitted_at, found.screened_by, found.screened_at = clock.now(), None, None
    found.version = (found.version or 0) + 1
    db.session.add(found)
    db.session.flush()
    return found


def withdraw(contest: Contest, entry_id: str, *, by: Viewer) -> Entry:
    """Take one's own name back, until it stands on the ballot. Twice is once.

    Raises NotFound for a name that is not theirs, Conflict when it is too late.
    """
    contest_id = key_of(contest)
    hold_own(contest_id, by.id)
    contest = db.session.get_one(Contest, contest_id, populate_existing=True)
    mine = sa.select(Entry).where(
        Entry.id == entry_id, Entry.contest_id == contest_id, Entry.member_id == by.id
    )
    entry = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if entry is None:
        raise NotFound(_("There is no such name of yours here."))
    if entry.state is EntryState.WITHDRAWN:
        return entry
    if not may_withdraw(entry, phase_of(contest, clock.now())):
        raise Conflict(_("The names are on the ballot now, so you cannot take one back."))
    one = sa.update(Entry).where(Entry.id == entry.id)
    changed_rows(one.values(state=EntryState.WITHDRAWN, version=Entry.version + 1))
    moderation.withdraw(KIND, entry.id)
    db.session.refresh(entry)
    return entry


# ------------------------------------------------------------------ inside


def _must_be_open(contest: Contest) -> None:
    phase = phase_of(contest, clock.now())
    if phase is Phase.DRAFT:
        raise NotFound(_("There is no such contest."))
    if phase is Phase.CANCELLED:
        raise Conflict(_("This contest was called off."))
    if phase is Phase.COMING:
        raise Conflict(_("The contest has not begun yet."))
    if phase is not Phase.SUBMITTING:
        raise Conflict(_("The time to hand in names is over."))


def _reworded(entry: Entry, words: str, why: str) -> Entry:
    """What staff have read is not changed below their eyes: other words are another version."""
    if (entry.words, entry.why) == (words, why):
        return entry
    if entry.state is EntryState.STANDING:
        raise Conflict(
            _(
                "We have accepted “%(name)s” with the words that you gave. To change them, take the name back and hand it in again.",
                name=entry.words,
            )
        )
    entry.words, entry.why = words, why
    entry.version += 1
    db.session.flush()
    return entry


def _own(contest_id: str, member_id: str, key: str) -> Entry | None:
    mine = sa.select(Entry).where(
        Entry.contest_id == contest_id, Entry.member_id == member_id, Entry.key == key
    )
    return db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def _must_have_room(contest: Contest, member_id: str) -> None:
    alive = sa.select(sa.func.count()).where(
        Entry.contest_id == contest.id, Entry.member_id == member_id, Entry.state.in_(ALIVE)
    )
    if (db.session.scalar(alive) or 0) >= contest.most_entries:
        said = ngettext(
            "You have handed in %(num)s name, and that is the limit. Take it back to give another.",
            "You have handed in %(num)s names, and that is the limit. Take one back to give another.",
            contest.most_entries,
        )
        raise Invalid(said, field="words")
