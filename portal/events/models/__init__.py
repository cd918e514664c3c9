"""The tables of events."""

from portal.events.models.around import (
    EventLetter,
    NoShow,
    Pledge,
    PledgeState,
    Reminder,
    ReminderKind,
)
from portal.events.models.door import Arrival, Scan, ScanResult, Stamp
from portal.events.models.plan import CalendarFeed, SessionPlace, SessionWish, WishOutcome
from portal.events.models.programme import Entry, Event, EventDay, EventKind, EventSession, Venue, Walk
from portal.events.models.registrations import (
    LIVE,
    CodeEnded,
    Ended,
    Guest,
    Origin,
    PassOn,
    Registration,
    RegistrationState,
    TicketCode,
)
from portal.events.models.tickets import (
    AccessCode,
    Pool,
    Question,
    QuestionKind,
    Seats,
    SeatsOf,
    TicketType,
)
from portal.events.models.waiting import STILL_IN, BellEntry, WaitingEntry, WaitingState

__all__ = [
    "LIVE",
    "STILL_IN",
    "AccessCode",
    "Arrival",
    "BellEntry",
    "CalendarFeed",
    "CodeEnded",
    "Ended",
    "Entry",
    "Event",
    "EventDay",
    "EventKind",
    "EventLetter",
    "EventSession",
    "Guest",
    "NoShow",
    "Origin",
    "PassOn",
    "Pledge",
    "PledgeState",
    "Pool",
    "Question",
    "QuestionKind",
    "Registration",
    "RegistrationState",
    "Reminder",
    "ReminderKind",
    "Scan",
    "ScanResult",
    "Seats",
    "SeatsOf",
    "SessionPlace",
    "SessionWish",
    "Stamp",
    "TicketCode",
    "TicketType",
    "Venue",
    "WaitingEntry",
    "WaitingState",
    "Walk",
    "WishOutcome",
]
