"""What a feature tells the house about itself: one frozen record, read by ``create_app`` in one ordered list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click
    import sqlalchemy as sa
    from flask import Blueprint, Flask

    from portal.core.access import Permission, Viewer
    from portal.core.paging import Page

    Text = Any  # a lazily translated string


@dataclass(frozen=True)
class NavItem:
    """A place in the top navigation; with ``tab`` also at the bottom of the phone."""

    endpoint: str
    label: Text
    icon: str
    order: int
    tab: bool = False
    stitched: bool = False
    top: bool = True


class ConsoleGroup(StrEnum):
    """Pages of the console that belong together, in the order in which its bar names them."""

    WALL = "wall"
    TOGETHER = "together"
    MEMBERS = "members"
    SHOP = "shop"
    HOUSE = "house"


@dataclass(frozen=True)
class ConsoleItem:
    """A page of the staff console. ``count`` selects the number of what waits there: the console's front asks for all in one
    query, on no other page."""

    endpoint: str
    label: Text
    icon: str
    order: int
    permission: Permission
    text: Text = ""
    count: Callable[[], sa.Select[int]] | None = None
    #: whoever holds this may open it, too
    also_for: Permission | None = None
    group: ConsoleGroup = ConsoleGroup.HOUSE

    def open_to(self, viewer: Viewer) -> bool:
        return bool(viewer.permissions & {self.permission, self.also_for})


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that ``/search`` finds, with the template block that shows its rows."""

    kind: str
    label: Text
    template: str
    find: Callable[[str, Viewer | None, str | None], Page[Any]]


@dataclass(frozen=True)
class Block:
    """A piece that a feature hangs on a page of a room below it. ``page`` names the place (the page's endpoint, and perhaps a
    part of it), ``template`` is drawn there with the names of that page; lower ``order`` hangs higher.

    What the piece tells comes by itself from the feature's own address (a lazy block with a plain link inside).
    """

    page: str
    template: str
    order: int


@dataclass(frozen=True)
class TargetView:
    """What the queue shows of one reported or held thing. ``public``: readers may see (and so report) it now.

    ``excerpt`` is what every reader may read of it, where that is not all of ``body``.
    """

    target_id: str
    author_id: str
    title: str
    body: str
    url: str
    photo_ids: tuple[str, ...] = ()
    language: str | None = None
    public: bool = True
    excerpt: str | None = None


@dataclass(frozen=True)
class ModerationTarget:
    """How moderation sees and changes a kind of thing that lives in a feature above it.

    ``describe(ids)`` answers with at most a few queries for any number of ids. ``hold`` locks the thing until the
    transaction ends; it comes before the case is touched, because authors hold the thing and then change its case.
    ``state_of`` tells the present state as a short string; ``approve``, ``hide(id, reason)`` and
    ``restore(id, state)`` change it inside the open transaction.
    """

    kind: str
    label: Text
    describe: Callable[[list[str]], dict[str, TargetView]]
    hold: Callable[[str], None]
    state_of: Callable[[str], str]
    approve: Callable[[str], None]
    hide: Callable[[str, str], None]
    restore: Callable[[str, str], None]


class Initiative(StrEnum):
    """Who began it, and so what may hold a message back.

    ``transactional``: the member asked for it, or must know it; nothing holds it back. ``people``: somebody did
    something that concerns the member; their preferences, quiet hours and pace hold for its mail. ``brand``: the brand
    speaks of its own accord; consent, quiet hours and the contact budget hold for all of it.
    """

    TRANSACTIONAL = "transactional"
    PEOPLE = "people"
    BRAND = "brand"


@dataclass(frozen=True)
class NotificationKind:
    """A kind of message to a member. ``text(facts, count)`` speaks the language in force.

    ``label`` names the kind where members choose what they want to hear. ``reason`` says why a message came. ``mail``
    sends it by mail too (unless the member does not want that) when the member has a verified address.
    """

    name: str
    icon: str
    text: Callable[[dict[str, Any], int], str]
    reason: Text
    label: Text = ""
    mail: bool = False
    initiative: Initiative = Initiative.PEOPLE
    #: only staff ever get it, so only they read about it where they choose
    for_staff: bool = False


@dataclass(frozen=True)
class Proof:
    """A derived number that ``flask prove`` recomputes: yields (what, kept, true) for every difference."""

    name: str
    differences: Callable[[], Iterable[tuple[str, int, int]]]


@dataclass(frozen=True)
class Part:
    """One piece of what is kept about a member: rows for a JSON file of this name, or a stored file as it is."""

    name: str
    rows: Iterator[dict[str, Any]] | None = None
    file: Path | None = None


@dataclass(frozen=True)
class PersonalData:
    """What a feature keeps about members. Every table that names a member stands in ``tables`` of exactly one feature.

    ``export(member_id)`` tells all of it, piece by piece and without holding it all in memory. ``erase(member_id)``
    makes it anonymous or deletes it, in the open transaction; erasing twice is erasing once. Where that may be much,
    ``erase_some`` takes a piece away and tells whether there was one: it is called again and again before, each time in
    a transaction of its own, so that nobody waits long for a lock. ``counts(member_id)`` gives what a member reads as
    a summary: a name, and a SELECT of one number.
    """

    tables: frozenset[str]
    export: Callable[[str], Iterator[Part]]
    erase: Callable[[str], None]
    erase_some: Callable[[str], bool] | None = None
    counts: Callable[[str], list[tuple[Text, Any]]] | None = None


@dataclass(frozen=True)
class Retention:
    """How long something is kept, and what makes it go.

    ``discard(before, most)`` deletes at most so many rows that are older, in the open transaction, and tells how many
    it were. ``in_demo``: also in the demo, whose outbox is its mailbox.
    """

    what: Text
    kept: timedelta
    discard: Callable[[datetime, int], int]
    in_demo: bool = True


@dataclass(frozen=True)
class TimelineEntry:
    """One thing in a member's life with the house, as staff read it."""

    at: datetime
    icon: str
    text: str
    path: str = ""


@dataclass(frozen=True)
class Teller:
    """One kind of thing in a member's life: ``rows`` selects ``core.timeline.moments`` of a member, ``say`` puts one of them
    into words. With ``needs``, only staff who may are told of it."""

    rows: Callable[[str], sa.Select[Any]]
    say: Callable[[datetime, dict[str, Any]], TimelineEntry]
    needs: Permission | None = None


@dataclass(frozen=True)
class Feature:
    """One room of the house. Deleting it = its folder, its templates, its tests and one line of the list."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    console: tuple[ConsoleItem, ...] = ()
    search_sources: tuple[SearchSource, ...] = ()
    blocks: tuple[Block, ...] = ()
    moderation_targets: tuple[ModerationTarget, ...] = ()
    notification_kinds: tuple[NotificationKind, ...] = ()
    proofs: tuple[Proof, ...] = ()
    personal: PersonalData | None = None
    retention: tuple[Retention, ...] = ()
    timeline: tuple[Teller, ...] = ()
    commands: tuple[click.Command, ...] = ()
    template_globals: dict[str, Any] = field(default_factory=dict)
    template_filters: dict[str, Any] = field(default_factory=dict)
    install: Callable[[Flask], None] | None = None
    load_demo: Callable[[], None] | None = None
