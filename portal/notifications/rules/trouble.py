"""How much trouble with a member's mail is too much."""

from __future__ import annotations

from portal.notifications.models import BounceKind

STOPS_AT = 4
#: a full mailbox may be emptied; one that does not exist will hardly appear; who complains is heard at once
POINTS = {BounceKind.SOFT: 1, BounceKind.HARD: 2, BounceKind.COMPLAINT: STOPS_AT}
