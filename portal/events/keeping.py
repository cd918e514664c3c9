"""How long events keep what they asked for."""

from __future__ import annotations

from datetime import timedelta

from portal.core.feature import Retention
from portal.core.i18n import lazy as _l
from portal.events.personal import forget_details

DETAILS_KEPT = timedelta(days=30)

RETENTION = (
    Retention(
        _l("Your number, your answers and the names of your companions, after an event"),
        DETAILS_KEPT,
        forget_details,
    ),
)
