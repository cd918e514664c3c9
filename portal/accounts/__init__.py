"""People: how they join, come in and leave, what they show of themselves, and who of them is staff.

An account is made when an address is proven, never before, and no page tells whether an address has one. A session is
a row whose secret the browser holds; what may be guessed (passwords, codes) costs growing waits that are rows too.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy

from portal.accounts import cli, console, demo, jobs, kept, queries, receivers, views
from portal.accounts.moderated import PROFILE
from portal.accounts.notices import PACKAGE_KINDS
from portal.accounts.personal import PERSONAL
from portal.accounts.queries.life import LIFE
from portal.accounts.queries.people import SEARCH_KIND
from portal.accounts.queries.profiles import OWNER_KIND
from portal.accounts.rules import shown_number
from portal.accounts.services.sweeping import RETENTION
from portal.accounts.views import browser
from portal.brand import queries as brand
from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature, NavItem, SearchSource
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_see

# importing these two is what registers them
assert jobs
assert receivers


def install(app: Flask) -> None:
    """The session's loader, and what happens to typed text when a session is gone."""
    browser.install(app)
    kept.install(app)
    let_see(OWNER_KIND, queries.may_see_face)


def fans() -> str:
    """What the brand calls its members, to begin a line with."""
    title = brand.current().fan_title
    return title[:1].upper() + title[1:]


FEATURE = Feature(
    name="accounts",
    blueprints=(views.bp, views.preferences, console.bp),
    navigation=(NavItem("accounts.me", _l("Me"), "id-card", order=50, tab=True, top=False),),
    console=(
        ConsoleItem(
            "accounts_console.members",
            _l("Members"),
            "contact-round",
            order=54,
            group=ConsoleGroup.MEMBERS,
            permission=Permission.VIEW_MEMBERS,
            text=_l("Find somebody, and see their life with us"),
        ),
        ConsoleItem(
            "accounts_console.staff",
            _l("Staff"),
            "users",
            order=80,
            permission=Permission.MANAGE_STAFF,
            text=_l("Who works here, and who may do what"),
        ),
    ),
    search_sources=(
        SearchSource(SEARCH_KIND, LocalProxy(fans), "accounts/found.html", queries.search_members),
    ),
    moderation_targets=(PROFILE,),
    personal=PERSONAL,
    retention=RETENTION,
    notification_kinds=PACKAGE_KINDS,
    template_globals={"texts_to_accept": views.accepting.texts_to_accept},
    template_filters={"member_no": shown_number},
    commands=(cli.staff, cli.accounts),
    install=install,
    timeline=LIFE,
    load_demo=demo.load,
)
