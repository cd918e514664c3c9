"""Who asks, and who may use a route: declared once beside the route, enforced at one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request, session
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import _


class Permission(StrEnum):
    """What staff may do. Which role holds which stands on one page: ``portal/accounts/roles.py``."""

    MODERATE = "moderate"
    REPLY_AS_BRAND = "reply_as_brand"
    FEATURE_STORIES = "feature_stories"
    PUBLISH_NEWS = "publish_news"
    MANAGE_TAGS = "manage_tags"
    MANAGE_PRODUCTS = "manage_products"
    MANAGE_ORDERS = "manage_orders"
    VIEW_MEMBERS = "view_members"
    VIEW_CONTACTS = "view_contacts"
    VIEW_INSIGHTS = "view_insights"
    MANAGE_STAFF = "manage_staff"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_REWARDS = "manage_rewards"
    MANAGE_MEMBERSHIP = "manage_membership"
    MANAGE_PAYMENTS = "manage_payments"
    MANAGE_EVENTS = "manage_events"
    RUN_DOOR = "run_door"
    MANAGE_CONTESTS = "manage_contests"
    SHIP = "ship"
    MANAGE_TRIALS = "manage_trials"
    GRADE_TRIALS = "grade_trials"


@dataclass(frozen=True, eq=False)
class Viewer(UserMixin):
    """The signed-in member of this request: read in one query, passed to services as ``by=``."""

    id: str
    number: int
    display_name: str
    avatar: str | None
    language: str | None
    contact_proven: bool
    session_id: str
    roles: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    #: a text of the house waits to be accepted
    texts_wait: bool = False
    #: when the account is to be erased, if it is
    leaves_at: datetime | None = None
    #: somebody is hidden from them: whom they block or mute, or who blocks them
    keeps_apart: bool = False

    @property
    def is_staff(self) -> bool:
        return bool(self.permissions)

    @property
    def sees_bar(self) -> bool:
        """Whether something about their account stands above every page: then pages are drawn for them alone."""
        return self.texts_wait or self.leaves_at is not None

    @property
    def confirm_first(self) -> str:
        """What is said to who has proved neither an address nor a number yet; empty once one of them is."""
        if self.contact_proven:
            return ""
        return _("Please confirm your e-mail address or phone number first.")

    def must_be_confirmed(self) -> None:
        """Services ask so before a member writes where others read, or votes. Raises NotAllowed, see ``confirm_first``."""
        if self.confirm_first:
            raise NotAllowed(self.confirm_first)

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    def must(self, permission: Permission) -> None:
        """Services ask so before staff change anything. Raises NotAllowed unless their role includes it."""
        if not self.can(permission):
            raise NotAllowed(_("Your role does not include this. Ask the owner if you need it."))

    def get_id(self) -> str:
        return self.session_id


def viewer() -> Viewer | None:
    """The real member behind this request, or None. The proxy is never passed on."""
    user = current_user._get_current_object() if current_user else None
    return user if isinstance(user, Viewer) else None


def session_token() -> str | None:
    """The token in this browser's cookie, whether or not its session still lives."""
    token: str | None = session.get("_user_id")
    return token


def the_viewer() -> Viewer:
    """The member behind a request to a route that only members reach."""
    me = viewer()
    assert me is not None, "the_viewer() belongs into @members or @staff views"
    return me


# ------------------------------------------------------------------ declarations


@dataclass(frozen=True)
class Access:
    """Who may use a route: everyone, members, or staff who hold one of ``permissions``."""

    audience: str
    permissions: frozenset[Permission] = frozenset()


View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Everyone may use this route; the view itself hides what a visitor must not see."""
    return _declare(view, Access("public"))


def members(view: View) -> View:
    """Only signed-in members; others are led to sign-in and back."""
    return _declare(view, Access("members"))


def staff(*permissions: Permission) -> Callable[[View], View]:
    """Only staff who hold one of ``permissions``; to everyone else the page does not exist."""
    if not permissions:
        raise TypeError("@staff names at least one permission")
    return lambda view: _declare(view, Access("staff", frozenset(permissions)))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the route declares, or None when it declares nothing (which stops the portal from starting)."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Access("public")
    return getattr(app.view_functions[endpoint], "access", None)


# ------------------------------------------------------------------ enforcement


def guard(app: Flask, *, to_sign_in: Callable[[], Response]) -> None:
    """Refuse to start with an undeclared route, and check every request against its declaration.

    ``to_sign_in`` answers a visitor who needs to sign in first (it keeps what was typed).
    """
    undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    if undeclared:
        raise RuntimeError(
            f"routes without @public, @members or @staff: {', '.join(sorted(set(undeclared)))}"
        )

    @app.before_request
    def check_access() -> Response | None:
        if "\x00" in request.path or "%00" in request.environ.get("QUERY_STRING", ""):
            raise NotFound(_("There is no page at this address."))  # no database stores or compares a NUL
        if request.endpoint is None:
            return None
        access = access_of(current_app, request.endpoint)
        assert access is not None
        if access.audience == "public":
            return None
        me = viewer()
        if access.audience == "staff":
            if me is None and request.method == "GET":
                return to_sign_in()
            if me is None or not me.is_staff:
                raise NotFound(_("There is no page at this address."))
            if not me.permissions & access.permissions:
                raise NotAllowed(_("Your role does not include this page. Ask the owner if you need it."))
            return None
        return to_sign_in() if me is None else None
