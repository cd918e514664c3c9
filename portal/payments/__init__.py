"""Payments: money that members give and get back, through one protocol and several providers.

Features above open a payment for a purpose of theirs and hear by signal what became of it. A provider's notification is
only a hint: the provider is asked, and only its answer turns a payment paid. Exactly what was asked for counts; anything
else is held for staff. Nothing is charged by itself.
"""

from __future__ import annotations

from portal.brand.showing import money
from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.payments import console, demo, jobs, proofs, queries
from portal.payments.personal import PERSONAL
from portal.payments.providers import known
from portal.payments.queries.life import LIFE
from portal.payments.views import bp
from portal.payments.words import NOTIFICATION_KINDS

# importing it is what registers the jobs
assert jobs

FEATURE = Feature(
    name="payments",
    blueprints=(bp, console.bp),
    console=(
        ConsoleItem(
            "payments_console.payments",
            _l("Payments"),
            "banknote",
            order=60,
            group=ConsoleGroup.SHOP,
            permission=Permission.MANAGE_PAYMENTS,
            text=_l("What was paid, what goes back, what does not agree"),
            count=queries.waiting_count,
        ),
    ),
    notification_kinds=NOTIFICATION_KINDS,
    proofs=proofs.PROOFS,
    personal=PERSONAL,
    timeline=LIFE,
    template_filters={"money": money},
    install=known.install,
    load_demo=demo.load,
)
