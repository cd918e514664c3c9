"""How long accounts keep what nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.accounts.models import AccountSession, DataPackage, KeptText, OneTimeCode, PackageState, Throttle
from portal.accounts.services.packing import KEPT_FOR, discard_packages
from portal.accounts.services.waits import QUIET
from portal.core import clock
from portal.core.db import discard_rows
from portal.core.feature import Retention
from portal.core.i18n import lazy as _l

SESSION_IDLE = timedelta(days=180)
CODE_KEPT = timedelta(days=1)
TEXT_KEPT = timedelta(hours=24)
PACKAGE_NOTED = timedelta(days=90)


def _codes(before: datetime, most: int) -> int:
    return discard_rows(OneTimeCode, OneTimeCode.expires_at < before, most=most)


def _waits(before: datetime, most: int) -> int:
    return discard_rows(
        Throttle, (Throttle.last_at < before) & (Throttle.allowed_at < clock.now()), most=most
    )


def _texts(before: datetime, most: int) -> int:
    return discard_rows(KeptText, KeptText.created_at < before, most=most)


def _sessions(before: datetime, most: int) -> int:
    return discard_rows(AccountSession, AccountSession.last_seen_at < before, most=most)


def _notes_of_packages(before: datetime, most: int) -> int:
    over = DataPackage.state.in_((PackageState.GONE, PackageState.FAILED))
    return discard_rows(DataPackage, over & (DataPackage.asked_at < before), most=most)


RETENTION = (
    Retention(_l("Codes and links to sign in, after they end"), CODE_KEPT, _codes),
    Retention(_l("That somebody typed a wrong password or code"), QUIET, _waits),
    Retention(_l("What you typed when a page had grown too old"), TEXT_KEPT, _texts),
    Retention(_l("Devices you no longer use, and when you were last here"), SESSION_IDLE, _sessions),
    Retention(_l("A package of your data"), KEPT_FOR, discard_packages),
    Retention(_l("That you took your data along"), PACKAGE_NOTED, _notes_of_packages),
)
