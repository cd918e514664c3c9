"""Orders: what was bought, by whom, and whether it counts: the ground on which tiers, trials and referrals stand.

An order belongs to a customer, and a customer to the member who proved the contact it is known by, whoever came first.
Orders come in files that staff send or the command line reads; the same file twice changes nothing. Members see their
own orders and claim those that were bought under another contact. What counts, and for whom, is told by signals.
"""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.orders import (
    cli,
    console,
    demo,
    jobs,
    notices,
    personal,
    proofs,
    queries,
    receivers,
    views,
    words,
)
from portal.orders.queries.life import LIFE

assert jobs, "importing them is what registers them"
assert receivers

FEATURE = Feature(
    name="orders",
    blueprints=(views.bp, console.bp),
    console=(
        ConsoleItem(
            "orders_console.orders",
            _l("Orders"),
            "package",
            order=55,
            group=ConsoleGroup.SHOP,
            permission=Permission.MANAGE_ORDERS,
            text=_l("What was bought, by whom, and the files it comes from"),
            count=queries.open_disputes,
        ),
    ),
    notification_kinds=(notices.CLAIM_DECIDED,),
    proofs=proofs.PROOFS,
    personal=personal.PERSONAL,
    timeline=LIFE,
    commands=(cli.orders,),
    template_globals={"order_amount": words.amount},
    load_demo=demo.load,
)
