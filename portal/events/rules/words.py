"""What staff decide about the parts of an event: one record for each form, and the fingerprint of what its writer saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self

from portal.brand.rules import fingerprint
from portal.events.models import Entry, EventKind, QuestionKind


@dataclass(frozen=True, slots=True)
class Words:
    """The columns that one form writes. ``BESIDE`` names what rests elsewhere (a number of seats, a hashtag as typed)."""

    BESIDE: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, row: Any, **beside: Any) -> Self:
        """As the row has it now."""
        named = [field.name for field in fields(cls) if field.name not in cls.BESIDE]
        return cls(**{name: getattr(row, name) for name in named} | beside)

    def fingerprint(self) -> str:
        return fingerprint(asdict(self))

    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name not in self.BESIDE}


@dataclass(frozen=True, slots=True)
class EventWords(Words):
    BESIDE = frozenset({"hashtag"})

    slug: str
    kind: EventKind
    edition: int | None
    name_zh: str
    name_en: str
    lead_zh: str
    lead_en: str
    text_zh: str
    text_en: str
    region: str
    place_zh: str
    place_en: str
    way_zh: str
    way_en: str
    online_url: str
    refund_hours: int
    refund_percent: int
    pass_on_hours: int
    release_hours: int
    offer_hours: int
    walk_minutes: int
    wishes_until: datetime | None
    badge_id: str | None
    hashtag: str


@dataclass(frozen=True, slots=True)
class DayWords(Words):
    day: date
    starts_at: datetime
    ends_at: datetime
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class VenueWords(Words):
    name_zh: str
    name_en: str
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class SessionWords(Words):
    """``capacity`` counts where places go as they are taken, or by a draw."""

    BESIDE = frozenset({"capacity"})

    venue_id: str | None
    entry: Entry
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    starts_at: datetime
    ends_at: datetime
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class PoolWords(Words):
    BESIDE = frozenset({"capacity", "reserved"})

    name_zh: str
    name_en: str
    reserved_until: datetime | None
    capacity: int
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class TicketWords(Words):
    BESIDE = frozenset({"capacity"})

    pool_id: str
    day_id: str | None
    tier_id: str | None
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    price: int
    admits: int
    most_people: int
    most_children: int
    children_count: bool
    early_minutes: int
    sale_starts_at: datetime
    sale_ends_at: datetime
    bell_opens_at: datetime | None
    bell_closes_at: datetime | None
    hidden: bool
    capacity: int


@dataclass(frozen=True, slots=True)
class QuestionWords(Words):
    """``choices``: ``{"all": [{"zh": …, "en": …}, …]}``."""

    ticket_type_id: str | None
    kind: QuestionKind
    label_zh: str
    label_en: str
    choices: Any
    required: bool
    helps_access: bool
