"""Moderation: one queue for what waits before publishing and for what members report, with a reason for everything.

Features above register the kinds of things that can be judged (a ModerationTarget); decisions come back to them
through its callbacks, so that this room never knows what a story is.
"""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature, Proof
from portal.core.i18n import lazy as _l
from portal.moderation import console, proofs, queries
from portal.moderation.personal import PERSONAL
from portal.moderation.queries.life import LIFE
from portal.moderation.views import bp
from portal.moderation.words import NOTIFICATION_KINDS

assert console

FEATURE = Feature(
    name="moderation",
    blueprints=(bp,),
    console=(
        ConsoleItem(
            endpoint="moderation.queue",
            label=_l("Queue"),
            icon="shield-check",
            order=10,
            group=ConsoleGroup.WALL,
            permission=Permission.MODERATE,
            text=_l("Stories and comments that wait for your eyes"),
            count=queries.open_count,
        ),
    ),
    notification_kinds=NOTIFICATION_KINDS,
    personal=PERSONAL,
    timeline=LIFE,
    proofs=(Proof("reports of a case", proofs.wrong_report_counts),),
)
