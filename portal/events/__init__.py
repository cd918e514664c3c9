"""Events: the fan festival with its days, places and sessions, and smaller things of the same kind.

From the first hold on a seat to the stamp at the door. Seats are a tree of counted rows (event, pool, ticket type), moved by
conditional updates; a hold is a registration with a time, an offer of the waiting list is a hold too, and every path that
frees a seat goes through one door (``services/freeing``), which hands it to who waits first.
"""

from flask import Flask

from portal.core.access import Permission
from portal.core.draw import models as draws
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature, NavItem, SearchSource
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_see
from portal.events import console, demo, jobs, models, receivers, views
from portal.events.console.parts import event_state, may_see_picture
from portal.events.keeping import RETENTION
from portal.events.moderated import PLEDGE
from portal.events.notices import KINDS
from portal.events.personal import PERSONAL
from portal.events.proofs import PROOFS
from portal.events.queries.life import LIFE
from portal.events.queries.listing import find_events, lead_of
from portal.events.showing import FILTERS, GLOBALS
from portal.stories.queries.leads import let_lead

assert draws, "importing them is what registers their tables"
assert jobs
assert models
assert receivers


def _install(app: Flask) -> None:
    views.kept_page.install(app)
    let_see("event", may_see_picture)
    let_lead("events", lead_of)


FEATURE = Feature(
    name="events",
    blueprints=(views.bp, console.bp),
    navigation=(NavItem("events.index", _l("Events"), "calendar-days", order=15, tab=True),),
    console=(
        ConsoleItem(
            "events_console.events",
            _l("Events"),
            "calendar-days",
            order=10,
            group=ConsoleGroup.TOGETHER,
            permission=Permission.RUN_DOOR,  # whoever makes events may stand at their doors
            text=_l("What is coming, who comes, and the door"),
        ),
    ),
    search_sources=(SearchSource("event", _l("Events"), "events/found.html", find_events),),
    template_globals=GLOBALS | {"event_state": event_state},
    template_filters=FILTERS,
    moderation_targets=(PLEDGE,),
    notification_kinds=KINDS,
    personal=PERSONAL,
    retention=RETENTION,
    timeline=LIFE,
    proofs=PROOFS,
    install=_install,
    load_demo=demo.load,
)
