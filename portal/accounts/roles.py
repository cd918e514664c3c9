"""The one permission page: which role may do what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.accounts.models import Role
from portal.core.access import Permission
from portal.core.i18n import lazy as _l

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset(
        {
            Permission.MODERATE,
            Permission.REPLY_AS_BRAND,
            Permission.FEATURE_STORIES,
            Permission.VIEW_MEMBERS,
            Permission.GRADE_TRIALS,
        }
    ),
    Role.HOST: frozenset({Permission.REPLY_AS_BRAND, Permission.VIEW_MEMBERS, Permission.RUN_DOOR}),
    Role.MANAGER: frozenset(
        {
            Permission.MODERATE,
            Permission.REPLY_AS_BRAND,
            Permission.FEATURE_STORIES,
            Permission.PUBLISH_NEWS,
            Permission.MANAGE_TAGS,
            Permission.MANAGE_PRODUCTS,
            Permission.MANAGE_REWARDS,
            Permission.MANAGE_MEMBERSHIP,
            Permission.MANAGE_ORDERS,
            Permission.MANAGE_PAYMENTS,
            Permission.MANAGE_EVENTS,
            Permission.RUN_DOOR,
            Permission.MANAGE_CONTESTS,
            Permission.SHIP,
            Permission.MANAGE_TRIALS,
            Permission.GRADE_TRIALS,
            Permission.VIEW_MEMBERS,
            Permission.VIEW_CONTACTS,
        }
    ),
    Role.ANALYST: frozenset({Permission.VIEW_INSIGHTS, Permission.VIEW_MEMBERS}),
    Role.OWNER: frozenset(Permission),
}

ROLE_LABELS: dict[Role, Any] = {
    Role.MODERATOR: _l("Moderator"),
    Role.HOST: _l("Host"),
    Role.MANAGER: _l("Manager"),
    Role.ANALYST: _l("Analyst"),
    Role.OWNER: _l("Owner"),
}

PERMISSION_LABELS: dict[Permission, Any] = {
    Permission.MODERATE: _l("Look through the queue and decide"),
    Permission.REPLY_AS_BRAND: _l("Answer as the brand"),
    Permission.FEATURE_STORIES: _l("Feature stories"),
    Permission.PUBLISH_NEWS: _l("Publish news of the brand"),
    Permission.MANAGE_TAGS: _l("Look after themes and prompts"),
    Permission.MANAGE_PRODUCTS: _l("Look after products"),
    Permission.MANAGE_REWARDS: _l("Look after points, coupons and badges"),
    Permission.MANAGE_MEMBERSHIP: _l("Look after tiers, plans and codes"),
    Permission.MANAGE_ORDERS: _l("Look after orders"),
    Permission.VIEW_MEMBERS: _l("See members"),
    Permission.VIEW_CONTACTS: _l("See members’ mail addresses and phone numbers, and take lists along"),
    Permission.VIEW_INSIGHTS: _l("Read the figures"),
    Permission.MANAGE_STAFF: _l("Decide who is staff"),
    Permission.MANAGE_SETTINGS: _l("Change the brand’s settings"),
    Permission.MANAGE_PAYMENTS: _l("See payments and give money back"),
    Permission.MANAGE_EVENTS: _l("Look after events and who comes"),
    Permission.RUN_DOOR: _l("Stand at the door of events"),
    Permission.MANAGE_CONTESTS: _l("Make naming contests and look at names"),
    Permission.SHIP: _l("Pack parcels, and see where they go"),
    Permission.MANAGE_TRIALS: _l("Make product trials and choose who takes part"),
    Permission.GRADE_TRIALS: _l("Grade answers of product trials without seeing whose they are"),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(PERMISSIONS[Role(role)] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, held in PERMISSIONS.items() if permission in held]
