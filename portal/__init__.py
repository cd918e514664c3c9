"""The member portal: one deployment serves one brand and the people who come back to it."""

from __future__ import annotations

import os

from flask import Flask

from config import ROOT, Settings
from portal.core.feature import Feature


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The whole application. Refuses to start half-configured (SettingsError) or with an undeclared route."""
    from portal.core import installation

    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    settings = settings or Settings.from_environment(os.environ)
    app.config.from_mapping(settings.as_flask_config(), TESTING=testing)
    installation.install(app, features())
    return app


def features() -> tuple[Feature, ...]:
    """All features, bottom to top: each may know only those before it."""
    from portal import (
        accounts,
        brand,
        catalog,
        contests,
        deliveries,
        drops,
        events,
        home,
        membership,
        moderation,
        notifications,
        orders,
        payments,
        rewards,
        stories,
        surveys,
        trials,
    )

    return (
        brand.FEATURE,
        accounts.FEATURE,
        notifications.FEATURE,
        moderation.FEATURE,
        catalog.FEATURE,
        payments.FEATURE,
        rewards.FEATURE,
        orders.FEATURE,
        surveys.FEATURE,
        deliveries.FEATURE,
        membership.FEATURE,
        stories.FEATURE,
        events.FEATURE,
        drops.FEATURE,
        contests.FEATURE,
        trials.FEATURE,
        home.FEATURE,
    )
