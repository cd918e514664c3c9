"""The states of a subscription and what may move it: one table, in which every pair that is missing is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portal.core.errors import Conflict
from portal.core.i18n import lazy as _l
from portal.membership.models import State


class Event(StrEnum):
    """What may happen to a subscription. ``PAID`` pays a first period, ``RENEWED`` a further one, ``BROUGHT_BACK`` is the
    refund of a change, after which what was there before goes on, ``ERASED`` that its member left for good."""

    PAID = "paid"
    CHECKOUT_ENDED = "checkout_ended"
    RENEWED = "renewed"
    UPGRADED = "upgraded"
    CANCELLED = "cancelled"
    KEPT = "kept"
    PAUSED = "paused"
    RESUMED = "resumed"
    PERIOD_OVER = "period_over"
    GRACE_OVER = "grace_over"
    REFUNDED = "refunded"
    BROUGHT_BACK = "brought_back"
    ERASED = "erased"


_MOVES: dict[State, dict[Event, State]] = {
    State.PENDING: {
        Event.PAID: State.ACTIVE,
        Event.CHECKOUT_ENDED: State.DROPPED,
        Event.ERASED: State.DROPPED,
    },
    State.DROPPED: {
        Event.PAID: State.ACTIVE,  # the money came late, and is taken for what it was meant
    },
    State.ACTIVE: {
        Event.RENEWED: State.ACTIVE,
        Event.UPGRADED: State.ACTIVE,
        Event.CANCELLED: State.ENDING,
        Event.PAUSED: State.PAUSED,
        Event.PERIOD_OVER: State.GRACE,
        Event.REFUNDED: State.REFUNDED,
        Event.ERASED: State.LAPSED,
    },
    State.ENDING: {
        Event.RENEWED: State.ACTIVE,
        Event.UPGRADED: State.ACTIVE,
        Event.KEPT: State.ACTIVE,
        Event.PERIOD_OVER: State.LAPSED,
        Event.REFUNDED: State.REFUNDED,
        Event.ERASED: State.LAPSED,
    },
    State.GRACE: {
        Event.RENEWED: State.ACTIVE,
        Event.CANCELLED: State.LAPSED,
        Event.GRACE_OVER: State.LAPSED,
        Event.REFUNDED: State.REFUNDED,
        Event.BROUGHT_BACK: State.ACTIVE,
        Event.ERASED: State.LAPSED,
    },
    State.PAUSED: {
        Event.RESUMED: State.ACTIVE,
        Event.CANCELLED: State.ENDING,
        Event.REFUNDED: State.REFUNDED,
        Event.BROUGHT_BACK: State.ACTIVE,
        Event.ERASED: State.LAPSED,
    },
    State.LAPSED: {
        Event.RENEWED: State.ACTIVE,
        Event.REFUNDED: State.REFUNDED,
        Event.BROUGHT_BACK: State.ACTIVE,
    },
    State.REFUNDED: {},
}

#: why what a member asks for cannot be done now
_REFUSALS: dict[Event, Any] = {
    Event.RENEWED: _l("This membership has ended. You may join anew at any time."),
    Event.UPGRADED: _l("Only a running membership can be changed for another one."),
    Event.CANCELLED: _l("There is nothing to cancel: this membership does not run on."),
    Event.KEPT: _l("This membership was not cancelled, so there is nothing to take back."),
    Event.PAUSED: _l("Only a running membership can rest."),
    Event.RESUMED: _l("This membership is not resting."),
    Event.REFUNDED: _l("This membership was paid back already."),
    Event.PAID: _l("This membership is paid already."),
}
_OTHERWISE = _l("This membership has changed meanwhile. Please look at it once more.")


def after(state: State, event: Event) -> State:
    """The state that follows. Raises Conflict with a sentence when this cannot happen in this state."""
    if not may_happen(state, event):
        raise Conflict(str(_REFUSALS.get(event, _OTHERWISE)))
    return _MOVES[state][event]


def may_happen(state: State, event: Event) -> bool:
    return event in _MOVES[state]
