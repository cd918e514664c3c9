"""Naming contests: members submit names, staff screen them, members vote in secret, anybody can count again."""

from portal.contests import console, demo, jobs, models, views
from portal.contests.moderated import ENTRY
from portal.contests.notices import KINDS
from portal.contests.personal import PERSONAL
from portal.contests.proofs import PROOFS
from portal.contests.queries.life import LIFE
from portal.contests.queries.studio import waits_for_staff
from portal.core.access import Permission
from portal.core.feature import Block, ConsoleGroup, ConsoleItem, Feature, NavItem
from portal.core.i18n import lazy as _l

assert jobs, "importing them is what registers them"
assert models, "importing it is what registers its tables"

FEATURE = Feature(
    name="contests",
    blueprints=(views.bp, console.bp),
    navigation=(NavItem("contests.index", _l("Naming"), "tag", order=43),),
    console=(
        ConsoleItem(
            "contests_console.contests",
            _l("Naming contests"),
            "tag",
            order=30,
            group=ConsoleGroup.TOGETHER,
            permission=Permission.MANAGE_CONTESTS,
            text=_l("What looks for a name, the names that came, and the result"),
            count=waits_for_staff,
        ),
    ),
    blocks=(Block("catalog.product", "contests/_of_product.html", order=20),),
    moderation_targets=(ENTRY,),
    notification_kinds=KINDS,
    personal=PERSONAL,
    timeline=LIFE,
    proofs=PROOFS,
    load_demo=demo.load,
)
