"""What members are told about their membership. They must know it, so nothing holds it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.core import clock
from portal.membership.models import State, Subscription
from portal.notifications.services import notify
from portal.payments.queries import payment_path

PATH = "/me/membership"


def tell(member_id: str, kind: str, *, group: str, path: str = PATH, **facts: Any) -> None:
    """One message; ``facts`` are what the kind's sentence needs (:mod:`portal.membership.notices`)."""
    notify([member_id], f"membership.{kind}", path=path, group=f"membership:{group}", **facts)


def remind(subscription: Subscription, days: int) -> None:
    """The reminder of so many days before the end: renew it, or (cancelled) good to know.

    One that is sent late, because the worker slept, says how many days are really left.
    """
    kind = "ends" if subscription.state is State.ENDING else "renew"
    assert subscription.period_end is not None
    tell(
        subscription.member_id,
        kind,
        group=f"{subscription.id}:{subscription.period_end:%Y%m%d}:{days}",
        days=-((clock.now() - subscription.period_end) // timedelta(days=1)),
        until=subscription.period_end.isoformat(),
    )


def grace_began(subscription: Subscription, until: datetime) -> None:
    tell(
        subscription.member_id,
        "grace",
        group=f"{subscription.id}:grace:{until:%Y%m%d}",
        until=until.isoformat(),
    )


def lapsed(subscription: Subscription) -> None:
    tell(subscription.member_id, "lapsed", group=f"{subscription.id}:lapsed:{subscription.version}")


def woke_up(subscription: Subscription) -> None:
    assert subscription.period_end is not None
    tell(
        subscription.member_id,
        "awake",
        group=f"{subscription.id}:awake:{subscription.version}",
        until=subscription.period_end.isoformat(),
    )


def paid_in_vain(member_id: str, payment_id: str) -> None:
    """The money came when it could not be used any more; it goes back."""
    tell(member_id, "paid_in_vain", group=f"vain:{payment_id}", path=payment_path(payment_id))
