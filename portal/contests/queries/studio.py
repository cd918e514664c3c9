"""Reads of the studio: contests as staff see them, and the names that wait for their eyes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import members_named
from portal.catalog.models import Product, ProductColor
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.rules.names import sound_of, watched_in
from portal.contests.rules.proof import sha
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page


@dataclass(frozen=True, slots=True)
class Card:
    """A name with everybody who gave it, and what staff should know before they decide."""

    entry: Entry
    member: Member
    #: others who gave the same name, earlier ones first
    same: list[Entry] = field(default_factory=list)
    #: other names here, and those of products and shown colours, that sound the same
    sounds_like: list[str] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)

    @property
    def together(self) -> list[Entry]:
        """What is decided at once: this entry, and the same name of others that waits too."""
        return [self.entry, *(one for one in self.same if one.state is EntryState.WAITING)]

    @property
    def seen(self) -> str:
        return stamp_of(self.together)

    @property
    def stands_already(self) -> bool:
        return any(one.state is EntryState.STANDING for one in self.same)

    @property
    def spellings(self) -> list[str]:
        """How others wrote it, where that is not the same to the letter."""
        return sorted({one.words for one in self.same} - {self.entry.words})

    @property
    def refused_before(self) -> bool:
        return any(one.state is EntryState.REFUSED for one in self.same)


def stamp_of(entries: Iterable[Entry]) -> str:
    """What staff saw of these entries: another one as soon as one of them changes, comes or goes."""
    listed = sorted(f"{one.id}:{one.version}" for one in entries)
    return sha(" ".join(listed))[:16]


def get_contest_for_staff(slug: str) -> Contest:
    """Drafts too. Raises NotFound."""
    found = db.session.scalar(sa.select(Contest).where(Contest.slug == slug))
    if found is None:
        raise NotFound(_("There is no such contest."))
    return found


def all_contests(*, cursor: str | None) -> Page[Contest]:
    """Whatever opens last stands first."""
    return keyset_page(sa.select(Contest), (Contest.opens_at, Contest.id), cursor=cursor)


def entries_in(contest: Contest, state: EntryState, *, cursor: str | None) -> Page[Card]:
    """Names of this state, the oldest first; of a name that several gave and that waits only the first."""
    statement = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.state == state)
    if state is EntryState.WAITING:
        earlier = sa.orm.aliased(Entry)
        before = sa.tuple_(earlier.submitted_at, earlier.id) < sa.tuple_(Entry.submitted_at, Entry.id)
        other = sa.select(earlier.id).where(
            earlier.contest_id == Entry.contest_id, earlier.key == Entry.key, earlier.state == state, before
        )
        statement = statement.where(~other.exists())
    found = keyset_page(statement, (Entry.submitted_at, Entry.id), cursor=cursor, ascending=True)
    return Page(_cards(contest, found.items), found.next_cursor)


def find_card(contest: Contest, entry_id: str, state: EntryState = EntryState.WAITING) -> Card | None:
    """One of this state, wherever it stands in the line."""
    entry = db.session.get(Entry, entry_id)
    if entry is None or entry.contest_id != contest.id or entry.state is not state:
        return None
    return _cards(contest, [entry])[0]


def waits_for_staff() -> sa.Select[int]:
    """How many names want to be read before their vote begins, the same name of several once, and how many contests are counted
    and wait to be decided."""
    runs = (Contest.published_at.is_not(None), Contest.cancelled_at.is_(None))
    names = (
        sa.select(Entry.contest_id, Entry.key)
        .join(Contest, Contest.id == Entry.contest_id)
        .where(*runs, Contest.vote_from > clock.now(), Entry.state == EntryState.WAITING)
        .distinct()
        .subquery()
    )
    to_read = sa.select(sa.func.count()).select_from(names)
    to_decide = sa.select(sa.func.count()).where(
        *runs, Contest.counted_at.is_not(None), Contest.decided_at.is_(None)
    )
    return sa.select(to_read.scalar_subquery() + to_decide.scalar_subquery())


def counts_of(contest: Contest) -> dict[EntryState, int]:
    """How many entries there are of each state. Never votes."""
    statement = sa.select(Entry.state, sa.func.count()).where(Entry.contest_id == contest.id)
    rows = db.session.execute(statement.group_by(Entry.state))
    found: dict[EntryState, int] = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in EntryState}


# ------------------------------------------------------------------ inside


def _cards(contest: Contest, entries: Sequence[Entry]) -> list[Card]:
    """Four queries for any number of names."""
    if not entries:
        return []
    same, alike = _same_names(contest, entries), _alike(contest, entries)
    members = members_named([one.member_id for one in entries])
    return [
        Card(
            entry=one,
            member=members[one.member_id],
            same=[other for other in same[one.key] if other.id != one.id],
            sounds_like=sorted(words for key, words in alike[one.sound] if key != one.key),
            watched=watched_in(one.words),
        )
        for one in entries
    ]


def _same_names(contest: Contest, entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    statement = sa.select(Entry).where(
        Entry.contest_id == contest.id,
        Entry.key.in_({one.key for one in entries}),
        Entry.state != EntryState.WITHDRAWN,
    )
    found: dict[str, list[Entry]] = defaultdict(list)
    for one in db.session.scalars(statement.order_by(Entry.submitted_at, Entry.id)):
        found[one.key].append(one)
    return found


def _alike(contest: Contest, entries: Sequence[Entry]) -> dict[str, set[tuple[str, str]]]:
    """By sound: the key and words of other names here, and of our products and their colours."""
    sounds = {one.sound for one in entries}
    alive = (EntryState.WAITING, EntryState.STANDING)
    statement = sa.select(Entry.sound, Entry.key, Entry.words).where(
        Entry.contest_id == contest.id, Entry.sound.in_(sounds), Entry.state.in_(alive)
    )
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    seen: set[tuple[str, str]] = set()
    for sound, key, words in db.session.execute(statement.order_by(Entry.submitted_at, Entry.id)):
        if (sound, key) not in seen:
            seen.add((sound, key))
            found[sound].add((key, words))
    for name in _names_in_use():
        if (sound := sound_of(name)) in sounds:
            found[sound].add(("", name))
    return found


def _names_in_use() -> set[str]:
    """What products are called, and the colours of those that are shown. One query."""
    products = sa.select(Product.name_zh, Product.name_en)
    colors = sa.select(ProductColor.name_zh, ProductColor.name_en).join(
        Product, Product.id == ProductColor.product_id
    )
    both = sa.union_all(products, colors.where(Product.shown))
    return {name for row in db.session.execute(both) for name in row if name}
