"""Puts the house together: extensions, core rooms, then every feature of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core import (
    access,
    assets,
    commands,
    headers,
    i18n,
    jobs,
    lettering,
    limits,
    logging,
    refusals,
    ui,
)
from portal.core.cookies import Sessions
from portal.core.db import db
from portal.core.feature import ConsoleGroup, ConsoleItem
from portal.core.i18n import lazy as _l
from portal.core.web import htmx

if TYPE_CHECKING:
    from portal.core.feature import (
        Block,
        Feature,
        ModerationTarget,
        NavItem,
        NotificationKind,
        PersonalData,
        SearchSource,
        Text,
    )

csrf = CSRFProtect()
login = LoginManager()
login.session_protection = None  # phones change their address all day


#: routes that accept a POST without a token, each with its reason; a test knows this list
CSRF_EXEMPT = {
    "preferences.language": "stands on pages that are the same for every visitor; changes how pages and letters read",
    "preferences.theme": "stands on pages that are the same for every visitor; changes only a display cookie",
    "notifications.stop": "mail programs post to it by themselves (RFC 8058); the sealed address is its token",
    "notifications.mail_hook": "the mail provider posts to it; the signature of the body is its token",
    "payments.hook": "payment providers post to it; each signs its notifications",
}

#: how the bar of the console names them, in this order
GROUP_LABELS: dict[ConsoleGroup, Text] = {
    ConsoleGroup.WALL: _l("Wall"),
    ConsoleGroup.TOGETHER: _l("Together"),
    ConsoleGroup.MEMBERS: _l("Members"),
    ConsoleGroup.SHOP: _l("Sales"),
    ConsoleGroup.HOUSE: _l("House"),
}


class Registry:
    """What all features told the house, ready to be asked (``app.extensions["registry"]``)."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features = tuple(features)
        self.navigation: list[NavItem] = sorted(
            (item for feature in self.features for item in feature.navigation), key=lambda item: item.order
        )
        self.console: list[ConsoleItem] = sorted(
            (item for feature in self.features for item in feature.console), key=lambda item: item.order
        )
        self.search_sources: list[SearchSource] = [s for f in self.features for s in f.search_sources]
        self.blocks: dict[str, list[Block]] = {}
        for block in sorted((b for f in self.features for b in f.blocks), key=lambda block: block.order):
            self.blocks.setdefault(block.page, []).append(block)
        self.targets: dict[str, ModerationTarget] = {
            t.kind: t for f in self.features for t in f.moderation_targets
        }
        self.kinds: dict[str, NotificationKind] = {
            k.name: k for f in self.features for k in f.notification_kinds
        }

    @property
    def personal(self) -> list[PersonalData]:
        """Everything that is kept about members, top to bottom, the core's own last."""
        from portal.core.personal import PERSONAL

        return [*(f.personal for f in reversed(self.features) if f.personal is not None), PERSONAL]


def registry() -> Registry:
    found: Registry = current_app.extensions["registry"]
    return found


def install(app: Flask, features: tuple[Feature, ...]) -> None:
    """Wire everything. The order matters where one room asks another."""
    settings = app.config["PORTAL"]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.session_interface = Sessions()
    logging.install(app)
    db.init_app(app)
    i18n.install(app)
    login.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    limits.limiter.init_app(app)
    headers.install(app)
    refusals.install(app)
    ui.install(app)
    assets.install(app)
    lettering.install(app)
    app.extensions["registry"] = Registry(features)
    from portal.core import media, retention
    from portal.core.mail import jobs as mail_jobs
    from portal.core.sms import jobs as sms_jobs

    assert mail_jobs  # importing them is what registers the jobs
    assert sms_jobs
    assert retention
    media.install(app)
    for feature in features:
        _install_feature(app, feature)
    jobs.install(app)
    app.jinja_env.globals["navigation"] = lambda: registry().navigation
    app.jinja_env.globals["blocks_of"] = lambda name: registry().blocks.get(name, [])
    app.jinja_env.globals["console_navigation"] = console_navigation
    ui.gather_macros(app)
    commands.install(app)
    for endpoint in CSRF_EXEMPT:
        csrf.exempt(app.view_functions[endpoint])
    access.guard(app, to_sign_in=app.extensions["to_sign_in"])


def _install_feature(app: Flask, feature: Feature) -> None:
    for blueprint in feature.blueprints:
        app.register_blueprint(blueprint)
    for command in feature.commands:
        app.cli.add_command(command)
    app.jinja_env.globals.update(feature.template_globals)
    app.jinja_env.filters.update(feature.template_filters)
    if feature.install is not None:
        feature.install(app)


@dataclass(frozen=True)
class ConsoleShelf:
    """Pages of the console that stand together, never none."""

    group: ConsoleGroup
    label: Text
    pages: list[ConsoleItem]


def console_navigation() -> list[ConsoleShelf]:
    """The pages of the console that this member of staff may open, by group."""
    me = access.viewer()
    mine = [item for item in registry().console if me is not None and item.open_to(me)]
    shelves = (
        ConsoleShelf(group, label, [item for item in mine if item.group is group])
        for group, label in GROUP_LABELS.items()
    )
    return [shelf for shelf in shelves if shelf.pages]
